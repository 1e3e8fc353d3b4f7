import { expect, it } from 'vitest';
import { beyond } from '../../../../functions/engines/mysql/adoption.ts';
import { rightsIn } from '../../../../functions/engines/mysql/show-grants.ts';

const ON_ALL = 'GRANT ALL PRIVILEGES ON `d`.* TO `x`';

it.each<[string, original: string[], other: string[], more: string[]]>([
  ['nothing that it has too', ['GRANT SELECT ON `d`.* TO `x`'], ['GRANT SELECT ON `d`.* TO `x`'], []],
  ['nothing that is less', ['GRANT SELECT, UPDATE ON `d`.* TO `x`'], ['GRANT SELECT ON `d`.* TO `x`'], []],
  [
    'one privilege of two',
    ['GRANT SELECT ON `d`.* TO `x`'],
    ['GRANT SELECT, INSERT ON `d`.* TO `x`'],
    ['INSERT ON `d`.*'],
  ],
  ['no part of all', [ON_ALL], ['GRANT SELECT ON `d`.* TO `x`'], []],
  ['all of which it has a part', ['GRANT SELECT ON `d`.* TO `x`'], [ON_ALL], ['ALL PRIVILEGES ON `d`.*']],
  ['a privilege on another object', [ON_ALL], ['GRANT SELECT ON `e`.* TO `x`'], ['SELECT ON `e`.*']],
  [
    'no column of a table that it may read',
    ['GRANT SELECT ON `d`.`t` TO `x`'],
    ['GRANT SELECT (`c`) ON `d`.`t` TO `x`'],
    [],
  ],
  [
    'no column of a table where it may do all',
    ['GRANT ALL PRIVILEGES ON `d`.`t` TO `x`'],
    ['GRANT SELECT (`c`) ON `d`.`t` TO `x`'],
    [],
  ],
  [
    'a table of which it may read a column',
    ['GRANT SELECT (`c`) ON `d`.`t` TO `x`'],
    ['GRANT SELECT ON `d`.`t` TO `x`'],
    ['SELECT ON `d`.`t`'],
  ],
  [
    'the right to pass on, which ALL PRIVILEGES does not include',
    [ON_ALL],
    ['GRANT SELECT ON `d`.* TO `x` WITH GRANT OPTION'],
    ['GRANT OPTION ON `d`.*'],
  ],
  ['no role that it may pass on', ['GRANT `r`@`%` TO `x` WITH ADMIN OPTION'], ['GRANT `r`@`%` TO `x`'], []],
  [
    'what it may not pass on',
    ['GRANT `r`@`%` TO `x`', 'GRANT A_B ON *.* TO `x`'],
    ['GRANT `r`@`%` TO `x` WITH ADMIN OPTION', 'GRANT A_B ON *.* TO `x` WITH GRANT OPTION'],
    ['the role `r`@`%` WITH ADMIN OPTION', 'A_B ON *.* WITH GRANT OPTION'],
  ],
  [
    'no user that it may pass on',
    ['GRANT PROXY ON `u`@`%` TO `x` WITH GRANT OPTION'],
    ['GRANT PROXY ON `u`@`%` TO `x`'],
    [],
  ],
  [
    'users that it may not be, or not pass on',
    ['GRANT PROXY ON `u`@`%` TO `x`'],
    ['GRANT PROXY ON `u`@`%` TO `x` WITH GRANT OPTION', 'GRANT PROXY ON `v`@`%` TO `x`'],
    ['PROXY ON `u`@`%` WITH GRANT OPTION', 'PROXY ON `v`@`%`'],
  ],
  [
    'what is restricted for it',
    ['GRANT SELECT ON *.* TO `x`', 'REVOKE SELECT ON `d`.* FROM `x`'],
    ['GRANT SELECT ON *.* TO `x`'],
    ['SELECT ON `d`.*'],
  ],
  [
    'nothing by a restriction that it does not have, or by one of what neither has',
    ['GRANT SELECT ON *.* TO `x`', 'REVOKE SELECT ON `d`.* FROM `x`'],
    ['REVOKE SELECT ON `e`.* FROM `x`'],
    [],
  ],
  [
    'nothing by a default role',
    ['GRANT `r` TO `x`'],
    ['GRANT `r` TO `x`', 'SET DEFAULT ROLE `r` FOR `x`'],
    [],
  ],
])('an account may do beyond another %s', (_case, original, other, more) => {
  expect(beyond(other.flatMap(rightsIn), original.flatMap(rightsIn))).toEqual(more);
});
