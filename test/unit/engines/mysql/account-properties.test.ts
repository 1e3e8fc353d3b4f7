import { describe, expect, it } from 'vitest';
import {
  type AccountProperties,
  propertyChanges,
  propertyTraits,
} from '../../../../functions/engines/mysql/account-properties.ts';
import { parseShowCreateUser } from '../../../../functions/engines/mysql/show-create-user.ts';

/* Rows of SHOW CREATE USER as MySQL 9.7.4 and MariaDB 11.8.9 print them. */
const PLAIN_MYSQL =
  "CREATE USER `app`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$6G)etJbMW\\'b:E)fmGWjrI/DQ34s2bQMW3xHRyQY27AIyAK2jDbOe.U5opD' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT";
const FULL_MYSQL =
  "CREATE USER `b`@`10.%` IDENTIFIED WITH 'caching_sha2_password' AS 0x244124303041242A6C7C733E3320500831695E681F7C7A391A3017765A6F74625551537474506749625A646873656F483951726378664C7736706964514C6F704C4638503734 DEFAULT ROLE `r1`@`%`,`r2`@`10.%` REQUIRE SUBJECT '/CN=it's \\ \"x\"\n\ty' ISSUER '/CN=i' CIPHER 'AES' WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4 PASSWORD EXPIRE NEVER ACCOUNT LOCK PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 6 DAY PASSWORD REQUIRE CURRENT FAILED_LOGIN_ATTEMPTS 7 PASSWORD_LOCK_TIME 8 ATTRIBUTE '{\"comment\": \"it\\'s \\\\\\\\ a \\\\\"comment\\\\\"\\\\nnew\"}'";
const OTHER_MYSQL =
  "CREATE USER `c`@`%` IDENTIFIED WITH 'sha256_password' AS 0x243524235E73796E5C3210043F1605445A3705141C293C2475475A4D626A476E53792F534A4F6330763332594B78734A5A42414E41442E73356F77777173457074342F REQUIRE X509 PASSWORD EXPIRE NEVER ACCOUNT UNLOCK PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY PASSWORD REQUIRE CURRENT OPTIONAL FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED";
/* To an account that may not read it, its hash is this. */
const SECRET_MYSQL =
  "CREATE USER `low`@`%` IDENTIFIED WITH 'caching_sha2_password' AS <secret> REQUIRE NONE PASSWORD EXPIRE NEVER ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT";
const PLAIN_MARIADB =
  "CREATE USER `a`@`%` IDENTIFIED BY PASSWORD '*B69027D44F6E5EDC07F1AEAD1477967B16F28227'";
const FULL_MARIADB =
  "CREATE USER `b`@`10.%` IDENTIFIED BY PASSWORD '*A89B470F66BB710E5AC9502E7BC8BF32294AA7FA' REQUIRE ISSUER '/CN=i' SUBJECT '/CN=it''s \\\\ \"x\"\\n\ty' CIPHER 'AES' WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS -1 MAX_STATEMENT_TIME 1.500000 ACCOUNT LOCK PASSWORD EXPIRE INTERVAL 90 DAY";
const SEVERAL_PLUGINS =
  "CREATE USER `o``dd'x\"y`@`%` IDENTIFIED VIA unix_socket USING 'root''s \\\\ \"z\"' OR ed25519 USING 'Gv2JI8Env2fd5YGonZ082tX3UAW+yJYldOlj4R1bfK4' OR mysql_native_password USING '*B69027D44F6E5EDC07F1AEAD1477967B16F28227' OR unix_socket";

const DEFAULT_SETTINGS = {
  REQUIRE: 'NONE',
  MAX_QUERIES_PER_HOUR: '0',
  MAX_UPDATES_PER_HOUR: '0',
  MAX_CONNECTIONS_PER_HOUR: '0',
  MAX_USER_CONNECTIONS: '0',
  MAX_STATEMENT_TIME: '0',
  'PASSWORD EXPIRE': 'DEFAULT',
  'PASSWORD HISTORY': 'DEFAULT',
  'PASSWORD REUSE INTERVAL': 'DEFAULT',
  'PASSWORD REQUIRE CURRENT': 'DEFAULT',
  FAILED_LOGIN_ATTEMPTS: '0',
  PASSWORD_LOCK_TIME: '0',
};

const properties = (line: string | string[], attribute?: string): AccountProperties => {
  const { hasAttribute: _, ...printed } = parseShowCreateUser([line].flat());
  return { ...printed, attribute };
};

