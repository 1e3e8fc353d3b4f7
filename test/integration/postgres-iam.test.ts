import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../../local/servers/database-server.ts';
import { startPostgres15 } from '../../local/servers/postgres.ts';
import { connect, loginTo } from '../conformance/engines/engine-conformance.ts';
import { failureOf, openLab } from '../support/rotation-lab.ts';
import { type TestDatabase, testDatabase } from '../support/test-database.ts';

const INITIAL = 'Initial-password-1';
/** In ms. */
const PAM_LIMIT = 20_000;

/** Of this test alone, with PAM and with a role of RDS's name, as roles are the whole server's. */
let running: RunningServer;
let database: TestDatabase;

beforeAll(async () => {
  running = await startPostgres15();
  database = testDatabase(running.server);
  await database.createUser('app', INITIAL);
  for (const role of ['rds_iam', 'team']) await database.sql(`CREATE ROLE ${role}`);
});
afterAll(() => running.stop());

const nobodyChanged = async () => {
  expect(await database.sql("SELECT FROM pg_roles WHERE rolname = 'app_clone'")).toEqual([]);
};

it.each([
  ['itself', ['GRANT rds_iam TO app'], 'REVOKE "rds_iam" FROM "app"'],
  ['through another', ['GRANT rds_iam TO team', 'GRANT team TO app'], 'REVOKE "rds_iam" FROM "team"'],
])('a member of rds_iam, %s, gets no clone, which could not log in either', async (_, grants, remedy) => {
  for (const grant of grants) await database.sql(grant);
  await using lab = await openLab(database, 'alternating-users');
  const masterarn = await lab.createSecret(database.server.superuser);
  const arn = await lab.createSecret({ username: 'app', password: INITIAL, masterarn });
  expect(failureOf(await lab.rotate(arn))).toMatchObject({
    name: 'PasswordLoginForbidden',
    message: expect.stringContaining(`Run ${remedy}`),
  });
  await nobodyChanged();
  await database.sql(remedy);
  await lab.cancel(arn);
  expect(await lab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });

  for (const grant of grants) await database.sql(grant);
  const before = await database.sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'app'");
  expect(failureOf(await lab.rotate(arn))).toMatchObject({ name: 'PasswordLoginForbidden' });
  expect(await database.sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'app'")).toEqual(before);
  await database.sql(remedy);
  await database.dropUser('app_clone');
});

it('a superuser, who counts as a member of every role, gets a clone unless it was granted rds_iam', async () => {
  await database.createUser('boss', INITIAL);
  await database.sql('ALTER ROLE boss SUPERUSER');
  await using lab = await openLab(database, 'alternating-users');
  const masterarn = await lab.createSecret(database.server.superuser);
  const arn = await lab.createSecret({ username: 'boss', password: INITIAL, masterarn });
  expect(await lab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
  await database.sql('GRANT rds_iam TO boss');
  expect(failureOf(await lab.rotate(arn))).toMatchObject({
    name: 'PasswordLoginForbidden',
    message: expect.stringContaining('Run REVOKE "rds_iam" FROM "boss"'),
  });
});

it('a login that PAM is asked about says why no password will do', async () => {
  const [[hba] = []] = await database.sql('SHOW hba_file');
  const lines = ['hostssl all +rds_iam all pam', 'hostssl all all all scram-sha-256'];
  await database.sql(
    `COPY (SELECT unnest(ARRAY['${lines.join("','")}'])) TO '${hba}'; SELECT pg_reload_conf()`,
  );
  await database.sql('GRANT rds_iam TO app');
  const login = () => connect(database, loginTo(database, 'app', INITIAL)).catch((error: unknown) => error);
  // The server reads its configuration soon, and PAM takes its time to say no.
  await expect.poll(login, { timeout: PAM_LIMIT }).toMatchObject({
    name: 'LoginRejected',
    message: expect.stringContaining('"rds_iam"'),
    cause: { message: 'PAM authentication failed for user "app"' },
  });
});
