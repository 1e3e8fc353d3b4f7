import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { RunningServer } from '../../local/servers/database-server.ts';
import { startPostgres15 } from '../../local/servers/postgres.ts';
import { failureOf, type Lab, openLab } from '../support/rotation-lab.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../support/test-database.ts';

const database = testDatabase(inject('servers').postgres);
const INITIAL = 'Initial-password-1';

let lab: Lab;
let app: string;
let boss: string;
let secretArn: string;

beforeAll(async () => {
  lab = await openLab(database, 'alternating-users');
});
afterAll(() => lab[Symbol.asyncDispose]());

const labelsOf = async () => Object.values(await lab.labels(secretArn)).flat();

describe('a superuser that is none, as on Amazon RDS', () => {
  beforeEach(async () => {
    app = uniqueName('app');
    boss = uniqueName('boss');
    await database.createUser(app, INITIAL);
    await database.createUser(boss, 'Boss-password-1');
    await database.sql(`ALTER ROLE ${boss} CREATEROLE`);
    const masterarn = await lab.createSecret({ username: boss, password: 'Boss-password-1' });
    secretArn = await lab.createSecret({ username: app, password: INITIAL, masterarn });
    return async () => {
      for (const user of [`${app}_clone`, app, boss]) await database.dropUser(user);
    };
  });

  it('rotates a user on which it has the ADMIN OPTION', async () => {
    await database.sql(`GRANT ${app} TO ${boss} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
    for (const user of [`${app}_clone`, app, `${app}_clone`]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username, password } = await lab.readSecret(secretArn);
      expect(username).toBe(user);
      expect(await database.sqlAs(user, password, 'SELECT current_user')).toEqual([[app]]);
    }
  });

  it('rotates a user that it made itself', async () => {
    await database.dropUser(app);
    await database.sqlAs(boss, 'Boss-password-1', `CREATE ROLE ${app} LOGIN PASSWORD '${INITIAL}'`);
    for (const user of [`${app}_clone`, app]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      expect((await lab.readSecret(secretArn)).username).toBe(user);
    }
  });

  const administered = 'GRANT $app TO $boss WITH ADMIN OPTION';
  it.each([
    ['the ADMIN OPTION on the user', [], 'GRANT "$app" TO "$boss" WITH ADMIN OPTION'],
    ['CREATEROLE', [administered, 'ALTER ROLE $boss NOCREATEROLE'], 'ALTER ROLE "$boss" CREATEROLE'],
    ['CREATEDB', [administered, 'ALTER ROLE $app CREATEDB'], 'ALTER ROLE "$boss" CREATEDB'],
    ['BYPASSRLS', [administered, 'ALTER ROLE $app BYPASSRLS'], 'ALTER ROLE "$boss" BYPASSRLS'],
    ['SUPERUSER', [administered, 'ALTER ROLE $app SUPERUSER'], 'ALTER ROLE "$boss" SUPERUSER'],
    [
      'the right to set a parameter',
      [administered, "ALTER ROLE $app SET log_statement TO 'all'"],
      'GRANT SET ON PARAMETER "log_statement" TO "$boss"',
    ],
    [
      'the ADMIN OPTION on a clone that somebody else made',
      [administered, 'CREATE ROLE $app_clone', 'GRANT $app TO $app_clone'],
      'GRANT "$app_clone" TO "$boss" WITH ADMIN OPTION',
    ],
  ])(
    'that lacks %s is told the one statement that is missing, and nothing is promoted',
    async (_, set, gives) => {
      const filled = (statement: string) => statement.replaceAll('$app', app).replaceAll('$boss', boss);
      for (const statement of set) await database.sql(filled(statement));
      expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
        name: 'PrivilegeMissing',
        message: expect.stringMatching(
          `"${boss}".*lacks the privilege to .*"${app}_clone".*Run ${filled(gives)} as`,
        ),
        cause: { code: '42501' },
      });
      expect(await lab.readSecret(secretArn)).toMatchObject({ username: app, password: INITIAL });
      expect((await labelsOf()).sort()).toEqual(['AWSCURRENT', 'AWSPENDING']);
      expect(await database.logsIn(app, INITIAL)).toBe(true);
      expect(await database.logsIn(`${app}_clone`, INITIAL)).toBe(false);

      await database.sql(filled(gives));
      await lab.cancel(secretArn);
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    },
  );

  it('is told what it lacks for the clone to follow before the original is promoted', async () => {
    await database.sql(`GRANT ${app} TO ${boss} WITH ADMIN OPTION`);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const before = await lab.readSecret(secretArn);
    await database.sql(`ALTER ROLE ${app} CREATEDB`);
    for (const immediately of [false, true]) {
      expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({
        name: 'PrivilegeMissing',
        message: expect.stringMatching(`^(set|test)Secret .*Run ALTER ROLE "${boss}" CREATEDB as`),
      });
      expect(await lab.readSecret(secretArn)).toEqual(before);
    }
    expect(await database.logsIn(app, INITIAL)).toBe(true);
    await database.sql(`ALTER ROLE ${boss} CREATEDB`);
    await lab.cancel(secretArn);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    expect(
      await database.sql(`SELECT rolcreatedb FROM pg_roles WHERE rolname IN ('${app}', '${app}_clone')`),
    ).toEqual([[true], [true]]);
  });

  it('is never told to become a superuser for what a superuser granted', async () => {
    const group = uniqueName('group');
    await database.createUser(`${app}_clone`, INITIAL);
    await database.sql(`CREATE ROLE ${group}`);
    for (const role of [app, `${app}_clone`])
      await database.sql(`GRANT ${role} TO ${boss} WITH ADMIN TRUE, INHERIT FALSE`);
    await database.sql(`GRANT ${app}, ${group} TO ${app}_clone`);
    const missing = `REVOKE "${group}" FROM "${app}_clone" GRANTED BY "${database.server.superuser.username}"`;
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining(`Run ${missing} as`),
    });
    await database.sql(missing);
    await lab.cancel(secretArn);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    await database.dropUser(group);
  });

  it('that may not hand over what a clone owns is told the statement, which is the one', async () => {
    await database.sql(`GRANT ${app} TO ${boss} WITH ADMIN TRUE, INHERIT FALSE`);
    await using handing = await openLab(database, 'alternating-users', {
      environment: { REASSIGN_OWNED: 'true' },
    });
    const masterarn = await handing.createSecret({ username: boss, password: 'Boss-password-1' });
    const arn = await handing.createSecret({ username: app, password: INITIAL, masterarn });
    await database.createUser(`${app}_clone`, INITIAL);
    await database.sql(`GRANT ${app} TO ${app}_clone`);
    await database.sql(`GRANT ${app}_clone TO ${boss} WITH ADMIN TRUE, INHERIT FALSE`);
    await database.sql(`CREATE SCHEMA ${app} AUTHORIZATION ${app}_clone`);
    const missing = `GRANT "${app}", "${app}_clone" TO "${boss}" WITH INHERIT TRUE`;
    expect(failureOf(await handing.rotate(arn))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining(`Run ${missing} as`),
    });
    await database.sql(missing);
    await database.sql(`GRANT CREATE ON DATABASE postgres TO ${app}`);
    await handing.cancel(arn);
    expect(await handing.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
    expect(
      await database.sql(`SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = '${app}'`),
    ).toEqual([[app]]);
  });

  it('that has not the rights of who gave a clone a role is told to become a member', async () => {
    const [group, giver] = [uniqueName('group'), uniqueName('giver')];
    await database.createUser(`${app}_clone`, INITIAL);
    for (const role of [group, giver]) await database.sql(`CREATE ROLE ${role}`);
    await database.sql(`GRANT ${app} TO ${app}_clone`);
    await database.sql(`GRANT ${app}, ${app}_clone, ${group} TO ${boss} WITH ADMIN TRUE, INHERIT FALSE`);
    await database.sql(`GRANT ${group} TO ${giver} WITH ADMIN OPTION`);
    await database.sql(`GRANT ${group} TO ${app}_clone GRANTED BY ${giver}`);
    const missing = `GRANT "${giver}" TO "${boss}" WITH INHERIT TRUE`;
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining(`Run ${missing} as`),
    });
    await database.sql(missing);
    await lab.cancel(secretArn);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    for (const role of [giver, group]) await database.dropUser(role);
  });

  it('that may not change the password of the original is told so too', async () => {
    await database.sql(`GRANT ${app} TO ${boss} WITH ADMIN OPTION`);
    await lab.rotate(secretArn);
    await database.sql(`REVOKE ADMIN OPTION FOR ${app} FROM ${boss} CASCADE`);
    await database.sql(`GRANT ${app} TO ${app}_clone`);
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining(`Run GRANT "${app}" TO "${boss}" WITH ADMIN OPTION as`),
    });
  });

  it('rotates in the end when it gets the privilege between two tries', async () => {
    const run = await lab.stepsOf(secretArn);
    await run('createSecret');
    await expect(run('setSecret')).rejects.toMatchObject({ name: 'PrivilegeMissing' });
    await database.sql(`GRANT ${app} TO ${boss} WITH ADMIN OPTION`);
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) await run(step);
    const { username, password } = await lab.readSecret(secretArn);
    expect(await database.logsIn(username, password)).toBe(true);
  });
});

describe('a superuser that is none, on PostgreSQL 15', () => {
  let old: RunningServer;
  let elder: TestDatabase;
  beforeAll(async () => {
    old = await startPostgres15();
    elder = testDatabase(old.server);
    await elder.createUser('app', INITIAL);
    await elder.createUser('boss', 'Boss-password-1');
    await elder.sql('ALTER ROLE boss CREATEROLE');
  });
  afterAll(() => old.stop());

  it('needs CREATEROLE and nothing else, but for attributes that only a superuser gives', async () => {
    await using elderLab = await openLab(elder, 'alternating-users');
    const masterarn = await elderLab.createSecret({ username: 'boss', password: 'Boss-password-1' });
    const arn = await elderLab.createSecret({ username: 'app', password: INITIAL, masterarn });
    await elder.sql('ALTER ROLE app CREATEDB');
    for (const user of ['app_clone', 'app']) {
      expect(await elderLab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
      expect((await elderLab.readSecret(arn)).username).toBe(user);
    }
    await elder.sql('ALTER ROLE app BYPASSRLS');
    expect(failureOf(await elderLab.rotate(arn))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining('Run ALTER ROLE "boss" SUPERUSER as'),
    });
    await elder.sql('ALTER ROLE app NOBYPASSRLS');
    await elder.sql("ALTER ROLE app SET log_statement TO 'all'");
    await elderLab.cancel(arn);
    expect(failureOf(await elderLab.rotate(arn))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining('Run GRANT SET ON PARAMETER "log_statement" TO "boss" as'),
    });
  });

  it('is told on Amazon RDS of nothing that is refused there, and of the role that passwords take', async () => {
    await using elderLab = await openLab(elder, 'alternating-users');
    await elder.createUser('shop', INITIAL);
    for (const role of ['rds_superuser', 'rds_password']) await elder.sql(`CREATE ROLE ${role}`);
    const masterarn = await elderLab.createSecret({ username: 'boss', password: 'Boss-password-1' });
    const arn = await elderLab.createSecret({ username: 'shop', password: INITIAL, masterarn });
    expect(await elderLab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const expectTold = async (remedy: string) => {
      const failure = failureOf(await elderLab.rotate(arn));
      expect(failure).toMatchObject({
        name: 'PrivilegeMissing',
        message: expect.stringContaining(remedy),
        cause: { code: '42501' },
      });
      expect(failure?.message).not.toContain('ALTER ROLE');
      await elderLab.cancel(arn);
    };

    // Stands for any refusal to change the password.
    for (const role of ['shop', 'shop_clone']) await elder.sql(`ALTER ROLE ${role} SUPERUSER`);
    await expectTold('the cause names the privilege');
    await elder.sql("ALTER ROLE boss SET rds.restrict_password_commands TO 'on'");
    await expectTold('Run GRANT rds_password TO "boss" as');
    await elder.sql('GRANT rds_password TO boss');
    await expectTold('the cause names the privilege');

    for (const role of ['shop', 'shop_clone']) await elder.sql(`ALTER ROLE ${role} NOSUPERUSER`);
    expect(await elderLab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
    await elder.sql('ALTER ROLE shop BYPASSRLS');
    await expectTold('the cause names the privilege');
  });
});

it('a name too long for a clone is refused before anything is stored', async () => {
  // 58 bytes: with "_clone" one more than PostgreSQL allows.
  const name = uniqueName('name').padEnd(58, '_');
  await database.createUser(name, INITIAL);
  const masterarn = await lab.createSecret(database.server.superuser);
  secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
  expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
    name: 'UserNameRefused',
    message: expect.stringMatching(/^createSecret .*63 bytes/),
  });
  await expect(lab.readSecret(secretArn, 'AWSPENDING')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(await database.sql(`SELECT FROM pg_roles WHERE rolname LIKE '${name}%'`)).toHaveLength(1);
  // The pre-flight foresees it.
  secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
  expect(failureOf(await lab.rotate(secretArn, false))).toMatchObject({ name: 'UserNameRefused' });
  await database.dropUser(name);
});

it('a name that just leaves room for "_clone" is alternated', async () => {
  const name = uniqueName('name').padEnd(57, '_');
  await database.createUser(name, INITIAL);
  const masterarn = await lab.createSecret(database.server.superuser);
  secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
  expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
  const { username, password } = await lab.readSecret(secretArn);
  expect(await database.logsIn(username, password)).toBe(true);
  await database.dropUser(username);
  await database.dropUser(name);
});