describe('a row of SHOW CREATE USER', () => {
  it.each([
    ['MySQL, plain', PLAIN_MYSQL, 'WITH', [['caching_sha2_password', undefined]], {}],
    [
      'MySQL, with all there is',
      FULL_MYSQL,
      'WITH',
      [['caching_sha2_password', undefined]],
      {
        REQUIRE: `SUBJECT '/CN=it\\'s \\\\ \\"x\\"\\n\\ty' ISSUER '/CN=i' CIPHER 'AES'`,
        MAX_QUERIES_PER_HOUR: '1',
        MAX_UPDATES_PER_HOUR: '2',
        MAX_CONNECTIONS_PER_HOUR: '3',
        MAX_USER_CONNECTIONS: '4',
        'PASSWORD EXPIRE': 'NEVER',
        'PASSWORD HISTORY': '5',
        'PASSWORD REUSE INTERVAL': '6 DAY',
        'PASSWORD REQUIRE CURRENT': '',
        FAILED_LOGIN_ATTEMPTS: '7',
        PASSWORD_LOCK_TIME: '8',
      },
    ],
    [
      'MySQL, otherwise',
      OTHER_MYSQL,
      'WITH',
      [['sha256_password', undefined]],
      {
        REQUIRE: 'X509',
        'PASSWORD EXPIRE': 'NEVER',
        'PASSWORD HISTORY': '0',
        'PASSWORD REUSE INTERVAL': '0 DAY',
        'PASSWORD REQUIRE CURRENT': 'OPTIONAL',
        FAILED_LOGIN_ATTEMPTS: '3',
        PASSWORD_LOCK_TIME: 'UNBOUNDED',
      },
    ],
    [
      'MySQL, of oneself',
      SECRET_MYSQL,
      'WITH',
      [['caching_sha2_password', undefined]],
      { 'PASSWORD EXPIRE': 'NEVER' },
    ],
    ['MariaDB, plain', PLAIN_MARIADB, 'VIA', [['mysql_native_password', undefined]], {}],
    ['MariaDB, no password', 'CREATE USER `n`@`%`', 'VIA', [['mysql_native_password', undefined]], {}],
    [
      'MariaDB, with all there is',
      FULL_MARIADB,
      'VIA',
      [['mysql_native_password', undefined]],
      {
        REQUIRE: `ISSUER '/CN=i' SUBJECT '/CN=it\\'s \\\\ \\"x\\"\\n\\ty' CIPHER 'AES'`,
        MAX_QUERIES_PER_HOUR: '1',
        MAX_UPDATES_PER_HOUR: '2',
        MAX_CONNECTIONS_PER_HOUR: '3',
        MAX_USER_CONNECTIONS: '-1',
        MAX_STATEMENT_TIME: '1.500000',
        'PASSWORD EXPIRE': 'INTERVAL 90 DAY',
      },
    ],
    [
      'MariaDB, several plugins',
      SEVERAL_PLUGINS,
      'VIA',
      [
        ['unix_socket', 'root\'s \\ "z"'],
        ['ed25519', undefined],
        ['mysql_native_password', undefined],
        ['unix_socket', undefined],
      ],
      {},
    ],
    [
      'MariaDB, TLS and no more',
      `${PLAIN_MARIADB} REQUIRE  PASSWORD EXPIRE`,
      'VIA',
      [['mysql_native_password', undefined]],
      { REQUIRE: "SUBJECT ''" },
    ],
  ])('is read without name and hash: %s', (_case, line, introducedBy, plugins, settings) => {
    const { hasAttribute: _, isLocked: _locked, isExpired: _expired, ...read } = parseShowCreateUser([line]);
    expect(read).toEqual({
      introducedBy,
      authentication: plugins.map(([plugin, as]) => ({ plugin, as })),
      furtherFactors: [],
      settings: { ...DEFAULT_SETTINGS, ...settings },
    });
  });

  it.each([
    ['MySQL, open', [PLAIN_MYSQL], false, false],
    ['MySQL, locked', [FULL_MYSQL], true, false],
    ['MySQL, expired', [PLAIN_MYSQL.replace('EXPIRE DEFAULT', 'EXPIRE')], false, true],
    ['MySQL, with passwords that expire', [PLAIN_MYSQL.replace('DEFAULT', 'INTERVAL 9 DAY')], false, false],
    ['MariaDB, open', [PLAIN_MARIADB], false, false],
    ['MariaDB, locked', [FULL_MARIADB], true, false],
    ['MariaDB, expired', [`${PLAIN_MARIADB} PASSWORD EXPIRE`], false, true],
    [
      'MariaDB, expired and locked, with a second row',
      [`${PLAIN_MARIADB} ACCOUNT LOCK PASSWORD EXPIRE`, 'ALTER USER `a`@`%` PASSWORD EXPIRE INTERVAL 3 DAY'],
      true,
      true,
    ],
  ])('tells whether the account is closed: %s', (_case, lines, isLocked, isExpired) => {
    expect(parseShowCreateUser(lines)).toMatchObject({ isLocked, isExpired });
  });

  it('tells the further factors of a login', () => {
    const line = PLAIN_MYSQL.replace(
      ' REQUIRE NONE',
      " AND IDENTIFIED WITH 'auth_socket' AND IDENTIFIED WITH 'authentication_webauthn' AS 'x' REQUIRE NONE",
    );
    expect(parseShowCreateUser([line])).toEqual({
      ...parseShowCreateUser([PLAIN_MYSQL]),
      furtherFactors: ['auth_socket', 'authentication_webauthn'],
    });
  });

  it.each([
    [FULL_MYSQL, true],
    [PLAIN_MYSQL, false],
    [PLAIN_MARIADB, false],
  ])('says whether there is an attribute: %s', (line, expected) => {
    expect(parseShowCreateUser([line]).hasAttribute).toBe(expected);
  });

  it.each([
    ['MySQL, expired by hand', [PLAIN_MYSQL.replace('EXPIRE DEFAULT', 'EXPIRE')], undefined],
    ['MySQL, an interval', [PLAIN_MYSQL.replace('EXPIRE DEFAULT', 'EXPIRE INTERVAL 90 DAY')], undefined],
    ['MariaDB, expired by hand', [`${PLAIN_MARIADB} PASSWORD EXPIRE`], 'DEFAULT'],
    [
      'MariaDB, expired by hand, with a second row',
      [`${PLAIN_MARIADB} PASSWORD EXPIRE`, 'ALTER USER `a`@`%` PASSWORD EXPIRE INTERVAL 3 DAY'],
      'INTERVAL 3 DAY',
    ],
  ])('says how long passwords live, where it can be relied on: %s', (_case, lines, expected) => {
    expect(parseShowCreateUser(lines).settings['PASSWORD EXPIRE']).toBe(expected);
  });

  it.each([
    ["/CN=O'Neil", "SUBJECT '/CN=O\\'Neil'"],
    ["/CN=x'", "SUBJECT '/CN=x\\''"],
    ["'' PASSWORD HISTORY 9", "SUBJECT '\\'\\' PASSWORD HISTORY 9'"],
    ['/CN=REQUIRE NONE\\', "SUBJECT '/CN=REQUIRE NONE\\\\'"],
    ['', "SUBJECT ''"],
  ])('of MySQL has texts that are not escaped: %s', (subject, requirement) => {
    const { settings } = properties(PLAIN_MYSQL.replace('NONE', () => `SUBJECT '${subject}'`));
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, REQUIRE: requirement });
  });

  it.each([
    [PLAIN_MYSQL, "a SUBJECT 'x' PASSWORD EXPIRE NEVER"],
    [PLAIN_MARIADB, 'a IDENTIFIED WITH x ATTRIBUTE REQUIRE SSL'],
  ])('is not misread for the name: %s', (line, name) => {
    const renamed = line.replace(/`.*?`/, () => `\`${name}\``);
    expect(parseShowCreateUser([renamed])).toEqual(parseShowCreateUser([line]));
  });
});

