import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  propertiesOf,
  propertyChanges,
  propertyTraits,
} from '../../../functions/engines/mysql/account-properties.ts';
import { openConnection, type Wire } from '../../../functions/engines/mysql/connection.ts';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../../support/test-database.ts';
import { loginTo } from './engine-conformance.ts';

const INITIAL = 'Initial-password-1';
const THROWAWAY = 'Throwaway-password-1';
/** In ms; more than any test takes. */
const TIME_LEFT = 60_000;

/** What stands after the account in CREATE USER. A clone is led from each of them to each other. */
const OF_BOTH = [
  ['nothing but a password', `IDENTIFIED BY '${INITIAL}'`],
  ['TLS', `IDENTIFIED BY '${INITIAL}' REQUIRE SSL`],
  ['a certificate', `IDENTIFIED BY '${INITIAL}' REQUIRE X509`],
  [
    'a certificate of odd names',
    `IDENTIFIED BY '${INITIAL}' REQUIRE SUBJECT '/CN=it''s \\\\ "x" \\n\\t, ISSUER' AND ISSUER '/O=WITH MAX_ö' AND CIPHER 'AES256'`,
  ],
  ['an issuer', `IDENTIFIED BY '${INITIAL}' REQUIRE ISSUER '/CN=''authority'''`],
  ['an empty subject', `IDENTIFIED BY '${INITIAL}' REQUIRE SUBJECT ''`],
  [
    'every limit',
    `IDENTIFIED BY '${INITIAL}' WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4`,
  ],
  ['some limits', `IDENTIFIED BY '${INITIAL}' REQUIRE SSL WITH MAX_UPDATES_PER_HOUR 20`],
  ['passwords that live for days', `IDENTIFIED BY '${INITIAL}' PASSWORD EXPIRE INTERVAL 90 DAY`],
  ['passwords that live for ever', `IDENTIFIED BY '${INITIAL}' PASSWORD EXPIRE NEVER`],
] as const;

const OF_MYSQL = [
  ['another plugin', `IDENTIFIED WITH sha256_password BY '${INITIAL}' REQUIRE SSL PASSWORD EXPIRE NEVER`],
  [
    'every password rule',
    `IDENTIFIED BY '${INITIAL}' PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 6 DAY PASSWORD REQUIRE CURRENT FAILED_LOGIN_ATTEMPTS 7 PASSWORD_LOCK_TIME 8`,
  ],
  [
    'every password rule of another kind',
    `IDENTIFIED BY '${INITIAL}' PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY PASSWORD REQUIRE CURRENT OPTIONAL FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED`,
  ],
  ['a lock time for no number of attempts', `IDENTIFIED BY '${INITIAL}' PASSWORD_LOCK_TIME 5`],
  ['a comment', `IDENTIFIED BY '${INITIAL}' COMMENT 'it''s \\\\ a "comment", {ü: 😀}\\n'`],
  [
    'an attribute',
    `IDENTIFIED BY '${INITIAL}' ATTRIBUTE '{"team": {"name": "a", "lead": {"of": [1, null, {"x": null}]}}, "n": 1.0}'`,
  ],
  [
    'an attribute of partly the same keys',
    `IDENTIFIED BY '${INITIAL}' ATTRIBUTE '{"team": {"lead": {"big": 12345678901234567890, "": {}}, "size": 1e30}, "n": 1, "a,b": "}"}'`,
  ],
  [
    'an attribute that is flat',
    `IDENTIFIED BY '${INITIAL}' ATTRIBUTE '{"team": "a", "__proto__": {"x": 1}}'`,
  ],
] as const;

const OF_MARIADB = [
  ['another plugin', `IDENTIFIED VIA ed25519 USING PASSWORD('${INITIAL}') REQUIRE SSL`],
  [
    'several plugins',
    `IDENTIFIED VIA mysql_native_password USING PASSWORD('${INITIAL}') OR unix_socket USING 'it''s \\\\ "me"' OR ed25519 USING PASSWORD('${INITIAL}')`,
  ],
  [
    'the user of the same name',
    `IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('${INITIAL}')`,
  ],
  ['a limit of time', `IDENTIFIED BY '${INITIAL}' WITH MAX_STATEMENT_TIME 1.5`],
  [
    'a limit of none',
    `IDENTIFIED BY '${INITIAL}' WITH MAX_USER_CONNECTIONS -1 MAX_STATEMENT_TIME 1234567.890123`,
  ],
] as const;

