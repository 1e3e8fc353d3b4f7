import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeGrant, grantTo, parseGrant } from '../../../../functions/engines/mysql/grant.ts';
import { thrownBy } from '../../support/canaries.ts';

const NEW_ACCOUNT = "'app_clone'@'10.%'";

/* Lines as SHOW GRANTS prints them, and the statement that gives another account the same. */
const MYSQL: [string, string][] = [
  ['GRANT USAGE ON *.* TO `app`@`%`', 'GRANT USAGE ON *.* TO ACCOUNT'],
  [
    'GRANT SELECT, INSERT ON `shop`.* TO `app`@`10.%` WITH GRANT OPTION',
    'GRANT SELECT, INSERT ON `shop`.* TO ACCOUNT WITH GRANT OPTION',
  ],
  [
    'GRANT SELECT (`id`, `name`), UPDATE (`name`) ON `shop`.`orders` TO `app`@`%`',
    'GRANT SELECT (`id`, `name`), UPDATE (`name`) ON `shop`.`orders` TO ACCOUNT',
  ],
  [
    'GRANT BACKUP_ADMIN,ROLE_ADMIN,XA_RECOVER_ADMIN ON *.* TO `app`@`%` WITH GRANT OPTION',
    'GRANT BACKUP_ADMIN,ROLE_ADMIN,XA_RECOVER_ADMIN ON *.* TO ACCOUNT WITH GRANT OPTION',
  ],
  ['GRANT `reader`@`%`,`writer`@`%` TO `app`@`%`', 'GRANT `reader`@`%`,`writer`@`%` TO ACCOUNT'],
  ['GRANT `reader`@`%` TO `app`@`%` WITH ADMIN OPTION', 'GRANT `reader`@`%` TO ACCOUNT WITH ADMIN OPTION'],
  [
    'GRANT PROXY ON `boss`@`%` TO `app`@`%` WITH GRANT OPTION',
    'GRANT PROXY ON `boss`@`%` TO ACCOUNT WITH GRANT OPTION',
  ],
  [
    "GRANT PROXY ON ''@'' TO 'app'@'localhost' WITH GRANT OPTION",
    "GRANT PROXY ON ''@'' TO ACCOUNT WITH GRANT OPTION",
  ],
  ['REVOKE INSERT, UPDATE ON `mysql`.* FROM `app`@`%`', 'REVOKE INSERT, UPDATE ON `mysql`.* FROM ACCOUNT'],
  [
    'GRANT EXECUTE ON FUNCTION `shop`.`total` TO `app`@`%`',
    'GRANT EXECUTE ON FUNCTION `shop`.`total` TO ACCOUNT',
  ],
  [
    'GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `shop`.`from to` TO `app`@`%`',
    'GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `shop`.`from to` TO ACCOUNT',
  ],
  ['GRANT SELECT ON `shop\\_%`.* TO `app`@`%`', 'GRANT SELECT ON `shop\\_%`.* TO ACCOUNT'],
];

const MARIADB: [string, string][] = [
  [
    "GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'",
    'GRANT USAGE ON *.* TO ACCOUNT',
  ],
  [
    "GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED VIA ed25519 USING 'ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY' OR unix_socket",
    'GRANT USAGE ON *.* TO ACCOUNT',
  ],
  [
    "GRANT SELECT ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*24' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 5 MAX_USER_CONNECTIONS 2",
    'GRANT SELECT ON *.* TO ACCOUNT',
  ],
  [
    "GRANT SELECT ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*24' REQUIRE ISSUER '/CN=GRANT OPTION' SUBJECT '/CN=a' WITH GRANT OPTION MAX_STATEMENT_TIME 1.500000",
    'GRANT SELECT ON *.* TO ACCOUNT WITH GRANT OPTION',
  ],
  [
    'GRANT DELETE HISTORY, BINLOG ADMIN, READ_ONLY ADMIN ON *.* TO `app`@`%`',
    'GRANT DELETE HISTORY, BINLOG ADMIN, READ_ONLY ADMIN ON *.* TO ACCOUNT',
  ],
  ['GRANT `reader` TO `app`@`%`', 'GRANT `reader` TO ACCOUNT'],
  ['GRANT `reader` TO `app`@`%` WITH ADMIN OPTION', 'GRANT `reader` TO ACCOUNT WITH ADMIN OPTION'],
  ['SET DEFAULT ROLE `reader` FOR `app`@`%`', 'SET DEFAULT ROLE `reader` FOR ACCOUNT'],
  [
    'GRANT PROXY ON ``@`%` TO `app`@`localhost` WITH GRANT OPTION',
    'GRANT PROXY ON ``@`%` TO ACCOUNT WITH GRANT OPTION',
  ],
  [
    'GRANT EXECUTE ON PACKAGE BODY `shop`.`p` TO `app`@`%`',
    'GRANT EXECUTE ON PACKAGE BODY `shop`.`p` TO ACCOUNT',
  ],
];