describe('the changes to a clone', () => {
  it.each([
    ['nothing to itself', FULL_MYSQL, FULL_MYSQL, undefined],
    [
      'everything, in the order of the grammar',
      FULL_MYSQL,
      OTHER_MYSQL,
      "IDENTIFIED WITH 'caching_sha2_password' BY 'it\\'s thrown' REQUIRE SUBJECT '/CN=it\\'s \\\\ \\\"x\\\"\\n\\ty' ISSUER '/CN=i' CIPHER 'AES' WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4 PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 6 DAY PASSWORD REQUIRE CURRENT FAILED_LOGIN_ATTEMPTS 7 PASSWORD_LOCK_TIME 8 ACCOUNT LOCK",
    ],
    [
      'everything back to the defaults, and no password',
      PLAIN_MYSQL,
      FULL_MYSQL,
      'REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0 PASSWORD EXPIRE DEFAULT PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT FAILED_LOGIN_ATTEMPTS 0 PASSWORD_LOCK_TIME 0',
    ],
    [
      'no more than differs',
      FULL_MYSQL.replace('MAX_UPDATES_PER_HOUR 2 ', ''),
      FULL_MYSQL.replace('FAILED_LOGIN_ATTEMPTS 7', 'FAILED_LOGIN_ATTEMPTS 6'),
      'WITH MAX_UPDATES_PER_HOUR 0 FAILED_LOGIN_ATTEMPTS 7',
    ],
    [
      'MariaDB’s plugins',
      SEVERAL_PLUGINS,
      PLAIN_MARIADB,
      "IDENTIFIED VIA 'unix_socket' USING 'root\\'s \\\\ \\\"z\\\"' OR 'ed25519' USING PASSWORD('it\\'s thrown') OR 'mysql_native_password' USING PASSWORD('it\\'s thrown') OR 'unix_socket' ACCOUNT LOCK",
    ],
    [
      'MariaDB’s limits',
      PLAIN_MARIADB,
      FULL_MARIADB,
      'REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0 MAX_STATEMENT_TIME 0 PASSWORD EXPIRE DEFAULT',
    ],
    [
      'no life of passwords that is not known',
      PLAIN_MYSQL.replace('EXPIRE DEFAULT', 'EXPIRE'),
      PLAIN_MYSQL.replace('EXPIRE DEFAULT', 'EXPIRE NEVER'),
      undefined,
    ],
    [
      'the life of passwords that it hides',
      PLAIN_MYSQL,
      PLAIN_MYSQL.replace('EXPIRE DEFAULT', 'EXPIRE'),
      'PASSWORD EXPIRE DEFAULT',
    ],
    ['not its lock', PLAIN_MYSQL.replace('UNLOCK', 'LOCK'), PLAIN_MYSQL, undefined],
    ['not its default roles', FULL_MYSQL.replace(/DEFAULT ROLE \S+ /, ''), FULL_MYSQL, undefined],
  ])('are %s', (_case, original, clone, changes) => {
    expect(propertyChanges(properties(original), properties(clone), "it's thrown")).toBe(changes);
  });

  it('leave the plugin where no other password follows', () => {
    const clone = properties(PLAIN_MYSQL.replace('caching_sha2_password', 'sha256_password'));
    expect(propertyChanges(properties(PLAIN_MYSQL), clone, undefined)).toBeUndefined();
  });

  it.each([
    ['a new one', '{"a": "it\'s"}', undefined, `ATTRIBUTE '{\\"a\\": \\"it\\'s\\"}'`],
    ['an empty one', '{}', undefined, "ATTRIBUTE '{}'"],
    ['one less', undefined, '{"a": 1}', `ATTRIBUTE '{\\"a\\": null}'`],
    ['what is left of one', undefined, '{}', undefined],
    ['another', '{"a": 1}', '{"b": 1}', `ATTRIBUTE '{\\"a\\": 1, \\"b\\": null}'`],
    ['the same', '{"a": 1}', '{"a": 1}', undefined],
  ])('of the attribute are %s', (_case, original, clone, changes) => {
    expect(propertyChanges(properties(PLAIN_MYSQL, original), properties(PLAIN_MYSQL, clone), 'x')).toBe(
      changes,
    );
  });
});

