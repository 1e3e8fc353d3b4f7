import { describe, expect, it } from 'vitest';
import { manageAccounts, surelyAllow } from '../../../../functions/engines/mysql/authority.ts';
import type { GrantStatement } from '../../../../functions/engines/mysql/grant-statement.ts';
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
    ['a dynamic privilege where others are restricted', RESTRICTED, grant('BACKUP_ADMIN', '*.*')],
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
    expect(surelyAllow(rightsOf(own), statement)).toBe(true);
  });

  it.each([
    ['what one has not', MANAGER, grant('INSERT', '`shop`.*')],
    ['one of two that one has not', MANAGER, grant('SELECT, INSERT', '`shop`.*')],
    ['what one has without the option', MANAGER, grant('INSERT', '`other`.*')],
    ['another schema', MANAGER, grant('SELECT', '`shops`.*')],
    ['everything', MANAGER, grant('SELECT', '*.*')],
    ['another table', MANAGER, grant('DELETE', '`shop`.`prices`')],
    ['a table of which one has a column', MANAGER, grant('SELECT', '`else`.`prices`')],
    ['all of a schema of which one has a part', MANAGER, grant('ALL PRIVILEGES', '`shop`.*')],
    ['all of everything, of which one has what there is in a schema', ADMIN, grant('ALL PRIVILEGES', '*.*')],
    ['what is restricted somewhere', RESTRICTED, grant('SELECT', '`shop`.*')],
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
    ['anything with nothing', [], grant('USAGE', '*.*')],
  ] as [string, string[], GrantStatement][])('leave it to the server to allow %s', (_, own, statement) => {
    expect(surelyAllow(rightsOf(own), statement)).toBe(false);
  });

  it.each([
    [OWNER, true],
    [MANAGER, true],
    [['GRANT CREATE USER ON `shop`.* TO `a`@`%`'], false],
    [[], false],
  ])('%j manage accounts: %s', (own, expected) => {
    expect(manageAccounts(rightsOf(own))).toBe(expected);
  });
});
