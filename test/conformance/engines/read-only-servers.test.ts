import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import { startMySql } from '../../../local/servers/mysql.ts';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { type TestDatabase, testDatabase } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const PASSWORD = 'Initial-password-1';

/** What a replica is, and a writer after a failover. */
describe.each([
  ['mysql', startMySql],
  ['mariadb', startMariaDb],
])('a read-only %s', (_, start) => {
  let running: RunningServer;
  let database: TestDatabase;

  beforeAll(async () => {
    running = await start();
    database = testDatabase(running.server);
    await database.createUser('app', PASSWORD);
    await database.sql('SET GLOBAL read_only = ON');
  });
  afterAll(() => running.stop());

  it('says so, and logs no password', async () => {
    const before = logPosition(running.server.statementLog);
    await using session = await connect(database, loginTo(database, 'app', PASSWORD));
    const change = session.changeOwnPassword(new Password(PASSWORD), new Password('Canary-password-1'));
    await expect(change).rejects.toMatchObject({ name: 'ServerReadOnly' });
    const logged = logSince(running.server.statementLog, before);
    // The statement is there, or the log would prove nothing.
    expect(logged).toMatch(/SET PASSWORD|ALTER USER/);
    expect(logged).not.toContain('Canary');
    expect(await database.logsIn('app', PASSWORD)).toBe(true);
  });
});
