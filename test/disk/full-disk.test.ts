import { describe, expect, it } from 'vitest';
import { openSite } from '../hostile/site.ts';
import { testDatabase } from '../support/test-database.ts';
import { EXHAUSTIONS } from './exhaustions.ts';
import { startOnSmallDisk } from './server-on-small-disk.ts';

describe.each(EXHAUSTIONS)('$name', ({ engine, settings, strategies, exhaust, error, letsIn, revive }) => {
  it.each(strategies)(`makes setSecret of %s end with ${error}, and nothing is lost`, async (strategy) => {
    await using place = await startOnSmallDisk(engine, settings);
    const { running, disk } = place;
    const database = testDatabase(running.server);
    await using site = await openSite(database, { strategy, place: { ssl: false } });
    const expectNothingLost = async () => {
      await site.expectNothingLost();
      if (strategy === 'alternating-users') expect(await site.logsIn('AWSCURRENT')).toBe(true);
    };

    await disk.fill();
    await exhaust({ running, database, username: site.username });
    try {
      await site.run('createSecret');
      expect(await site.failureOf('setSecret')).toMatchObject({ name: error });
      if (letsIn) await expectNothingLost();
    } finally {
      await disk.free();
      await revive(running);
    }
    await expectNothingLost();
    await site.expectRecovery();
  });
});
