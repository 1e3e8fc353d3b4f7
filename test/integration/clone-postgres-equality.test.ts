import { afterAll, inject } from 'vitest';
import type { RunningServer } from '../../local/servers/database-server.ts';
import { startPostgres15 } from '../../local/servers/postgres.ts';
import { testDatabase } from '../support/test-database.ts';
import { describeEquality } from './clone-postgres-suite.ts';

let old: RunningServer | undefined;
afterAll(() => old?.stop());

describeEquality('PostgreSQL 18', async () => testDatabase(inject('servers').postgres));
describeEquality('PostgreSQL 15', async () => {
  old = await startPostgres15();
  return testDatabase(old.server);
});
