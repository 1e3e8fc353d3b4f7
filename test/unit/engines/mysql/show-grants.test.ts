import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phraseOf } from '../../../../functions/engines/mysql/right.ts';
import { rightsIn } from '../../../../functions/engines/mysql/show-grants.ts';
import { thrownBy } from '../../support/canaries.ts';

/* Lines as SHOW GRANTS prints them, and a phrase for each right in them. */
const MYSQL: [string, string[]][] = [
  ['GRANT USAGE ON *.* TO `app`@`%`', []],
  ['GRANT USAGE ON *.* TO `app`@`%` WITH GRANT OPTION', ['GRANT OPTION ON *.*']],
  ['GRANT USAGE ON `shop`.* TO `app`@`%` WITH GRANT OPTION', ['GRANT OPTION ON `shop`.*']],
  [
    'GRANT SELECT, CREATE TEMPORARY TABLES ON `shop`.* TO `app`@`10.%` WITH GRANT OPTION',
    ['SELECT ON `shop`.*', 'CREATE TEMPORARY TABLES ON `shop`.*', 'GRANT OPTION ON `shop`.*'],
  ],
  ['GRANT ALL PRIVILEGES ON `shop`.* TO `app`@`%`', ['ALL PRIVILEGES ON `shop`.*']],
  ['GRANT SELECT ON `shop\\_%`.* TO `app`@`%`', ['SELECT ON `shop\\_%`.*']],
  [
    'GRANT SELECT, SELECT (`id`), INSERT, UPDATE (`id`, `note`) ON `shop`.`orders` TO `app`@`%`',
    [
      'SELECT ON `shop`.`orders`',
      'SELECT (`id`) ON `shop`.`orders`',
      'INSERT ON `shop`.`orders`',
      'UPDATE (`id`) ON `shop`.`orders`',
      'UPDATE (`note`) ON `shop`.`orders`',
    ],
  ],
  [
    'GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `app`@`%`',
    ['BACKUP_ADMIN ON *.*', 'XA_RECOVER_ADMIN ON *.*'],
  ],
  ['GRANT BINLOG_ADMIN ON *.* TO `app`@`%` WITH GRANT OPTION', ['BINLOG_ADMIN ON *.* WITH GRANT OPTION']],
  ['GRANT `reader`@`%`,`wri,ter`@`%` TO `app`@`%`', ['the role `reader`@`%`', 'the role `wri,ter`@`%`']],
  ['GRANT `reader`@`%` TO `app`@`%` WITH ADMIN OPTION', ['the role `reader`@`%` WITH ADMIN OPTION']],
  ['GRANT PROXY ON `boss`@`%` TO `app`@`%`', ['PROXY ON `boss`@`%`']],
  ["GRANT PROXY ON ''@'' TO 'app'@'localhost' WITH GRANT OPTION", ["PROXY ON ''@'' WITH GRANT OPTION"]],
  ['REVOKE INSERT, UPDATE ON `mysql`.* FROM `app`@`%`', ['no INSERT ON `mysql`.*', 'no UPDATE ON `mysql`.*']],
  [
    'GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `shop`.`from to` TO `app`@`%`',
    ['EXECUTE ON PROCEDURE `shop`.`from to`', 'ALTER ROUTINE ON PROCEDURE `shop`.`from to`'],
  ],
];

const MARIADB: [string, string[]][] = [
  ["GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'", []],
  ["GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED VIA ed25519 USING 'ZIgUREUg5P' OR unix_socket", []],
  [
    "GRANT SELECT ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*24' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 5",
    ['SELECT ON *.*'],
  ],
  [
    "GRANT SELECT ON *.* TO `app`@`%` REQUIRE ISSUER '/CN=GRANT OPTION' SUBJECT '/CN=it''s' WITH GRANT OPTION MAX_STATEMENT_TIME 1.500000",
    ['SELECT ON *.*', 'GRANT OPTION ON *.*'],
  ],
  ["GRANT USAGE ON *.* TO `app`@`%` REQUIRE ISSUER '/CN=b' SUBJECT '/CN=it''s WITH GRANT OPTION'", []],
  [
    'GRANT DELETE HISTORY, READ_ONLY ADMIN ON *.* TO `app`@`%`',
    ['DELETE HISTORY ON *.*', 'READ_ONLY ADMIN ON *.*'],
  ],
  ['GRANT `reader` TO `app`@`%`', ['the role `reader`']],
  ['GRANT `reader` TO `app`@`%` WITH ADMIN OPTION', ['the role `reader` WITH ADMIN OPTION']],
  ['SET DEFAULT ROLE `rea der` FOR `app`@`%`', ['sessions that start with the role `rea der`']],
  ['GRANT EXECUTE ON PACKAGE BODY `shop`.`p` TO `app`@`%`', ['EXECUTE ON PACKAGE BODY `shop`.`p`']],
];

