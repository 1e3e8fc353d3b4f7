import { describe, expect, it } from 'vitest';
import { statementsTowards } from '../../../../functions/engines/mysql/convergence.ts';
import {
  describeStatement,
  onMissingTable,
  sqlOf,
} from '../../../../functions/engines/mysql/grant-statement.ts';
import { rightsIn } from '../../../../functions/engines/mysql/show-grants.ts';

/** Rights are written as SHOW GRANTS prints them, without the account. */
const rights = (lines: readonly string[]) =>
  lines.flatMap((line) => {
    const [what = '', option] = line.split(' WITH ');
    return rightsIn(`${what} TO \`x\`@\`%\`${option ? ` WITH ${option}` : ''}`);
  });

const CASES: [string, original: string[], clone: string[], statements: string[]][] = [
  ['nothing', ['GRANT SELECT ON `d`.*'], ['GRANT SELECT ON `d`.*'], []],
  [
    'what it lacks on an object, at once',
    ['GRANT SELECT, INSERT, UPDATE (`a`, `b`) ON `d`.`t` WITH GRANT OPTION'],
    ['GRANT SELECT ON `d`.`t`'],
    ['GRANT INSERT, UPDATE (`a`), UPDATE (`b`) ON `d`.`t` TO ACCOUNT WITH GRANT OPTION'],
  ],
  [
    'what it has too much on an object, and only that',
    ['GRANT SELECT ON `d`.*'],
    ['GRANT SELECT, INSERT, UPDATE ON `d`.* WITH GRANT OPTION'],
    ['REVOKE INSERT, UPDATE ON `d`.* FROM ACCOUNT', 'REVOKE GRANT OPTION ON `d`.* FROM ACCOUNT'],
  ],
  [
    'first what it lacks, then what it has too much',
    ['GRANT SELECT ON `d`.*'],
    ['GRANT SELECT ON `d`.`t`'],
    ['GRANT SELECT ON `d`.* TO ACCOUNT', 'REVOKE SELECT ON `d`.`t` FROM ACCOUNT'],
  ],
  [
    'a grant option by itself',
    ['GRANT SELECT ON `d`.* WITH GRANT OPTION'],
    ['GRANT SELECT ON `d`.*'],
    ['GRANT USAGE ON `d`.* TO ACCOUNT WITH GRANT OPTION'],
  ],
  [
    'all privileges in place of some, which are then a part of them',
    ['GRANT ALL PRIVILEGES ON `d`.*'],
    ['GRANT SELECT, INSERT ON `d`.*'],
    ['GRANT ALL PRIVILEGES ON `d`.* TO ACCOUNT'],
  ],
  [
    'some in place of all privileges',
    ['GRANT SELECT ON `d`.*'],
    ['GRANT ALL PRIVILEGES ON `d`.*'],
    ['GRANT SELECT ON `d`.* TO ACCOUNT', 'REVOKE ALL PRIVILEGES ON `d`.* FROM ACCOUNT'],
  ],
  [
    'options of roles, users and dynamic privileges',
    [
      'GRANT `r`@`%` WITH ADMIN OPTION',
      'GRANT PROXY ON `u`@`%` WITH GRANT OPTION',
      'GRANT A_B ON *.* WITH GRANT OPTION',
    ],
    ['GRANT `r`@`%`', 'GRANT PROXY ON `u`@`%`', 'GRANT A_B ON *.*'],
    [
      'REVOKE PROXY ON `u`@`%` FROM ACCOUNT',
      'GRANT `r`@`%` TO ACCOUNT WITH ADMIN OPTION',
      'GRANT PROXY ON `u`@`%` TO ACCOUNT WITH GRANT OPTION',
      'GRANT A_B ON *.* TO ACCOUNT WITH GRANT OPTION',
    ],
  ],
  [
    'the loss of such options, which are only lost with the right',
    ['GRANT `r`@`%`', 'GRANT PROXY ON `u`@`%`', 'GRANT A_B ON *.*'],
    [
      'GRANT `r`@`%` WITH ADMIN OPTION',
      'GRANT PROXY ON `u`@`%` WITH GRANT OPTION',
      'GRANT A_B ON *.* WITH GRANT OPTION',
    ],
    [
      'REVOKE `r`@`%` FROM ACCOUNT',
      'REVOKE PROXY ON `u`@`%` FROM ACCOUNT',
      'REVOKE A_B ON *.* FROM ACCOUNT',
      'GRANT `r`@`%` TO ACCOUNT',
      'GRANT PROXY ON `u`@`%` TO ACCOUNT',
      'GRANT A_B ON *.* TO ACCOUNT',
    ],
  ],
  [
    'the loss of the global grant option, which takes that of dynamic privileges along',
    ['GRANT A_B ON *.* WITH GRANT OPTION', 'GRANT C_D ON *.*'],
    ['GRANT USAGE ON *.* WITH GRANT OPTION', 'GRANT A_B ON *.* WITH GRANT OPTION', 'GRANT C_D ON *.*'],
    ['REVOKE GRANT OPTION ON *.* FROM ACCOUNT', 'GRANT A_B ON *.* TO ACCOUNT WITH GRANT OPTION'],
  ],
  [
    'the loss of a grant option elsewhere, which leaves that of dynamic privileges alone',
    ['GRANT SELECT ON `d`.*', 'GRANT A_B ON *.* WITH GRANT OPTION'],
    ['GRANT SELECT ON `d`.* WITH GRANT OPTION', 'GRANT A_B ON *.* WITH GRANT OPTION'],
    ['REVOKE GRANT OPTION ON `d`.* FROM ACCOUNT'],
  ],
  [
    'a restriction, after the privilege that it restricts',
    ['GRANT SELECT, INSERT ON *.*', 'REVOKE SELECT, INSERT ON `mysql`.*'],
    ['GRANT SELECT ON *.*'],
    ['GRANT INSERT ON *.* TO ACCOUNT', 'REVOKE SELECT, INSERT ON `mysql`.* FROM ACCOUNT'],
  ],
  [
    'the end of a restriction, but not of one whose privilege ends',
    ['GRANT SELECT ON *.*'],
    ['GRANT SELECT, INSERT ON *.*', 'REVOKE SELECT, INSERT ON `mysql`.*'],
    ['GRANT SELECT ON `mysql`.* TO ACCOUNT', 'REVOKE INSERT ON *.* FROM ACCOUNT'],
  ],
  [
    'default roles, all at once, after the roles',
    ['GRANT `r`@`%`,`s`@`%`', 'SET DEFAULT ROLE `r`', 'SET DEFAULT ROLE `s`'],
    ['GRANT `r`@`%`', 'SET DEFAULT ROLE `r`'],
    ['GRANT `s`@`%` TO ACCOUNT', 'SET DEFAULT ROLE `r`, `s` TO ACCOUNT'],
  ],
  ['no default role', [], ['SET DEFAULT ROLE `r`'], ['SET DEFAULT ROLE NONE TO ACCOUNT']],
];

