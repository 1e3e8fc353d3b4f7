import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { catalogsOf } from '../conformance/engines/mysql-catalogs.ts';
import { failureOf, type Lab, openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const INITIAL = 'Initial-password-1';
const READS = 'SELECT ON mysql.*';
/** What a superuser lacks, what it has, and the words of the failure, or of its cause, that name what it lacks. */
const LACKING = [
  ['mysql', 'the privilege to see accounts', ['CREATE USER ON *.*'], "for table 'user'", 'SELECT'],
  ['mysql', 'CREATE USER', [READS], 'CREATE USER', 'CREATE USER'],
  [
    'mysql',
    'a privilege of the original',
    [READS, 'CREATE USER ON *.*'],
    'by GRANT SELECT, INSERT ON',
    'Access denied',
  ],
  ['mariadb', 'the privilege to see accounts', ['CREATE USER ON *.*'], 'SELECT', 'user'],
  ['mariadb', 'CREATE USER', [READS], 'CREATE USER', 'CREATE USER'],
  [
    'mariadb',
    'a privilege of the original',
    [READS, 'CREATE USER ON *.*'],
    'by GRANT SELECT, INSERT ON',
    'Access denied',
  ],
] as const;

describe.each(['mysql', 'mariadb'] as const)('%s: a superuser', (kind) => {
  const database = testDatabase(inject('servers')[kind]);
  let lab: Lab;
  let app: string;
  let boss: string;
  let schema: string;
  let secretArn: string;

  beforeAll(async () => {
    lab = await openLab(database, 'alternating-users');
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  beforeEach(async () => {
    app = uniqueName('app');
    boss = uniqueName('boss');
    schema = `${app}_db`;
    await database.createUser(app, INITIAL);
    await database.createUser(boss, 'Boss-password-1');
    await database.sql(`CREATE DATABASE ${schema}`);
    await database.sql(`GRANT SELECT, INSERT ON ${schema}.* TO '${app}'@'%'`);
    const masterarn = await lab.createSecret({ username: boss, password: 'Boss-password-1' });
    secretArn = await lab.createSecret({ username: app, password: INITIAL, masterarn });
    return async () => {
      for (const user of [`${app}_clone`, app, boss]) await database.dropUser(user);
      await database.sql(`DROP DATABASE ${schema}`);
    };
  });

  it.each(LACKING.filter(([server]) => server === kind))(
    '(%s) that lacks %s is told so, and nothing is promoted',
    async (_server, _lacks, has, ...words) => {
      for (const privilege of has) await database.sql(`GRANT ${privilege} TO '${boss}'@'%'`);
      const failure = failureOf(await lab.rotate(secretArn));
      expect(failure).toMatchObject({
        name: 'PrivilegeMissing',
        message: expect.stringContaining(boss),
      });
      for (const word of words)
        expect(`${failure.message} ${(failure.cause as Error).message}`).toContain(word);
      expect(await lab.readSecret(secretArn)).toMatchObject({ username: app, password: INITIAL });
      expect(await database.logsIn(app, INITIAL)).toBe(true);
    },
  );

  it.each([
    ['a role', 'GRANT ROLE TO A', 'by GRANT `ROLE`', /ADMIN|denied/],
    ['another user', "GRANT PROXY ON 'no one'@'%' TO A", 'by GRANT PROXY ON `no one`@`%`', /denied/],
  ])('that may not give %s is told so, and nothing is promoted', async (_, grant, words, reason) => {
    const role = `${app}_role`;
    await database.sql(`CREATE ROLE ${role}`);
    for (const privilege of ['CREATE USER ON *.*', READS])
      await database.sql(`GRANT ${privilege} TO '${boss}'@'%'`);
    await database.sql(`GRANT SELECT, INSERT ON ${schema}.* TO '${boss}'@'%' WITH GRANT OPTION`);
    await database.sql(grant.replace('ROLE', role).replace(/A$/, `'${app}'@'%'`));
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining(words.replace('ROLE', role)),
      cause: { message: expect.stringMatching(reason) },
    });
    expect(await lab.readSecret(secretArn)).toMatchObject({ username: app, password: INITIAL });
    await database.sql(`DROP ROLE ${role}`);
  });

  it('needs no more than CREATE USER, sight of the accounts, and what the original may do', async () => {
    await database.sql(`GRANT CREATE USER ON *.* TO '${boss}'@'%'`);
    await database.sql(`GRANT ${READS} TO '${boss}'@'%'`);
    await database.sql(`GRANT SELECT, INSERT ON ${schema}.* TO '${boss}'@'%' WITH GRANT OPTION`);
    for (const user of [`${app}_clone`, app]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username, password } = await lab.readSecret(secretArn);
      expect(username).toBe(user);
      expect(await database.logsIn(user, password)).toBe(true);
    }
  });

  it('is told what it lacks for the clone to follow before the original is promoted', async () => {
    for (const privilege of ['CREATE USER ON *.*', READS])
      await database.sql(`GRANT ${privilege} TO '${boss}'@'%'`);
    await database.sql(`GRANT SELECT, INSERT ON ${schema}.* TO '${boss}'@'%' WITH GRANT OPTION`);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const before = await lab.readSecret(secretArn);
    await database.sql(`GRANT UPDATE ON ${schema}.* TO '${app}'@'%'`);
    await database.sql(`REVOKE INSERT ON ${schema}.* FROM '${app}'@'%'`);
    for (const immediately of [false, true]) {
      expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({
        name: 'PrivilegeMissing',
        message: expect.stringMatching(`^(set|test)Secret .*by GRANT UPDATE ON \`${schema}\`.\\*`),
      });
      expect(await lab.readSecret(secretArn)).toEqual(before);
    }
    expect(await database.logsIn(app, INITIAL)).toBe(true);
    await database.sql(`GRANT UPDATE ON ${schema}.* TO '${boss}'@'%'`);
    await lab.cancel(secretArn);
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const grants = (await database.sql(`SHOW GRANTS FOR '${app}_clone'@'%'`)).flat().join('; ');
    expect(grants).toContain('GRANT SELECT, UPDATE ON');
  });

  it('may give what its own grants allow only by a pattern, and trying that out leaves nothing behind', async () => {
    for (const privilege of ['CREATE USER ON *.*', READS, `SELECT, INSERT ON \`${app}%\`.*`])
      await database.sql(`GRANT ${privilege} TO '${boss}'@'%'`);
    await database.sql(`GRANT USAGE ON \`${app}%\`.* TO '${boss}'@'%' WITH GRANT OPTION`);
    const users = async () => {
      const rows = await database.sql("SELECT User FROM mysql.user WHERE User REGEXP '^[0-9a-f]{32}$'");
      return rows.flat();
    };
    for (const immediately of [false, true, true]) {
      expect(await lab.rotate(secretArn, immediately)).toMatchObject({ kind: 'succeeded', failures: [] });
      expect(await users()).toEqual([]);
    }
  });

  it('takes over a clone that AWS’s functions have made', async () => {
    for (const privilege of ['CREATE USER ON *.*', READS])
      await database.sql(`GRANT ${privilege} TO '${boss}'@'%'`);
    await database.sql(`GRANT SELECT, INSERT ON ${schema}.* TO '${boss}'@'%' WITH GRANT OPTION`);
    await database.sql(`ALTER USER '${app}'@'%' REQUIRE SSL WITH MAX_USER_CONNECTIONS 9`);
    // They copy what SHOW GRANTS and the column ssl_type say, and nothing later.
    await database.createUser(`${app}_clone`, 'Clone-password-1');
    await database.sql(`ALTER USER '${app}_clone'@'%' REQUIRE SSL`);
    await database.sql(`GRANT SELECT, INSERT ON ${schema}.* TO '${app}_clone'@'%'`);
    await database.sql(`REVOKE INSERT ON ${schema}.* FROM '${app}'@'%'`);
    await database.sql(`GRANT UPDATE ON ${schema}.* TO '${boss}'@'%'`);
    await database.sql(`GRANT UPDATE ON ${schema}.* TO '${app}'@'%'`);
    const masterarn = await lab.createSecret({ username: boss, password: 'Boss-password-1' });
    const rotated = { username: `${app}_clone`, password: 'Clone-password-1', masterarn };
    const arn = await lab.createSecret({ username: app, password: INITIAL, masterarn });
    await lab.putCurrent(arn, rotated);
    for (const user of [app, `${app}_clone`]) {
      expect(await lab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username, password } = await lab.readSecret(arn);
      expect(username).toBe(user);
      expect(await database.logsIn(user, password)).toBe(true);
      expect(await catalogsOf(database, `${app}_clone`)).toEqual(await catalogsOf(database, app));
    }
  });

  it('is told beforehand that it may not create a clone', async () => {
    await database.sql(`GRANT ${READS} TO '${boss}'@'%'`);
    expect(failureOf(await lab.rotate(secretArn, false))).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringMatching(/^testSecret .*make "\w+_clone" equal/),
      cause: { message: expect.stringContaining('CREATE USER') },
    });
  });

  if (kind === 'mysql')
    it('without SYSTEM_USER cannot change a clone that has it, and is told so before the original is promoted', async () => {
      await database.sql(`GRANT SYSTEM_USER ON *.* TO '${app}'@'%'`);
      await database.sql(`GRANT ALL ON *.* TO '${boss}'@'%' WITH GRANT OPTION`);
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      for (const user of [app, boss]) await database.sql(`REVOKE SYSTEM_USER ON *.* FROM '${user}'@'%'`);
      expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
        name: 'PrivilegeMissing',
        message: expect.stringMatching(/^setSecret /),
        cause: { message: expect.stringContaining('SYSTEM_USER') },
      });
      expect(await lab.readSecret(secretArn)).toMatchObject({ username: `${app}_clone` });
    });

  if (kind === 'mysql')
    it('is not asked about at the cost of other users: MySQL forgets some of their grants', async () => {
      const zoe = uniqueName('zoë');
      await database.createUser(zoe, INITIAL);
      await database.sql(`CREATE PROCEDURE ${schema}.work() SELECT 1`);
      await database.sql(`GRANT EXECUTE ON PROCEDURE ${schema}.work TO '${zoe}'@'%'`);
      for (const privilege of ['CREATE USER ON *.*', READS, `SELECT, INSERT ON \`${app}%\`.*`])
        await database.sql(`GRANT ${privilege} TO '${boss}'@'%'`);
      await database.sql(`GRANT USAGE ON \`${app}%\`.* TO '${boss}'@'%' WITH GRANT OPTION`);
      expect(await lab.rotate(secretArn, false)).toMatchObject({ kind: 'succeeded', failures: [] });
      expect(await database.sqlAs(zoe, INITIAL, `CALL ${schema}.work()`)).toBeDefined();
      await database.dropUser(zoe);
    });

  if (kind === 'mysql')
    it('without SYSTEM_USER cannot change a user that has it', async () => {
      await database.sql(`GRANT SYSTEM_USER ON *.* TO '${app}'@'%'`);
      await database.sql(`GRANT ALL ON *.* TO '${boss}'@'%' WITH GRANT OPTION`);
      await database.sql(`REVOKE SYSTEM_USER ON *.* FROM '${boss}'@'%'`);
      expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
        name: 'PrivilegeMissing',
        cause: { message: expect.stringMatching(/SYSTEM_USER|Access denied/) },
      });
      expect(await database.logsIn(app, INITIAL)).toBe(true);
    });
});
