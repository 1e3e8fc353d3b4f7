import { describe, expect, it } from 'vitest';
import { authorityOf, SYSTEM_USER } from '../../../../functions/engines/mysql/authority.ts';
import type { GrantStatement } from '../../../../functions/engines/mysql/grant-statement.ts';
import { phraseOf } from '../../../../functions/engines/mysql/right.ts';
import { rightsIn } from '../../../../functions/engines/mysql/show-grants.ts';

const rightsOf = (lines: readonly string[]) => lines.flatMap((line) => rightsIn(`${line}`));
const ADMIN = [
  'GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, REFERENCES, INDEX, ALTER, EXECUTE, CREATE TEMPORARY TABLES, LOCK TABLES, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER ON *.* TO `root`@`%` WITH GRANT OPTION',
  'GRANT BACKUP_ADMIN ON *.* TO `root`@`%` WITH GRANT OPTION',
  'GRANT CLONE_ADMIN ON *.* TO `root`@`%`',
  'GRANT `team`@`%` TO `root`@`%` WITH ADMIN OPTION',
  'GRANT `crew`@`%` TO `root`@`%`',
];
const MANAGER = [
  'GRANT CREATE USER ON *.* TO `boss`@`%`',
  'GRANT SELECT, UPDATE ON `shop`.* TO `boss`@`%` WITH GRANT OPTION',
  'GRANT DELETE ON `shop`.`orders` TO `boss`@`%` WITH GRANT OPTION',
  'GRANT SELECT (`id`) ON `shop`.`prices` TO `boss`@`%` WITH GRANT OPTION',
  'GRANT INSERT ON `other`.* TO `boss`@`%`',
];
const OWNER = ['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION'];
const RESTRICTED = [...ADMIN, 'REVOKE SELECT ON `shop`.* FROM `root`@`%`'];
const PROXIES = [
  'GRANT PROXY ON `boss`@`%` TO `root`@`%` WITH GRANT OPTION',
  'GRANT PROXY ON `chief`@`%` TO `root`@`%`',
];

const grant = (given: string, object?: string): GrantStatement => ({
  verb: 'GRANT',
  given: given.split(', '),
  ...(object !== undefined && { object }),
});

