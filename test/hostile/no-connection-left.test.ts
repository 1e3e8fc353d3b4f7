import { STEPS } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../local/servers/database-server.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startMySql } from '../../local/servers/mysql.ts';
import { startPostgres } from '../../local/servers/postgres.ts';
import type { StrategyName } from '../support/rotation-lab.ts';
import { type TestDatabase, testDatabase } from '../support/test-database.ts';
import { gatherCrowd } from './crowd.ts';
import { openSite } from './site.ts';

const STRATEGIES: readonly StrategyName[] = ['single-user', 'alternating-users'];
/** In ms. */
const PATIENCE = 20_000;
const CROWD = { username: 'crowd', password: 'Crowded-password-1' };

describe.each([
  ['postgres', startPostgres],
  ['mysql', startMySql],
  ['mariadb', startMariaDb],
])('%s with all its connections taken', (_, start) => {
  let running: RunningServer;
  let database: TestDatabase;
  beforeAll(async () => {
    running = await start({ settings: { max_connections: '12' } });
    database = testDatabase(running.server);
    await database.createUser(CROWD.username, CROWD.password);
  });
  afterAll(() => running.stop());

  it.each(STRATEGIES)('says so in each step of %s that needs one', async (strategy) => {
    await using site = await openSite(database, { strategy });
    await site.run('createSecret');
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) {
      {
        await using _crowd = await gatherCrowd(running.server, CROWD);
        expect(await site.failureOf(step)).toMatchObject({ name: 'TooManyConnections' });
      }
      await site.expectNothingLost();
      await site.run(step);
    }
    await site.expectHealth();
  });

  it('has enough for a single user with one that is left', async () => {
    await using site = await openSite(database);
    await using crowd = await gatherCrowd(running.server, CROWD);
    await crowd.leave();
    for (const step of STEPS) {
      // A server may count a session that has just ended for a moment longer; the service would try again too.
      await expect.poll(() => site.failureOf(step), { timeout: PATIENCE }).toBeUndefined();
    }
    await crowd[Symbol.asyncDispose]();
    await site.expectHealth();
  });
});
