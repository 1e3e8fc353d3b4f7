import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startMySql } from '../../../local/servers/mysql.ts';
import { type Lab, openLab } from '../../support/rotation-lab.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const INITIAL = 'Initial-password-1';
/** The rest of a GRANT statement around the account. Every server of either kind knows these. */
const COMMON = [
  ['everywhere', 'GRANT SELECT, PROCESS ON *.* TO', ''],
  ['everywhere, to be passed on', 'GRANT CREATE TEMPORARY TABLES ON *.* TO', 'WITH GRANT OPTION'],
  ['on a schema', 'GRANT ALL PRIVILEGES ON `grants_app`.* TO', ''],
  ['on schemas by a pattern', 'GRANT SELECT, INSERT ON `grants_app%`.* TO', ''],
  ['on a schema with an escaped underscore', 'GRANT SELECT ON `my\\_app`.* TO', ''],
  ['on a table', 'GRANT SELECT, UPDATE ON `grants_app`.`orders` TO', ''],
  ['on a table, to be passed on', 'GRANT DELETE ON `grants_app`.`orders` TO', 'WITH GRANT OPTION'],
  ['on columns', 'GRANT SELECT (`id`), UPDATE (`id`, `note`) ON `grants_app`.`orders` TO', ''],
  ['on a procedure', 'GRANT EXECUTE ON PROCEDURE `grants_app`.`work` TO', ''],
  ['on a function', 'GRANT EXECUTE, ALTER ROUTINE ON FUNCTION `grants_app`.`answer` TO', ''],
  ['on a table called like a part of a grant', 'GRANT SELECT ON `grants_app`.`a TO b` TO', ''],
  ['on a table with quotes in its name', 'GRANT SELECT ON `grants_app`.`a``b\'c"d FROM` TO', ''],
  ['of a role', 'GRANT `grants_team` TO', ''],
  ['of a role, to be passed on', 'GRANT `grants_team` TO', 'WITH ADMIN OPTION'],
  ['of nothing', 'GRANT USAGE ON *.* TO', ''],
] as const;

const OF_MYSQL = [
  ['that are dynamic', 'GRANT BACKUP_ADMIN, CONNECTION_ADMIN ON *.* TO', ''],
  ['that are dynamic, to be passed on', 'GRANT BINLOG_ADMIN ON *.* TO', 'WITH GRANT OPTION'],
  ['of a role with a host part', "GRANT 'grants_squad'@'10.%' TO", ''],
  ['to act as another user', "GRANT PROXY ON 'grants_boss'@'%' TO", ''],
  ['to act as another user, to be passed on', "GRANT PROXY ON 'grants_boss'@'%' TO", 'WITH GRANT OPTION'],
] as const;

const OF_MARIADB = [
  ['of replication', 'GRANT BINLOG MONITOR, READ ONLY ADMIN ON *.* TO', ''],
  ['on a package', 'GRANT EXECUTE ON PACKAGE `grants_app`.`kit` TO', ''],
  ['on a sequence', 'GRANT SELECT ON `grants_app`.`numbers` TO', ''],
  ['to act as another user', "GRANT PROXY ON 'grants_boss'@'%' TO", ''],
  ['to act as another user, to be passed on', "GRANT PROXY ON 'grants_boss'@'%' TO", 'WITH GRANT OPTION'],
] as const;

type Grants = readonly (readonly [of: string, grant: string, option: string])[];
const GRANTS: [kind: 'mysql' | 'mariadb', grants: Grants][] = [
  ['mysql', [...COMMON, ...OF_MYSQL]],
  ['mariadb', [...COMMON, ...OF_MARIADB]],
];

