import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Lab, openLab } from '../../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { catalogsOf } from './mysql-catalogs.ts';
import { overOneConnection } from './one-connection.ts';

const INITIAL = 'Initial-password-1';

/**
 * What is done to the original before each of the rotations, of which the first makes the clone: each time something is given,
 * something taken, and something given or taken as an option of what stays. A is the original's account.
 */
const COMMON = [
  [
    'GRANT SELECT, PROCESS ON *.* TO A',
    'GRANT ALL PRIVILEGES ON `SCHEMA`.* TO A WITH GRANT OPTION',
    'GRANT SELECT, INSERT ON `SCHEMA\\_%`.* TO A',
    'GRANT SELECT (id), UPDATE (id, note) ON SCHEMA.orders TO A',
    'GRANT DELETE, INSERT ON SCHEMA.lines TO A WITH GRANT OPTION',
    'GRANT SELECT, INSERT ON SCHEMA.dropped TO A',
    'DROP TABLE SCHEMA.dropped',
    'GRANT EXECUTE ON PROCEDURE SCHEMA.work TO A WITH GRANT OPTION',
    'GRANT team_SCHEMA TO A',
    'GRANT squad_SCHEMA TO A WITH ADMIN OPTION',
    "GRANT PROXY ON 'boss_SCHEMA'@'%' TO A",
    "CREATE USER 'NAME'@'10.%' IDENTIFIED BY 'Initial-password-1'",
    "CREATE USER 'NAME'@'192.168.1.1' IDENTIFIED BY 'Initial-password-1'",
    "GRANT INSERT ON SCHEMA.* TO 'NAME'@'10.%'",
  ],
  [
    'REVOKE PROCESS ON *.* FROM A',
    'GRANT RELOAD ON *.* TO A WITH GRANT OPTION',
    'REVOKE ALL PRIVILEGES ON `SCHEMA`.* FROM A',
    'REVOKE GRANT OPTION ON `SCHEMA`.* FROM A',
    'GRANT SELECT, INSERT ON `SCHEMA`.* TO A',
    'REVOKE INSERT ON `SCHEMA\\_%`.* FROM A',
    'GRANT SELECT, INSERT (note) ON SCHEMA.orders TO A',
    'REVOKE UPDATE (id) ON SCHEMA.orders FROM A',
    'REVOKE GRANT OPTION ON SCHEMA.lines FROM A',
    'REVOKE INSERT ON SCHEMA.dropped FROM A',
    'REVOKE GRANT OPTION ON PROCEDURE SCHEMA.work FROM A',
    'GRANT ALTER ROUTINE ON PROCEDURE SCHEMA.work TO A',
    'GRANT team_SCHEMA TO A WITH ADMIN OPTION',
    'REVOKE squad_SCHEMA FROM A',
    'GRANT squad_SCHEMA TO A',
    // The servers store the option only with a new grant.
    "REVOKE PROXY ON 'boss_SCHEMA'@'%' FROM A",
    "GRANT PROXY ON 'boss_SCHEMA'@'%' TO A WITH GRANT OPTION",
    "DROP USER 'NAME'@'192.168.1.1'",
    "GRANT UPDATE ON SCHEMA.* TO 'NAME'@'10.%'",
  ],
  [
    'REVOKE GRANT OPTION ON *.* FROM A',
    // MySQL forgets to forget that dynamic privileges may be passed on.
    'FLUSH PRIVILEGES',
    'REVOKE SELECT, RELOAD ON *.* FROM A',
    'GRANT ALL PRIVILEGES ON `SCHEMA`.* TO A',
    'REVOKE SELECT ON SCHEMA.orders FROM A',
    'GRANT SELECT (id) ON SCHEMA.orders TO A WITH GRANT OPTION',
    'REVOKE EXECUTE ON PROCEDURE SCHEMA.work FROM A',
    'REVOKE team_SCHEMA FROM A',
    'GRANT team_SCHEMA TO A',
    "REVOKE PROXY ON 'boss_SCHEMA'@'%' FROM A",
    "GRANT PROXY ON 'boss_SCHEMA'@'%' TO A",
    "CREATE USER 'NAME'@'::1' IDENTIFIED BY 'Initial-password-1'",
  ],
  [
    "REVOKE PROXY ON 'boss_SCHEMA'@'%' FROM A",
    'REVOKE team_SCHEMA FROM A',
    'REVOKE squad_SCHEMA FROM A',
    'REVOKE ALL PRIVILEGES, GRANT OPTION FROM A',
    "DROP USER 'NAME'@'10.%'",
  ],
  [],
] as const;

