import { STEPS } from '@rotation/core';
import { it } from 'vitest';
import { startRestartableServer } from '../model/restartable-server.ts';
import { testDatabase } from '../support/test-database.ts';
import { openSite } from './site.ts';

it.each(['postgres', 'mysql', 'mariadb'] as const)(
  'a restart of %s between any two steps is no concern of a rotation',
  async (engine) => {
    await using running = await startRestartableServer(engine);
    const database = testDatabase(running.server);
    const place = { ssl: false };
    await using single = await openSite(database, { place });
    await using alternating = await openSite(database, { strategy: 'alternating-users', place });
    for (const step of STEPS) {
      await single.run(step);
      await alternating.run(step);
      await running.restart();
    }
    await single.expectHealth();
    await alternating.expectHealth();
  },
);