describe.each(GRANTS)('%s: privileges', (kind, grants) => {
  let running: RunningServer | undefined;
  let database: TestDatabase;
  let lab: Lab;
  let masterarn: string;

  beforeAll(async () => {
    // Partial revokes are off unless a server is told otherwise; MariaDB has none.
    running = kind === 'mysql' ? await startMySql({ settings: { partial_revokes: 'ON' } }) : undefined;
    database = testDatabase(running?.server ?? inject('servers').mariadb);
    lab = await openLab(database, 'alternating-users');
    masterarn = await lab.createSecret(database.server.superuser);
    for (const statement of [
      'CREATE DATABASE grants_app',
      'CREATE TABLE grants_app.orders (id INT, note TEXT)',
      'CREATE TABLE grants_app.`a TO b` (id INT)',
      'CREATE TABLE grants_app.`a``b\'c"d FROM` (id INT)',
      'CREATE PROCEDURE grants_app.work() SELECT 1',
      'CREATE FUNCTION grants_app.answer() RETURNS INT DETERMINISTIC RETURN 42',
      ...(kind === 'mariadb'
        ? [
            'CREATE SEQUENCE grants_app.numbers',
            'CREATE PACKAGE grants_app.kit FUNCTION f() RETURNS INT; END',
          ]
        : ["CREATE ROLE 'grants_squad'@'10.%'"]),
      'CREATE ROLE grants_team',
      "CREATE USER grants_boss@'%' IDENTIFIED BY 'Boss-password-1'",
    ])
      await database.sql(statement);
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await database.sql('DROP DATABASE grants_app');
    await database.sql('DROP ROLE grants_team');
    await database.dropUser('grants_boss');
    await running?.stop();
  });

  /** SHOW GRANTS without the name, and without the password hash that MariaDB shows with it. */
  const grantsOf = async (user: string) =>
    (await database.sql(`SHOW GRANTS FOR '${user}'@'%'`))
      .map(([line]) =>
        String(line)
          .replaceAll(user, 'USER')
          .replace(/ IDENTIFIED BY PASSWORD '.*?'/, ''),
      )
      .sort();

  /** Rotates there, back, and there again, and compares the two each time. */
  async function rotateWith(...statements: string[]): Promise<string[]> {
    const name = uniqueName();
    const account = `'${name}'@'%'`;
    await database.createUser(name, INITIAL);
    for (const statement of statements) await database.sql(statement.replaceAll('ACCOUNT', account));
    const granted = await grantsOf(name);
    const secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
    for (const user of [`${name}_clone`, name, `${name}_clone`]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username, password } = await lab.readSecret(secretArn);
      expect(username).toBe(user);
      expect(await database.logsIn(user, password)).toBe(true);
      expect(await grantsOf(`${name}_clone`)).toEqual(granted);
      expect(await grantsOf(name)).toEqual(granted);
    }
    await database.dropUser(`${name}_clone`);
    await database.dropUser(name);
    return granted;
  }

  it.each(grants)('%s are the clone’s too', async (_, grant, option) => {
    await rotateWith(`${grant} ACCOUNT ${option}`);
  });

  it('of every kind at once are the clone’s too', async () => {
    const granted = await rotateWith(...grants.map(([, grant, option]) => `${grant} ACCOUNT ${option}`));
    expect(granted.length).toBeGreaterThan(10);
  });

  it('of a role that its sessions start with are the clone’s from the start too', async () => {
    const name = uniqueName();
    await database.createUser(name, INITIAL);
    await database.sql(`GRANT grants_team TO '${name}'@'%'`);
    await database.sql(
      kind === 'mysql'
        ? `SET DEFAULT ROLE grants_team TO '${name}'@'%'`
        : `SET DEFAULT ROLE grants_team FOR '${name}'@'%'`,
    );
    const secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
    for (const user of [`${name}_clone`, name]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { password } = await lab.readSecret(secretArn);
      const [[roles] = []] = await database.sqlAs(user, password, 'SELECT CURRENT_ROLE()');
      expect(roles).toBe(kind === 'mysql' ? '`grants_team`@`%`' : 'grants_team');
    }
    await database.dropUser(`${name}_clone`);
    await database.dropUser(name);
  });

  it.each([
    [
      'a column',
      'GRANT SELECT (id, gone), UPDATE (gone) ON SCHEMA.one TO ACCOUNT',
      'ALTER TABLE SCHEMA.one DROP COLUMN gone',
      'REVOKE SELECT (`gone`), UPDATE (`gone`) ON `SCHEMA`.`one` FROM ACCOUNT',
    ],
    [
      'a table, on columns of it',
      'GRANT INSERT, SELECT (id) ON SCHEMA.one TO ACCOUNT',
      'DROP TABLE SCHEMA.one',
      'REVOKE SELECT (`id`) ON `SCHEMA`.`one` FROM ACCOUNT',
    ],
    [
      'a database, on columns in it',
      'GRANT INSERT, SELECT (id) ON SCHEMA.one TO ACCOUNT',
      'DROP DATABASE SCHEMA',
      'REVOKE SELECT (`id`) ON `SCHEMA`.`one` FROM ACCOUNT',
    ],
    [
      'a procedure',
      'GRANT EXECUTE ON PROCEDURE SCHEMA.work TO ACCOUNT WITH GRANT OPTION',
      'DROP DATABASE SCHEMA; CREATE DATABASE SCHEMA',
      'REVOKE EXECUTE, GRANT OPTION ON PROCEDURE `SCHEMA`.`work` FROM ACCOUNT',
    ],
  ])('on %s that is gone end with the statement that takes them', async (_, grant, drop, revoke) => {
    const name = uniqueName();
    const schema = uniqueName('gone');
    const named = (statement: string) =>
      statement.replaceAll('SCHEMA', schema).replaceAll('ACCOUNT', `'${name}'@'%'`);
    await database.createUser(name, INITIAL);
    for (const statement of [
      'CREATE DATABASE SCHEMA',
      'CREATE TABLE SCHEMA.one (id INT, gone INT)',
      'CREATE PROCEDURE SCHEMA.work() SELECT 1',
      grant,
      ...drop.split('; '),
    ])
      await database.sql(named(statement));
    const { username, password } = database.server.superuser;
    await using superuser = await connect(database, loginTo(database, username, password));
    const options = { known: false, isToBeOpened: true, reassignOwned: false };
    await expect(superuser.alignClone(name, `${name}_clone`, options)).rejects.toMatchObject({
      name: 'StaleGrant',
      message: expect.stringContaining(`Run ${named(revoke)}, `),
    });
    await database.sql(named(revoke));
    await superuser.alignClone(name, `${name}_clone`, options);
    expect(await grantsOf(`${name}_clone`)).toEqual(await grantsOf(name));
    await database.dropUser(`${name}_clone`);
    await database.dropUser(name);
    await database.sql(`DROP DATABASE IF EXISTS ${schema}`);
  });

  if (kind === 'mysql')
    it('that are revoked in part are revoked from the clone too', async () => {
      const granted = await rotateWith(
        'GRANT SELECT, INSERT ON *.* TO ACCOUNT',
        'REVOKE SELECT, INSERT ON mysql.* FROM ACCOUNT',
        'REVOKE INSERT ON grants_app.* FROM ACCOUNT',
      );
      expect(granted).toEqual([
        'GRANT SELECT, INSERT ON *.* TO `USER`@`%`',
        'REVOKE INSERT ON `grants_app`.* FROM `USER`@`%`',
        'REVOKE SELECT, INSERT ON `mysql`.* FROM `USER`@`%`',
      ]);
    });

  if (kind === 'mysql')
    it('that are revoked in part follow every change of it', async () => {
      const name = uniqueName();
      await database.createUser(name, INITIAL);
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      for (const change of [
        'GRANT SELECT, INSERT ON *.* TO',
        'REVOKE SELECT, INSERT ON mysql.* FROM',
        'GRANT INSERT ON mysql.* TO',
        'REVOKE SELECT ON grants_app.* FROM',
        'GRANT ALL ON grants_app.* TO',
        'GRANT ALL ON grants_app.* TO',
        'REVOKE INSERT ON *.* FROM',
        'GRANT SELECT ON *.* TO',
        'REVOKE ALL ON grants_app.* FROM',
        'REVOKE SELECT ON grants_app.* FROM',
        'REVOKE SELECT ON *.* FROM',
      ]) {
        await database.sql(`${change} '${name}'@'%'`);
        await superuser.alignClone(name, `${name}_clone`, {
          known: true,
          isToBeOpened: true,
          reassignOwned: false,
        });
        expect(await grantsOf(`${name}_clone`)).toEqual(await grantsOf(name));
      }
      await database.dropUser(`${name}_clone`);
      await database.dropUser(name);
    });
});
