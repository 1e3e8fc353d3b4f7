import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../../local/servers/database-server.ts';
import { startPostgres15 } from '../../local/servers/postgres.ts';
import { failureOf, openLab } from '../support/rotation-lab.ts';
import { type TestDatabase, testDatabase } from '../support/test-database.ts';

const INITIAL = 'Initial-password-1';

/** Of this test alone, since it writes to a catalog: the server comes without any provider of security labels. */
let running: RunningServer;
let database: TestDatabase;
beforeAll(async () => {
  running = await startPostgres15({ settings: { allow_system_table_mods: 'on' } });
  database = testDatabase(running.server);
});
afterAll(() => running.stop());

it('an original whose security label cannot be copied gets no clone without one', async () => {
  await database.createUser('app', INITIAL);
  await database.sql(
    `INSERT INTO pg_shseclabel VALUES ('app'::regrole, 'pg_authid'::regclass, 'anon', 'MASKED')`,
  );
  await using lab = await openLab(database, 'alternating-users');
  const masterarn = await lab.createSecret(database.server.superuser);
  const arn = await lab.createSecret({ username: 'app', password: INITIAL, masterarn });
  expect(failureOf(await lab.rotate(arn))).toMatchObject({
    name: 'StatementFailed',
    message: expect.stringContaining('failed to change the security label of "anon" of "app_clone"'),
    cause: { message: 'security label provider "anon" is not loaded' },
  });
  expect(await database.sql("SELECT FROM pg_roles WHERE rolname = 'app_clone'")).toEqual([]);

  // As the provider would have it.
  await database.sql('CREATE ROLE app_clone');
  await database.sql('GRANT app TO app_clone');
  await database.sql(
    `INSERT INTO pg_shseclabel VALUES ('app_clone'::regrole, 'pg_authid'::regclass, 'anon', 'MASKED')`,
  );
  await lab.cancel(arn);
  expect(await lab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
});
