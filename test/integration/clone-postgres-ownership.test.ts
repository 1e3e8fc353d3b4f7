import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { logPosition, logSince } from '../../local/servers/server-log.ts';
import { type Lab, openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const database = testDatabase(inject('servers').postgres);
const INITIAL = 'Initial-password-1';

let lab: Lab;
let schema: string;
let app: string;
let clone: string;
let secretArn: string;

beforeAll(async () => {
  lab = await openLab(database, 'alternating-users');
});
afterAll(() => lab[Symbol.asyncDispose]());

beforeEach(async () => {
  app = uniqueName('app');
  clone = `${app}_clone`;
  schema = `${app}_schema`;
  await database.createUser(app, INITIAL);
  await database.sql(`CREATE SCHEMA ${schema} AUTHORIZATION ${app}`);
  const masterarn = await lab.createSecret(database.server.superuser);
  secretArn = await lab.createSecret({ username: app, password: INITIAL, masterarn });
  return async () => {
    await database.sql(`DROP SCHEMA ${schema} CASCADE`);
    await database.dropUser(clone);
    await database.dropUser(app);
  };
});

/** Runs a rotation and returns what the user that is AWSCURRENT after it runs statements with. */
async function rotateTo(user: string) {
  expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
  const { username, password } = await lab.readSecret(secretArn);
  expect(username).toBe(user);
  return (statement: string) => database.sqlAs(username, password, statement);
}

const ownersOf = () =>
  database.sql(`
    SELECT relname, relowner::regrole::text FROM pg_class
    WHERE relnamespace = '${schema}'::regnamespace AND relkind IN ('r', 'v')
    UNION ALL
    SELECT proname, proowner::regrole::text FROM pg_proc WHERE pronamespace = '${schema}'::regnamespace
    ORDER BY 1`);

describe('what either user of a pair creates', () => {
  it('belongs to the original, and both can use, change and drop it', async () => {
    const asClone = await rotateTo(clone);
    expect(await asClone('SELECT current_user, session_user')).toEqual([[app, clone]]);
    await asClone(`CREATE TABLE ${schema}.by_clone (n int)`);
    await asClone(`INSERT INTO ${schema}.by_clone VALUES (1)`);
    await asClone(`CREATE FUNCTION ${schema}.func_by_clone() RETURNS int RETURN 1`);

    const asApp = await rotateTo(app);
    await asApp(`INSERT INTO ${schema}.by_clone VALUES (${schema}.func_by_clone())`);
    await asApp(`ALTER TABLE ${schema}.by_clone ADD COLUMN m int`);
    await asApp(`CREATE VIEW ${schema}.view_by_app AS SELECT n FROM ${schema}.by_clone`);

    const asCloneAgain = await rotateTo(clone);
    expect(await asCloneAgain(`SELECT n FROM ${schema}.view_by_app`)).toEqual([[1], [1]]);
    expect(await ownersOf()).toEqual([
      ['by_clone', app],
      ['func_by_clone', app],
      ['view_by_app', app],
    ]);
    await asCloneAgain(`DROP VIEW ${schema}.view_by_app`);
    await asCloneAgain(`DROP TABLE ${schema}.by_clone`);
  });

  it('gets the default privileges of the original', async () => {
    const reader = uniqueName('reader');
    await database.createUser(reader, INITIAL);
    await database.sql(`GRANT USAGE ON SCHEMA ${schema} TO ${reader}`);
    await database.sql(
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${app} IN SCHEMA ${schema} GRANT SELECT ON TABLES TO ${reader}`,
    );
    const asClone = await rotateTo(clone);
    await asClone(`CREATE TABLE ${schema}.readable AS SELECT 7 AS n`);
    expect(await database.sqlAs(reader, INITIAL, `SELECT n FROM ${schema}.readable`)).toEqual([[7]]);
    await database.dropUser(reader);
  });

  it('is guarded by the row security of the original', async () => {
    await database.sql(`CREATE TABLE ${schema}.guarded AS SELECT unnest(ARRAY['${app}', 'other']) AS owner`);
    await database.sql(`GRANT SELECT ON ${schema}.guarded TO ${app}`);
    await database.sql(`ALTER TABLE ${schema}.guarded ENABLE ROW LEVEL SECURITY`);
    await database.sql(`CREATE POLICY own ON ${schema}.guarded USING (owner = current_user)`);
    const asClone = await rotateTo(clone);
    expect(await asClone(`SELECT owner FROM ${schema}.guarded`)).toEqual([[app]]);
  });
});

describe('a privilege of the original', () => {
  it('that is granted after the rotation is the clone’s at once, and gone when it is revoked', async () => {
    await database.sql(`CREATE TABLE ${schema}.late AS SELECT 1 AS n`);
    const asClone = await rotateTo(clone);
    await expect(asClone(`SELECT n FROM ${schema}.late`)).rejects.toMatchObject({ code: '42501' });
    await database.sql(`GRANT SELECT ON ${schema}.late TO ${app}`);
    expect(await asClone(`SELECT n FROM ${schema}.late`)).toEqual([[1]]);
    await database.sql(`REVOKE SELECT ON ${schema}.late FROM ${app}`);
    await expect(asClone(`SELECT n FROM ${schema}.late`)).rejects.toMatchObject({ code: '42501' });
  });

  it('is one of 10,000, and all together take four statements', async () => {
    const columns = Array.from({ length: 100 }, (_, n) => `c${n}`);
    await database.sql(`DO $$ BEGIN FOR n IN 1..100 LOOP
      EXECUTE format('CREATE TABLE ${schema}.t%s (${columns.join(' int, ')} int)', n);
      EXECUTE format('GRANT SELECT (${columns.join()}) ON ${schema}.t%s TO ${app}', n);
    END LOOP; END $$`);
    const before = logPosition(database.server.statementLog);
    const asClone = await rotateTo(clone);
    const statements = logSince(database.server.statementLog, before).match(
      new RegExp(`(CREATE|ALTER|GRANT|REVOKE|COMMENT)\\b.* "${clone}".*`, 'g'),
    );
    expect(statements).toEqual([
      `CREATE ROLE "${clone}" NOLOGIN`,
      `GRANT "${app}" TO "${clone}" WITH INHERIT TRUE, SET TRUE`,
      `ALTER ROLE "${clone}" SET "role" TO '${app}'`,
      expect.stringContaining(`ALTER ROLE "${clone}" LOGIN PASSWORD 'SCRAM-SHA-256$`),
    ]);
    expect(await asClone(`SELECT c99 FROM ${schema}.t100`)).toEqual([]);
  });

  it('through a group works for an original that is NOINHERIT, after SET ROLE alone', async () => {
    const group = uniqueName('group');
    await database.sql(`CREATE ROLE ${group}`);
    await database.sql(`ALTER ROLE ${app} NOINHERIT`);
    await database.sql(`GRANT ${group} TO ${app}`);
    await database.sql(`CREATE TABLE ${schema}.of_group AS SELECT 1 AS n`);
    await database.sql(`ALTER TABLE ${schema}.of_group OWNER TO ${group}`);
    await database.sql(`GRANT USAGE ON SCHEMA ${schema} TO ${group}`);
    const select = `SELECT n FROM ${schema}.of_group`;
    for (const user of [clone, app, clone]) {
      const run = await rotateTo(user);
      await expect(run(select)).rejects.toMatchObject({ code: '42501' });
      // One simple query of two statements: the driver returns an array of results, whose rows are not looked at.
      await run(`SET ROLE ${group}; ${select}`);
    }
    await database.sql(`DROP TABLE ${schema}.of_group`);
    await database.dropUser(group);
  });
});