const HOSTILE_NAMES: [string, string][] = [
  ['GRANT SELECT ON `a TO b`.* TO `x TO y`@`%`', 'GRANT SELECT ON `a TO b`.* TO ACCOUNT'],
  ['GRANT SELECT ON `TO`.`FROM` TO `FOR`@`TO`', 'GRANT SELECT ON `TO`.`FROM` TO ACCOUNT'],
  ['GRANT SELECT ON `a``b TO ``c`.* TO `d``TO``e`@`%`', 'GRANT SELECT ON `a``b TO ``c`.* TO ACCOUNT'],
  ['GRANT `TO `@`%` TO `app`@`%` WITH ADMIN OPTION', 'GRANT `TO `@`%` TO ACCOUNT WITH ADMIN OPTION'],
  ['GRANT SELECT ON `it\'s`.`"q"` TO `a\'b"c`@`%`', 'GRANT SELECT ON `it\'s`.`"q"` TO ACCOUNT'],
  ['GRANT SELECT ON `a\\`.* TO `WITH GRANT OPTION`@`%`', 'GRANT SELECT ON `a\\`.* TO ACCOUNT'],
  ["GRANT PROXY ON 'it\\'s TO me'@'%' TO 'app'@'%'", "GRANT PROXY ON 'it\\'s TO me'@'%' TO ACCOUNT"],
  ["GRANT PROXY ON 'it''s TO me'@'%' TO 'app'@'%'", "GRANT PROXY ON 'it''s TO me'@'%' TO ACCOUNT"],
  ['GRANT SELECT ON `line\nTO\nbreak`.* TO `app`@`%`', 'GRANT SELECT ON `line\nTO\nbreak`.* TO ACCOUNT'],
  ['GRANT SELECT ON `tö`.`😀 TO` TO `ü`@`%`', 'GRANT SELECT ON `tö`.`😀 TO` TO ACCOUNT'],
];

describe.each<[string, [string, string][]]>([
  ['MySQL', MYSQL],
  ['MariaDB', MARIADB],
  ['hostile names', HOSTILE_NAMES],
])('a line of SHOW GRANTS of %s', (_kind, lines) => {
  it.each(lines)('%s', (line, statement) => {
    expect(grantTo(NEW_ACCOUNT, parseGrant(line))).toBe(statement.replace('ACCOUNT', () => NEW_ACCOUNT));
  });
});

describe('a grant', () => {
  it('is described without who has it', () => {
    const own = describeGrant(parseGrant('GRANT SELECT ON `a`.* TO `app`@`%` WITH GRANT OPTION'));
    expect(own).toBe('GRANT SELECT ON `a`.* WITH GRANT OPTION');
    expect(describeGrant(parseGrant('GRANT SELECT ON `a`.* TO `app_clone`@`%` WITH GRANT OPTION'))).toBe(own);
    expect(describeGrant(parseGrant('GRANT SELECT ON `a`.* TO `app`@`%`'))).toBe('GRANT SELECT ON `a`.*');
  });

  it.each(['', 'GRANT SELECT ON `a`.*', '`TO`'])(
    'is not read from %j, which names no account',
    async (line) => {
      expect((await thrownBy(() => parseGrant(line))).name).toBe('TypeError');
    },
  );
});

describe('any name', () => {
  const keyword = fc.constantFrom(
    ' TO ',
    ' FROM ',
    ' FOR ',
    'WITH GRANT OPTION',
    '`',
    "'",
    '"',
    '\\',
    '@',
    '%',
    '.',
    '*',
  );
  const name = fc.array(fc.oneof(keyword, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''));
  const quoted = name.map((text) => `\`${text.replaceAll('`', '``')}\``);

  it('of a database, a table, a user and a host leaves the rest of the grant as it is', () => {
    fc.assert(
      fc.property(quoted, quoted, quoted, quoted, fc.boolean(), (database, table, user, host, passesOn) => {
        const statement = `GRANT SELECT (${table}) ON ${database}.${table}`;
        const option = passesOn ? ' WITH GRANT OPTION' : '';
        const grant = parseGrant(`${statement} TO ${user}@${host}${option}`);
        expect(grantTo(NEW_ACCOUNT, grant)).toBe(`${statement} TO ${NEW_ACCOUNT}${option}`);
        expect(describeGrant(grant)).toBe(`${statement}${option}`);
      }),
    );
  });
});
