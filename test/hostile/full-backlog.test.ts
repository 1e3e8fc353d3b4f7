import { expect, inject, it } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { startFullBacklog } from './full-backlog.ts';
import { openSite } from './site.ts';

it.concurrent.each(['postgres', 'mysql', 'mariadb'] as const)(
  'a connect to %s that is never answered ends in time',
  async (engine) => {
    const database = testDatabase(inject('servers')[engine]);
    await using full = await startFullBacklog();
    await using site = await openSite(database, { place: { host: '127.0.0.1', port: full.port } });
    await site.run('createSecret');
    expect(await site.failureOf('setSecret')).toMatchObject({
      name: 'ConnectionTimedOut',
      message: expect.stringContaining(String(full.port)),
    });
    // A person corrects the port, which starts a new rotation.
    const { username, password } = await site.lab.readSecret(site.secretArn);
    await site.store({ username, password });
    expect(await site.lab.rotate(site.secretArn)).toMatchObject({ kind: 'succeeded' });
    await site.expectHealth();
  },
);
