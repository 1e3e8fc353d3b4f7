import { describe, expect, it } from 'vitest';
import { parseGrant, rightsOf } from '../../../../functions/engines/mysql/grant.ts';
import { lacking } from '../../../../functions/engines/rights.ts';

const rights = (...lines: string[]) => lines.flatMap((line) => rightsOf(parseGrant(line)));
const words = (...lines: string[]) => rights(...lines).map(({ text }) => text);

describe('the rights that a line of SHOW GRANTS gives', () => {
  it.each([
    ['GRANT USAGE ON *.* TO `app`@`%`', []],
    ['GRANT USAGE ON *.* TO `app`@`%` WITH GRANT OPTION', ['USAGE ON *.*', 'GRANT OPTION ON *.*']],
    ['GRANT SELECT, INSERT ON `d`.* TO `app`@`%`', ['SELECT ON `d`.*', 'INSERT ON `d`.*']],
    [
      'GRANT CREATE TEMPORARY TABLES, EXECUTE ON `d`.* TO `app`@`%` WITH GRANT OPTION',
      ['CREATE TEMPORARY TABLES ON `d`.*', 'EXECUTE ON `d`.*', 'GRANT OPTION ON `d`.*'],
    ],
    [
      'GRANT SELECT, UPDATE (`a`, `b ON c`) ON `d`.`t` TO `app`@`%`',
      ['SELECT ON `d`.`t`', 'UPDATE (`a`) ON `d`.`t`', 'UPDATE (`b ON c`) ON `d`.`t`'],
    ],
    [
      'GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `app`@`%`',
      ['BACKUP_ADMIN ON *.*', 'XA_RECOVER_ADMIN ON *.*'],
    ],
    ['GRANT EXECUTE ON PROCEDURE `d`.`p` TO `app`@`%`', ['EXECUTE ON PROCEDURE `d`.`p`']],
    ['GRANT PROXY ON `x`@`%` TO `app`@`%`', ['PROXY ON `x`@`%`']],
    ['GRANT `r1`@`%`,`r, 2`@`%` TO `app`@`%`', ['the role `r1`@`%`', 'the role `r, 2`@`%`']],
    [
      'GRANT `r1`@`%` TO `app`@`%` WITH ADMIN OPTION',
      ['the role `r1`@`%`', 'ADMIN OPTION of the role `r1`@`%`'],
    ],
    ['REVOKE SELECT, INSERT ON `d`.* FROM `app`@`%`', ['no SELECT ON `d`.*', 'no INSERT ON `d`.*']],
    ['SET DEFAULT ROLE `r1` FOR `app`@`%`', ['SET DEFAULT ROLE `r1`']],
  ])('%s', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });
});

describe('what a clone lacks', () => {
  it.each([
    ['nothing that it has', ['GRANT SELECT ON `d`.* TO `a`'], ['GRANT SELECT ON `d`.* TO `b`'], []],
    [
      'one privilege of two',
      ['GRANT SELECT, INSERT ON `d`.* TO `a`'],
      ['GRANT SELECT ON `d`.* TO `b`'],
      ['INSERT ON `d`.*'],
    ],
    [
      'nothing when it has more',
      ['GRANT SELECT ON `d`.* TO `a`'],
      ['GRANT SELECT, UPDATE ON `d`.* TO `b`'],
      [],
    ],
    [
      'nothing when it has all',
      ['GRANT SELECT ON `d`.* TO `a`'],
      ['GRANT ALL PRIVILEGES ON `d`.* TO `b`'],
      [],
    ],
    [
      'a privilege on another object',
      ['GRANT SELECT ON `d`.* TO `a`'],
      ['GRANT ALL PRIVILEGES ON `e`.* TO `b`'],
      ['SELECT ON `d`.*'],
    ],
    [
      'no column of a table that it may read',
      ['GRANT SELECT (`c`) ON `d`.`t` TO `a`'],
      ['GRANT SELECT ON `d`.`t` TO `b`'],
      [],
    ],
    [
      'no column of a table where it may do all',
      ['GRANT SELECT (`c`) ON `d`.`t` TO `a`'],
      ['GRANT ALL PRIVILEGES ON `d`.`t` TO `b`'],
      [],
    ],
    [
      'the right to pass on, which ALL PRIVILEGES does not include',
      ['GRANT SELECT ON `d`.* TO `a` WITH GRANT OPTION'],
      ['GRANT ALL PRIVILEGES ON `d`.* TO `b`'],
      ['GRANT OPTION ON `d`.*'],
    ],
    [
      'a restriction',
      ['REVOKE SELECT ON `d`.* FROM `a`'],
      ['GRANT ALL PRIVILEGES ON *.* TO `b`'],
      ['no SELECT ON `d`.*'],
    ],
  ])('is %s', (_case, original, clone, expected) => {
    expect(lacking(rights(...original), rights(...clone))).toEqual(expected);
  });
});
