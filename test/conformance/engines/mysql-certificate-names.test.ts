import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import { startMySql } from '../../../local/servers/mysql.ts';
import { startPostgres } from '../../../local/servers/postgres.ts';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { testDatabase } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

/*
 * mysql2 names no server to Node when the host is an address, and Node then judges the certificate by the name "localhost".
 * Only a certificate that has this name and no address shows the difference.
 */
describe.each([
  ['mysql', startMySql],
  ['mariadb', startMariaDb],
  ['postgres', startPostgres],
] as const)('%s with a certificate for the name localhost alone', (_, start) => {
  let running: RunningServer;
  beforeAll(async () => {
    running = await start({ tls: 'name-only' });
  });
  afterAll(() => running.stop());

  it.each(['127.0.0.1', '::1'])('is not trusted at the address %s, and gets no credential', async (host) => {
    const database = testDatabase(running.server);
    const before = logPosition(running.server.errorLog);
    const login = loginTo(database, 'somebody', 'Canary-password-1', { host });
    await expect(connect(database, login)).rejects.toMatchObject({
      name: 'TlsFailed',
      cause: { message: expect.stringContaining("does not match certificate's altnames") },
    });
    expect(logSince(running.server.errorLog, before)).not.toContain('somebody');
  });

  it('is trusted at its name', async () => {
    const database = testDatabase(running.server);
    const { username, password } = running.server.superuser;
    await using session = await connect(database, loginTo(database, username, password));
    expect(await session.traits('nobody')).not.toHaveLength(0);
  });
});