describe('a clone is given and loses', () => {
  it.each(CASES)('%s', (_case, original, clone, statements) => {
    const sql = statementsTowards(rights(original), rights(clone)).map((statement) =>
      sqlOf(statement, 'ACCOUNT', false),
    );
    expect(sql).toEqual(statements);
  });

  it('a handful of statements for a handful of differences among ten thousand rights', () => {
    const all = Array.from({ length: 10_000 }, (_, n) => `GRANT SELECT ON \`d\`.\`t${n}\``);
    const statements = statementsTowards(
      rights([...all.slice(3), 'GRANT INSERT ON `d`.`t7`']),
      rights(all.slice(0, 9_998)),
    );
    expect(statements).toHaveLength(6);
  });
});

describe('a statement', () => {
  it('sets default roles in the words of the server', () => {
    const statement = { verb: 'SET DEFAULT ROLE', given: ['`r`'] } as const;
    expect(sqlOf(statement, 'ACCOUNT', false)).toBe('SET DEFAULT ROLE `r` TO ACCOUNT');
    expect(sqlOf(statement, 'ACCOUNT', true)).toBe('SET DEFAULT ROLE `r` FOR ACCOUNT');
  });

  it.each([
    [{ verb: 'REVOKE', given: ['SELECT', 'INSERT'], object: '`d`.*' }, 'REVOKE SELECT, INSERT ON `d`.*'],
    [{ verb: 'GRANT', given: ['`r`'], option: 'ADMIN OPTION' }, 'GRANT `r` WITH ADMIN OPTION'],
    [
      { verb: 'GRANT', given: ['PROXY'], object: '`u`@`%`', option: 'GRANT OPTION' },
      'GRANT PROXY ON `u`@`%` WITH GRANT OPTION',
    ],
  ] as const)('says in errors all that it does, and not to whom: %j', (statement, words) => {
    expect(describeStatement(statement)).toBe(words);
  });

  it('about a table that was dropped includes the privilege to create it', () => {
    const statement = {
      verb: 'GRANT',
      given: ['SELECT'],
      object: '`d`.`t`',
      option: 'GRANT OPTION',
    } as const;
    expect(sqlOf(onMissingTable(statement), 'ACCOUNT', false)).toBe(
      'GRANT CREATE, SELECT ON `d`.`t` TO ACCOUNT WITH GRANT OPTION',
    );
  });
});