describe('the traits of an account', () => {
  it.each([
    ['plain', PLAIN_MYSQL, undefined, ["IDENTIFIED WITH 'caching_sha2_password'"]],
    ['with an empty attribute', PLAIN_MYSQL, '{}', ["IDENTIFIED WITH 'caching_sha2_password'"]],
    [
      'with passwords whose life is not told',
      PLAIN_MYSQL.replace('EXPIRE DEFAULT', 'EXPIRE INTERVAL 90 DAY'),
      undefined,
      ["IDENTIFIED WITH 'caching_sha2_password'"],
    ],
    [
      'with some',
      OTHER_MYSQL,
      '{"a": 1}',
      [
        "IDENTIFIED WITH 'sha256_password'",
        'REQUIRE X509',
        'PASSWORD EXPIRE NEVER',
        'PASSWORD HISTORY 0',
        'PASSWORD REUSE INTERVAL 0 DAY',
        'PASSWORD REQUIRE CURRENT OPTIONAL',
        'FAILED_LOGIN_ATTEMPTS 3',
        'PASSWORD_LOCK_TIME UNBOUNDED',
        `ATTRIBUTE '{\\"a\\": 1}'`,
      ],
    ],
    [
      'with a rule that is one word long',
      PLAIN_MYSQL.replace('REQUIRE CURRENT DEFAULT', 'REQUIRE CURRENT'),
      undefined,
      ["IDENTIFIED WITH 'caching_sha2_password'", 'PASSWORD REQUIRE CURRENT'],
    ],
    [
      'of several plugins',
      SEVERAL_PLUGINS,
      undefined,
      [
        "IDENTIFIED VIA 'unix_socket' USING 'root\\'s \\\\ \\\"z\\\"' OR 'ed25519' OR 'mysql_native_password' OR 'unix_socket'",
      ],
    ],
  ])('are phrases: %s', (_case, line, attribute, traits) => {
    expect(propertyTraits(properties(line, attribute))).toEqual(traits);
  });
});