const MORE = {
  mysql: [
    [
      'GRANT BACKUP_ADMIN, BINLOG_ADMIN ON *.* TO A',
      'GRANT CONNECTION_ADMIN ON *.* TO A WITH GRANT OPTION',
      'ALTER USER A DEFAULT ROLE team_SCHEMA',
      "ALTER USER A REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 5000 MAX_USER_CONNECTIONS 20 PASSWORD EXPIRE INTERVAL 90 DAY PASSWORD HISTORY 3 FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 1 COMMENT 'of the shop'",
    ],
    [
      'REVOKE BACKUP_ADMIN ON *.* FROM A',
      'GRANT BINLOG_ADMIN ON *.* TO A WITH GRANT OPTION',
      'ALTER USER A DEFAULT ROLE team_SCHEMA, squad_SCHEMA',
      'ALTER USER A REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 PASSWORD EXPIRE NEVER PASSWORD REUSE INTERVAL 2 DAY PASSWORD REQUIRE CURRENT FAILED_LOGIN_ATTEMPTS 0 ATTRIBUTE \'{"team": "shop"}\'',
    ],
    [
      'REVOKE CONNECTION_ADMIN ON *.* FROM A',
      'GRANT CONNECTION_ADMIN ON *.* TO A',
      'ALTER USER A DEFAULT ROLE NONE',
      'ALTER USER A PASSWORD EXPIRE DEFAULT PASSWORD HISTORY DEFAULT PASSWORD REQUIRE CURRENT DEFAULT ATTRIBUTE \'{"team": null}\'',
    ],
    [],
    ["ALTER USER A IDENTIFIED WITH sha256_password BY 'PASSWORD'"],
  ],
  mariadb: [
    [
      'GRANT BINLOG MONITOR, READ ONLY ADMIN ON *.* TO A',
      'SET DEFAULT ROLE team_SCHEMA FOR A',
      "ALTER USER A REQUIRE CIPHER 'TLS_AES_256_GCM_SHA384' WITH MAX_QUERIES_PER_HOUR 5000 MAX_STATEMENT_TIME 20 PASSWORD EXPIRE INTERVAL 90 DAY",
    ],
    [
      'REVOKE BINLOG MONITOR ON *.* FROM A',
      'SET DEFAULT ROLE squad_SCHEMA FOR A',
      'ALTER USER A REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 0 MAX_USER_CONNECTIONS 20 PASSWORD EXPIRE NEVER',
    ],
    ['SET DEFAULT ROLE NONE FOR A', 'ALTER USER A REQUIRE NONE PASSWORD EXPIRE DEFAULT'],
    [],
    ["ALTER USER A IDENTIFIED VIA mysql_native_password USING PASSWORD('PASSWORD') OR unix_socket"],
  ],
} as const;

/** Other plugins than accounts have by default. */
const OTHER_PLUGINS = {
  mysql: "sha256_password BY 'Other-password-1'",
  mariadb: "mysql_native_password USING PASSWORD('Other-password-1') OR unix_socket",
} as const;