const HOSTILE_NAMES: [string, string[]][] = [
  ['GRANT SELECT ON `a TO b`.* TO `x TO y`@`%`', ['SELECT ON `a TO b`.*']],
  ['GRANT SELECT ON `TO`.`FROM` TO `FOR`@`TO`', ['SELECT ON `TO`.`FROM`']],
  ['GRANT SELECT ON `a``b TO ``c`.* TO `d``TO``e`@`%`', ['SELECT ON `a``b TO ``c`.*']],
  ['GRANT SELECT ON `a\\`.* TO `WITH GRANT OPTION`@`%`', ['SELECT ON `a\\`.*']],
  ["GRANT PROXY ON 'it\\'s TO me'@'%' TO 'app'@'%'", ["PROXY ON 'it\\'s TO me'@'%'"]],
  ['GRANT SELECT ON `line\nTO\nbreak`.* TO `app`@`%`', ['SELECT ON `line\nTO\nbreak`.*']],
  [
    'GRANT INSERT (`a)`, `ON`, `b\n(`) ON `shop`.`orders (old)` TO `app`@`%`',
    [
      'INSERT (`a)`) ON `shop`.`orders (old)`',
      'INSERT (`ON`) ON `shop`.`orders (old)`',
      'INSERT (`b\n(`) ON `shop`.`orders (old)`',
    ],
  ],
];

describe.each<[string, [string, string[]][]]>([
  ['MySQL', MYSQL],
  ['MariaDB', MARIADB],
  ['hostile names', HOSTILE_NAMES],
])('a line of SHOW GRANTS of %s', (_kind, lines) => {
  it.each(lines)('%s', (line, phrases) => {
    expect(rightsIn(line).map(phraseOf)).toEqual(phrases);
  });
});

describe('the parts of a right', () => {
  it.each([
    [
      'a privilege',
      'GRANT SELECT ON `shop`.* TO `app`@`%`',
      { kind: 'privilege', privilege: 'SELECT', object: '`shop`.*' },
    ],
    [
      'a privilege on a column',
      'GRANT CREATE VIEW(`id`) ON `shop`.`t` TO `app`@`%`',
      { kind: 'privilege', privilege: 'CREATE VIEW', column: '`id`', object: '`shop`.`t`' },
    ],
    [
      'a dynamic privilege',
      'GRANT BACKUP_ADMIN ON *.* TO `app`@`%`',
      { kind: 'dynamic privilege', privilege: 'BACKUP_ADMIN', passedOn: false },
    ],
    [
      'a dynamic privilege of many words',
      'GRANT XA_RECOVER_ADMIN ON *.* TO `app`@`%`',
      { kind: 'dynamic privilege', privilege: 'XA_RECOVER_ADMIN', passedOn: false },
    ],
    [
      'a static privilege with an underscore',
      'GRANT READ_ONLY ADMIN ON *.* TO `app`@`%`',
      { kind: 'privilege', privilege: 'READ_ONLY ADMIN', object: '*.*' },
    ],
    [
      'a privilege on one database, whatever it is called',
      'GRANT A_B ON `shop`.* TO `app`@`%`',
      { kind: 'privilege', privilege: 'A_B', object: '`shop`.*' },
    ],
    [
      'a restriction',
      'REVOKE SELECT ON `mysql`.* FROM `app`@`%`',
      { kind: 'restriction', privilege: 'SELECT', object: '`mysql`.*' },
    ],
    [
      'a proxy',
      'GRANT PROXY ON `b`@`%` TO `app`@`%` WITH GRANT OPTION',
      { kind: 'proxy', user: '`b`@`%`', passedOn: true },
    ],
    ['a role', 'GRANT `r`@`%` TO `app`@`%`', { kind: 'role', role: '`r`@`%`', passedOn: false }],
    ['a default role', 'SET DEFAULT ROLE `r` FOR `app`@`%`', { kind: 'default role', role: '`r`' }],
  ])('that is %s', (_case, line, right) => {
    expect(rightsIn(line)).toEqual([right]);
  });
});

it.each(['', 'GRANT SELECT ON `a`.*', '`TO`'])(
  'nothing is read from %j, which names no account',
  async (line) => {
    expect(await thrownBy(() => rightsIn(line))).toMatchObject({
      name: 'TypeError',
      message: 'a line of SHOW GRANTS names no account',
    });
  },
);

it('any name of a database, a table, a user and a host is kept as it is', () => {
  const keyword = fc.constantFrom(
    ' TO ',
    ' FROM ',
    ' FOR ',
    'WITH GRANT OPTION',
    ' ON ',
    '`',
    "'",
    '"',
    '\\',
    '@',
    '.',
    '(',
    ',',
  );
  const name = fc.array(fc.oneof(keyword, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''));
  const quoted = name.map((text) => `\`${text.replaceAll('`', '``')}\``);
  fc.assert(
    fc.property(quoted, quoted, quoted, quoted, fc.boolean(), (database, table, user, host, passesOn) => {
      const object = `${database}.${table}`;
      const line = `GRANT SELECT (${table}) ON ${object} TO ${user}@${host}`;
      expect(rightsIn(passesOn ? `${line} WITH GRANT OPTION` : line)).toEqual([
        { kind: 'privilege', privilege: 'SELECT', column: table, object },
        ...(passesOn ? [{ kind: 'grant option', object }] : []),
      ]);
    }),
  );
});