describe.each(['mysql', 'mariadb'] as const)('%s: the properties of an account', (kind) => {
  const states: readonly (readonly [string, string])[] = [
    ...OF_BOTH,
    ...(kind === 'mysql' ? OF_MYSQL : OF_MARIADB),
  ];
  let running: RunningServer | undefined;
  let database: TestDatabase;
  let wire: Wire;
  const users: string[] = [];

  beforeAll(async () => {
    // Others load and unload the plugin too.
    running = kind === 'mariadb' ? await startMariaDb() : undefined;
    database = testDatabase(running?.server ?? inject('servers').mysql);
    if (kind === 'mariadb') await database.sql("INSTALL SONAME 'auth_ed25519'");
    const { username, password } = database.server.superuser;
    wire = await wireAs(username, password);
  });
  afterAll(async () => {
    await wire.close();
    for (const user of users) await database.dropUser(user);
    await running?.stop();
  });

  const wireAs = (username: string, password: string) =>
    openConnection(loginTo(database, username, password), {
      deadline: { remaining: () => TIME_LEFT },
      environment: { DATABASE_CA: database.server.ca },
    });

  async function newAccount(definition: string) {
    const user = uniqueName('o\'dd `"\\ TO');
    users.push(user);
    const account = { user, host: '%' };
    await wire.query(`CREATE USER ${named(account)} ${definition}`);
    return account;
  }

  type Account = Awaited<ReturnType<typeof newAccount>>;
  const named = ({ user, host }: Account) => `${database.literal(user)}@${database.literal(host)}`;

  /** All that the server knows of it but the name and the password, and what is left of an attribute that was taken away. */
  async function seen({ user, host }: Account): Promise<unknown> {
    const lines = await wire.query(`SHOW CREATE USER ${named({ user, host })}`);
    const [row] = await wire.query(
      `SELECT ssl_type, ssl_cipher, x509_issuer, x509_subject, max_questions, max_updates, max_connections,
       max_user_connections, ${kind === 'mysql' ? "password_lifetime, User_attributes->>'$.metadata'" : 'max_statement_time'}
       FROM mysql.user WHERE User = ${database.literal(user)} AND Host = ${database.literal(host)}`,
    );
    const said = lines.map(([line]) =>
      String(line)
        .replaceAll(database.identifier(user), 'NAME')
        .replaceAll(/ (AS|USING|BY PASSWORD) '(\$A\$|\$5\$|\*)?(?:[^'\\]|\\.){30,}'/gs, ' HASH')
        .replace(" ATTRIBUTE '{}'", '')
        // MySQL prints an interval that PASSWORD EXPIRE DEFAULT has ended. The table tells the truth.
        .replace(kind === 'mysql' ? / PASSWORD EXPIRE (INTERVAL \d+ DAY|DEFAULT)/ : '', ''),
    );
    return { said, row: row?.map((value) => (value === '{}' ? null : value)) };
  }

  const alter = (account: Account, changes: string) => wire.query(`ALTER USER ${named(account)} ${changes}`);

  const storedPassword = async ({ user }: Account) =>
    String(
      await wire.query(
        `SELECT authentication_string FROM mysql.user WHERE User = ${database.literal(user)} AND authentication_string <> ''`,
      ),
    );

  it('are brought in line by one statement, from any to any other', async () => {
    const models = await Promise.all(
      states.map(async ([state, definition]) => {
        const account = await newAccount(definition);
        return { state, properties: await propertiesOf(wire, account), seen: await seen(account) };
      }),
    );
    const clone = await newAccount(`IDENTIFIED BY '${INITIAL}'`);
    let present = { state: 'a new clone', properties: await propertiesOf(wire, clone) };

    async function lead({ state, properties, seen: expected }: (typeof models)[number]) {
      const before = await storedPassword(clone);
      const changes = propertyChanges(properties, present.properties, THROWAWAY);
      if (changes !== undefined) await alter(clone, changes);
      // Another plugin locks it, until it is opened with its next password.
      await alter(clone, 'ACCOUNT UNLOCK');
      const way = `from ${present.state} to ${state}`;
      present = { state, properties: await propertiesOf(wire, clone) };
      expect([way, await seen(clone)]).toEqual([way, expected]);
      expect(propertyChanges(properties, present.properties, THROWAWAY)).toBeUndefined();
      expect(propertyTraits(present.properties)).toEqual(propertyTraits(properties));
      if (!changes?.includes('IDENTIFIED')) expect([way, await storedPassword(clone)]).toEqual([way, before]);
    }

    for (const [i, one] of models.entries()) {
      await lead(one);
      for (const other of models.slice(i + 1)) {
        await lead(other);
        await lead(one);
      }
    }
  });

  it('are the same in the eyes of the account itself, without any privilege', async () => {
    const account = await newAccount(
      kind === 'mysql'
        ? `IDENTIFIED BY '${INITIAL}' REQUIRE SSL WITH MAX_USER_CONNECTIONS 9 PASSWORD EXPIRE NEVER PASSWORD HISTORY 5 FAILED_LOGIN_ATTEMPTS 7 PASSWORD_LOCK_TIME 8 ATTRIBUTE '{"of": "😀"}'`
        : `IDENTIFIED VIA mysql_native_password USING PASSWORD('${INITIAL}') OR unix_socket USING 'me' REQUIRE SSL WITH MAX_STATEMENT_TIME 2 PASSWORD EXPIRE INTERVAL 3 DAY`,
    );
    const own = await wireAs(account.user, INITIAL);
    const properties = await propertiesOf(own);
    await own.close();
    expect(properties).toEqual(await propertiesOf(wire, account));
    expect(propertyTraits(properties)).toEqual(
      kind === 'mysql'
        ? [
            "IDENTIFIED WITH 'caching_sha2_password'",
            'REQUIRE SSL',
            'MAX_USER_CONNECTIONS 9',
            'PASSWORD EXPIRE NEVER',
            'PASSWORD HISTORY 5',
            'FAILED_LOGIN_ATTEMPTS 7',
            'PASSWORD_LOCK_TIME 8',
            `ATTRIBUTE '{\\"of\\": \\"😀\\"}'`,
          ]
        : [
            "IDENTIFIED VIA 'mysql_native_password' OR 'unix_socket' USING 'me'",
            'REQUIRE SSL',
            'MAX_STATEMENT_TIME 2.000000',
            'PASSWORD EXPIRE INTERVAL 3 DAY',
          ],
    );
  });

  it('are brought in line although passwords were expired by hand, and accounts locked, which are left so', async () => {
    const original = await newAccount(`IDENTIFIED BY '${INITIAL}' PASSWORD EXPIRE INTERVAL 90 DAY`);
    const clone = await newAccount(`IDENTIFIED BY '${INITIAL}'`);
    await alter(original, 'PASSWORD EXPIRE ACCOUNT LOCK');
    const changes = propertyChanges(
      await propertiesOf(wire, original),
      await propertiesOf(wire, clone),
      THROWAWAY,
    );
    expect(changes).toBe('PASSWORD EXPIRE INTERVAL 90 DAY');
    await alter(clone, String(changes));
    await alter(clone, 'PASSWORD EXPIRE ACCOUNT LOCK');
    await alter(original, 'PASSWORD EXPIRE NEVER');
    const [model, copy] = [await propertiesOf(wire, original), await propertiesOf(wire, clone)];
    expect(propertyChanges(model, copy, THROWAWAY)).toBe('PASSWORD EXPIRE NEVER');
  });

  if (kind === 'mysql')
    it('say how long passwords live where SHOW CREATE USER does not', async () => {
      const account = await newAccount(`IDENTIFIED BY '${INITIAL}' PASSWORD EXPIRE INTERVAL 90 DAY`);
      await alter(account, 'PASSWORD EXPIRE DEFAULT');
      // The day it prints DEFAULT, the table need not be read.
      expect(String(await wire.query(`SHOW CREATE USER ${named(account)}`))).toContain('INTERVAL 90 DAY');
      const { settings } = await propertiesOf(wire, account);
      expect(settings['PASSWORD EXPIRE']).toBe('DEFAULT');
      const own = await wireAs(account.user, INITIAL);
      const properties = await propertiesOf(own);
      await own.close();
      expect(properties.settings['PASSWORD EXPIRE']).toBeUndefined();
      expect(propertyTraits(properties)).toEqual(["IDENTIFIED WITH 'caching_sha2_password'"]);
    });
});