describe.each(['mysql', 'mariadb'] as const)('%s: a clone', (kind) => {
  let database: Awaited<ReturnType<typeof overOneConnection>>;
  const schema = uniqueName('shop');
  let lab: Lab;
  let masterarn: string;

  beforeAll(async () => {
    database = await overOneConnection(testDatabase(inject('servers')[kind]));
    lab = await openLab(database, 'alternating-users');
    masterarn = await lab.createSecret(database.server.superuser);
    for (const statement of [
      `CREATE DATABASE ${schema}`,
      `CREATE TABLE ${schema}.orders (id INT, note TEXT)`,
      `CREATE TABLE ${schema}.\`lines\` (id INT)`,
      `CREATE PROCEDURE ${schema}.work() SELECT 1`,
      `CREATE ROLE team_${schema}`,
      `CREATE ROLE squad_${schema}`,
      `CREATE USER boss_${schema} IDENTIFIED BY '${INITIAL}'`,
    ])
      await database.sql(statement);
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await database.sql(`DROP DATABASE ${schema}`);
    await database.sql(`DROP ROLE team_${schema}, squad_${schema}`);
    await database.dropUser(`boss_${schema}`);
    await database[Symbol.asyncDispose]();
  });

  const lockedAccountsOf = async (user: string) => {
    const hosts = (await database.sql(`SELECT Host FROM mysql.user WHERE User = '${user}'`)).flat();
    const printed = await Promise.all(
      hosts.map((host) => database.sql(`SHOW CREATE USER '${user}'@'${host}'`)),
    );
    return printed.map(String).filter((line) => line.includes('ACCOUNT LOCK'));
  };

  it('differs from its original in nothing after each rotation, whatever was changed before it', async () => {
    const name = uniqueName();
    const clone = `${name}_clone`;
    await database.createUser(name, INITIAL);
    await database.sql(`CREATE TABLE ${schema}.dropped (id INT)`);
    const secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
    for (const [n, statements] of COMMON.entries()) {
      const { password } = await lab.readSecret(secretArn);
      for (const statement of [...statements, ...(MORE[kind][n] ?? [])]) {
        const words = {
          A: `'${name}'@'%'`,
          NAME: name,
          SCHEMA: schema,
          PASSWORD: password,
          lines: '`lines`',
        };
        await database.sql(
          statement.replace(
            /\b(A|NAME|lines)\b|SCHEMA|(?<=')PASSWORD(?=')/g,
            (word) => words[word as keyof typeof words],
          ),
        );
      }
      const before = await catalogsOf(database, name);
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username } = await lab.readSecret(secretArn);
      expect(username).toBe(n % 2 === 0 ? clone : name);
      expect(await catalogsOf(database, name)).toEqual(before);
      expect(await catalogsOf(database, clone)).toEqual(before);
      if (username === clone) expect(await lockedAccountsOf(clone)).toEqual([]);
    }
    await database.dropUser(clone);
    await database.dropUser(name);
  });

  it('logs in where it did until it gets its next password, although its original gained a closer host part', async () => {
    const name = uniqueName();
    const clone = `${name}_clone`;
    const hostsOf = async (user: string) =>
      (await database.sql(`SELECT Host FROM mysql.user WHERE User = '${user}' ORDER BY Host`)).flat();
    await database.createUser(name, INITIAL);
    const secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded' });
    await database.sql(`CREATE USER '${name}'@'localhost' IDENTIFIED BY '${INITIAL}'`);

    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const previous = await lab.readSecret(secretArn, 'AWSPREVIOUS');
    expect(previous.username).toBe(clone);
    expect(await database.logsIn(clone, previous.password)).toBe(true);
    expect(await hostsOf(clone)).toEqual(['%']);

    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const { username, password } = await lab.readSecret(secretArn);
    expect(username).toBe(clone);
    expect(await database.logsIn(clone, password)).toBe(true);
    expect(await hostsOf(clone)).toEqual(['%', 'localhost']);
    expect(await lockedAccountsOf(clone)).toEqual([]);
    await database.dropUser(clone);
    await database.dropUser(name);
  });

  it('keeps its plugin and the password in it until it gets the next one', async () => {
    const name = uniqueName();
    const clone = `${name}_clone`;
    await database.createUser(name, INITIAL);
    const secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded' });
    await database.sql(`ALTER USER ${name} IDENTIFIED WITH ${OTHER_PLUGINS[kind]}`);

    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded' });
    const { username, password } = await lab.readSecret(secretArn, 'AWSPREVIOUS');
    expect(username).toBe(clone);
    expect(await database.logsIn(username, password)).toBe(true);

    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    expect(await catalogsOf(database, clone)).toEqual(await catalogsOf(database, name));
    await database.dropUser(clone);
    await database.dropUser(name);
  });
});