describe('rights', () => {
  it.each([
    ['everything', ADMIN, grant('SELECT, RELOAD', '*.*')],
    ['all of a schema', ADMIN, grant('ALL PRIVILEGES', '`shop`.*')],
    ['all of a table', ADMIN, grant('ALL PRIVILEGES', '`shop`.`orders`')],
    ['all of everything', OWNER, grant('ALL PRIVILEGES', '*.*')],
    ['what ALL PRIVILEGES holds', OWNER, grant('SELECT', '`shop`.`orders`')],
    ['a dynamic privilege', ADMIN, grant('BACKUP_ADMIN', '*.*')],
    ['any role', ['GRANT ROLE_ADMIN ON *.* TO `a`@`%`'], grant('`crew`@`%`')],
    ['a role', ADMIN, grant('`team`@`%`')],
    ['nothing, with the option', ADMIN, grant('USAGE', '*.*')],
    ['the option alone', MANAGER, { ...grant('GRANT OPTION', '`shop`.*'), verb: 'REVOKE' }],
    ['a part of a schema', MANAGER, grant('SELECT', '`shop`.*')],
    ['a table of a schema', MANAGER, grant('UPDATE', '`shop`.`orders`')],
    ['a table', MANAGER, grant('DELETE', '`shop`.`orders`')],
    ['columns of a table', MANAGER, grant('UPDATE (`id`)', '`shop`.`orders`')],
    ['a routine of a schema', ADMIN, grant('EXECUTE', 'PROCEDURE `shop`.`work`')],
    ['what is taken', MANAGER, { ...grant('UPDATE', '`shop`.*'), verb: 'REVOKE' }],
    ['to act as somebody', PROXIES, grant('PROXY', '`boss`@`%`')],
    [
      'to act as anybody',
      ['GRANT PROXY ON ``@`` TO `root`@`%` WITH GRANT OPTION'],
      grant('PROXY', '`x`@`%`'),
    ],
    [
      'the same on MariaDB',
      ['GRANT PROXY ON ``@`%` TO `root`@`%` WITH GRANT OPTION'],
      grant('PROXY', '`x`@`%`'),
    ],
    ['default roles', OWNER, { verb: 'SET DEFAULT ROLE', given: ['NONE'] }],
  ] as [string, string[], GrantStatement][])('allow to pass on %s', (_, own, statement) => {
    expect(authorityOf(rightsOf(own), false).allows(statement)).toBe('yes');
  });

  it.each([
    ['what one has not', MANAGER, grant('INSERT', '`shop`.*')],
    ['one of two that one has not', MANAGER, grant('SELECT, INSERT', '`shop`.*')],
    ['what one has without the option', MANAGER, grant('INSERT', '`other`.*')],
    ['another schema', MANAGER, grant('SELECT', '`shops`.*')],
    ['everything', MANAGER, grant('SELECT', '*.*')],
    ['another table', MANAGER, grant('DELETE', '`shop`.`prices`')],
    ['all of a schema of which one has a part', MANAGER, grant('ALL PRIVILEGES', '`shop`.*')],
    ['all of everything, of which one has what there is in a schema', ADMIN, grant('ALL PRIVILEGES', '*.*')],
    ['what is restricted somewhere', RESTRICTED, grant('SELECT', '`shop`.*')],
    ['a dynamic privilege where others are restricted', RESTRICTED, grant('BACKUP_ADMIN', '*.*')],
    ['a dynamic privilege without the option', ADMIN, grant('CLONE_ADMIN', '*.*')],
    ['a dynamic privilege among others', ADMIN, grant('BACKUP_ADMIN, CLONE_ADMIN', '*.*')],
    ['a role without the option', ADMIN, grant('`crew`@`%`')],
    ['one role of two', ADMIN, grant('`team`@`%`, `crew`@`%`')],
    ['to act as somebody, without the option', PROXIES, grant('PROXY', '`chief`@`%`')],
    [
      'default roles without writing to the grant tables',
      MANAGER,
      { verb: 'SET DEFAULT ROLE', given: ['NONE'] },
    ],
    [
      'all of a schema without one of its privileges',
      [ADMIN[0]?.replace(' EVENT,', '') ?? ''],
      grant('ALL PRIVILEGES', '`shop`.*'),
    ],
    [
      'default roles without managing accounts',
      ['GRANT UPDATE ON *.* TO `a`@`%` WITH GRANT OPTION'],
      { verb: 'SET DEFAULT ROLE', given: ['NONE'] },
    ],
    [
      'what one has everywhere, where the option is one for a schema',
      ['GRANT SELECT ON *.* TO `a`@`%`', 'GRANT INSERT ON `shop`.* TO `a`@`%` WITH GRANT OPTION'],
      grant('SELECT', '`shop`.*'),
    ],
    [
      'a table of which one has a column with the option',
      ['GRANT SELECT (`id`) ON `shop`.`prices` TO `a`@`%` WITH GRANT OPTION'],
      grant('SELECT', '`shop`.`prices`'),
    ],
    ['a privilege named like a dynamic one', ADMIN, grant('BACKUP_ADMIN', '`shop`.*')],
    ['anything with nothing', [], grant('USAGE', '*.*')],
  ] as [string, string[], GrantStatement][])('leave it to the server to allow %s', (_, own, statement) => {
    expect(authorityOf(rightsOf(own), false).allows(statement)).not.toBe('yes');
  });

  it.each([
    [OWNER, 'yes'],
    [['GRANT CREATE USER ON *.* TO `a`@`%`'], 'yes'],
    [['GRANT INSERT ON `mysql`.* TO `a`@`%`'], 'ask'],
    [['GRANT UPDATE ON `mysql`.* TO `a`@`%`'], 'ask'],
    [['GRANT SELECT ON *.* TO `a`@`%`'], 'no'],
    [[], 'no'],
  ])('%j manage accounts: %s', (own, expected) => {
    expect(authorityOf(rightsOf(own), false).managesAccounts).toBe(expected);
  });

  it.each([
    ['a privilege that one has nowhere', MANAGER, grant('TRIGGER', '`shop`.*'), 'no'],
    ['one of two that one has nowhere', MANAGER, grant('SELECT, TRIGGER', '`shop`.*'), 'no'],
    ['columns of what one has nowhere', MANAGER, grant('REFERENCES (`a`)', '`shop`.`t`'), 'no'],
    ['what one has elsewhere', MANAGER, grant('DELETE', '`shop`.*'), 'ask'],
    [
      'anything, with everything somewhere',
      ['GRANT ALL PRIVILEGES ON `a%`.* TO `b`@`%`'],
      grant('TRIGGER', '`ab`.*'),
      'ask',
    ],
    ['all of a schema', MANAGER, grant('ALL PRIVILEGES', '`shop`.*'), 'ask'],
    ['a dynamic privilege that one has', ADMIN, grant('CLONE_ADMIN', '*.*'), 'ask'],
    ['a dynamic privilege that one has not', ADMIN, grant('XA_RECOVER_ADMIN', '*.*'), 'no'],
    ['a role that one has not', MANAGER, grant('`team`@`%`'), 'ask'],
    ['to act as somebody', MANAGER, grant('PROXY', '`x`@`%`'), 'ask'],
    ['default roles', MANAGER, { verb: 'SET DEFAULT ROLE', given: ['`team`@`%`'] }, 'ask'],
    ['nothing', MANAGER, grant('USAGE', '`x`.*'), 'ask'],
  ] as [string, string[], GrantStatement, string][])('to pass on %s: %#', (_, own, statement, verdict) => {
    expect(authorityOf(rightsOf(own), false).allows(statement)).toBe(verdict);
  });

  it('that MariaDB lists one by one are not all of them: a schema has some there that MySQL does not know', () => {
    const own = rightsOf(ADMIN);
    expect(authorityOf(own, true).allows(grant('ALL PRIVILEGES', '`shop`.*'))).toBe('ask');
    expect(authorityOf(rightsOf(OWNER), true).allows(grant('ALL PRIVILEGES', '`shop`.*'))).toBe('yes');
  });

  it.each([
    ['GRANT SYSTEM_USER ON *.* TO `a`@`%`', true],
    ['GRANT SYSTEM_USER ON *.* TO `a`@`%` WITH GRANT OPTION', true],
    ['GRANT ALL PRIVILEGES ON *.* TO `a`@`%` WITH GRANT OPTION', false],
  ])('%s: change system users: %s', (line, expected) => {
    expect(authorityOf(rightsOf([line]), false).isSystemUser).toBe(expected);
  });

  it('of a system user are those that SHOW GRANTS shows of one', () => {
    expect(rightsOf(['GRANT SYSTEM_USER ON *.* TO `a`@`%`']).map(phraseOf)).toEqual([phraseOf(SYSTEM_USER)]);
  });

  it.each(
    ADMIN[0]
      ?.replace(/GRANT (.*) ON .*/, '$1')
      .split(', ')
      .filter((privilege) => !['RELOAD', 'CREATE USER'].includes(privilege)) ?? [],
  )('without %s are not all that there is on a schema', (privilege) => {
    const fewer = ADMIN[0]?.replace(new RegExp(`(?<=[T,] )${privilege}, |, ${privilege}(?= ON)`), '') ?? '';
    expect(fewer).not.toBe(ADMIN[0]);
    expect(authorityOf(rightsOf([fewer]), false).allows(grant('ALL PRIVILEGES', '`shop`.*'))).toBe('ask');
  });

  it('to pass on something else everywhere do not tell of default roles', () => {
    const own = rightsOf(['GRANT CREATE USER, SELECT ON *.* TO `a`@`%` WITH GRANT OPTION']);
    expect(authorityOf(own, false).allows({ verb: 'SET DEFAULT ROLE', given: ['NONE'] })).toBe('ask');
  });
});