describe('a clone that is equal to its original and owns a table', () => {
  const ownTable = async () => {
    const asClone = await rotateTo(clone);
    await database.sql(`GRANT CREATE ON SCHEMA ${schema} TO ${clone}`);
    await asClone(`SET ROLE NONE; CREATE TABLE ${schema}.of_clone (n int)`);
  };

  it('hands it over once it is no more AWSCURRENT, when that is configured', async () => {
    await ownTable();
    lab.environment['REASSIGN_OWNED'] = 'true';
    try {
      await rotateTo(app);
    } finally {
      lab.environment['REASSIGN_OWNED'] = undefined;
    }
    expect(await ownersOf()).toEqual([['of_clone', app]]);
  });

  it('is reported then, when it is not', async () => {
    await ownTable();
    const before = lab.output().length;
    await rotateTo(app);
    expect(lab.output().slice(before)).toContain(
      `"${clone}" owns 1 object in the database "postgres". ` +
        `To hand over what it owns, run there: REASSIGN OWNED BY "${clone}" TO "${app}"`,
    );
  });
});

describe('a clone that AWS’s functions made', () => {
  const makeClone = async () => {
    await database.createUser(clone, INITIAL);
    await database.sql(`GRANT ${app} TO ${clone}`);
    await database.sql(`CREATE TABLE ${schema}.of_clone AS SELECT 1 AS n`);
    await database.sql(`ALTER TABLE ${schema}.of_clone OWNER TO ${clone}`);
  };

  it('is taken over: its new sessions act as the original', async () => {
    await makeClone();
    expect(await database.sqlAs(clone, INITIAL, 'SELECT current_user')).toEqual([[clone]]);
    const asClone = await rotateTo(clone);
    expect(await asClone('SELECT current_user')).toEqual([[app]]);
    const asApp = await rotateTo(app);
    expect(await asApp('SELECT current_user')).toEqual([[app]]);
    const asCloneAgain = await rotateTo(clone);
    await asCloneAgain(`CREATE TABLE ${schema}.new (n int)`);
    expect(await ownersOf()).toEqual([
      ['new', app],
      // It stays its owner's. Sessions of the clone reach it with SET ROLE NONE, as those of the original never could.
      ['of_clone', clone],
    ]);
    await asCloneAgain(`SET ROLE NONE; SELECT n FROM ${schema}.of_clone`);
    expect(lab.output()).toContain(
      `"${clone}" owns 1 object in the database "postgres". ` +
        `To hand over what it owns, run there: REASSIGN OWNED BY "${clone}" TO "${app}"`,
    );
  });

  it('hands over what it owns in reach when that is configured, and the rest is reported', async () => {
    await makeClone();
    const elsewhere = uniqueName('elsewhere');
    await database.sql(`CREATE DATABASE ${elsewhere} OWNER ${clone}`);
    const { username, password } = database.server.superuser;
    await database.sqlAs(username, password, 'CREATE TABLE of_clone (n int)', elsewhere);
    await database.sqlAs(username, password, `ALTER TABLE of_clone OWNER TO ${clone}`, elsewhere);
    await database.sqlAs(username, password, 'CREATE TABLE granted (n int)', elsewhere);
    await database.sqlAs(username, password, `GRANT SELECT ON granted TO ${clone}`, elsewhere);

    await using handing = await openLab(database, 'alternating-users', {
      environment: { REASSIGN_OWNED: 'true' },
    });
    const masterarn = await handing.createSecret(database.server.superuser);
    const arn = await handing.createSecret({ username: app, password: INITIAL, masterarn });
    expect(await handing.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
    expect(await ownersOf()).toEqual([['of_clone', app]]);
    expect(
      await database.sql(`SELECT datdba::regrole::text FROM pg_database WHERE datname = '${elsewhere}'`),
    ).toEqual([[app]]);
    const output = handing.output();
    expect(output).not.toContain('in the database "postgres"');
    expect(output).toContain(`"${clone}" owns 1 object in the database "${elsewhere}".`);
    expect(output).toContain(
      `"${clone}" has privileges of its own on 1 object in the database "${elsewhere}", ` +
        'which its sessions have only after SET ROLE NONE.',
    );
    await database.sql(`DROP DATABASE ${elsewhere}`);
  });

  it('is not reported for default privileges and user mappings, which cannot be handed over', async () => {
    await makeClone();
    const elsewhere = uniqueName('elsewhere');
    await database.sql(`CREATE DATABASE ${elsewhere}`);
    const { username, password } = database.server.superuser;
    await database.sqlAs(
      username,
      password,
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${clone} GRANT SELECT ON TABLES TO ${app};
       CREATE FOREIGN DATA WRAPPER wrapper;
       CREATE SERVER remote FOREIGN DATA WRAPPER wrapper;
       CREATE USER MAPPING FOR ${clone} SERVER remote`,
      elsewhere,
    );
    await rotateTo(clone);
    expect(lab.output()).not.toContain(elsewhere);
    await database.sql(`DROP DATABASE ${elsewhere}`);
  });

  it('and that is AWSCURRENT rotates back to the original first', async () => {
    await makeClone();
    const masterarn = await lab.createSecret(database.server.superuser);
    secretArn = await lab.createSecret({ username: app, password: INITIAL, masterarn });
    await lab.putCurrent(secretArn, { username: clone, password: INITIAL, masterarn });
    await rotateTo(app);
    const asClone = await rotateTo(clone);
    expect(await asClone('SELECT current_user')).toEqual([[app]]);
  });
});
