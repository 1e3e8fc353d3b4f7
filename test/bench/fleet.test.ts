import { expect, it } from 'vitest';
import { runFleet } from '../../local/bench/fleet/fleet.ts';

/** It builds everything and starts servers of its own. In ms. */
const TIMEOUT = 300_000;

it(
  'loses no rotation and leaves no connection, where there are fewer connections than rotations',
  async () => {
    const options = { secrets: 8, atOnce: [2, 8], connections: 6, grants: [3], latency: 0 };
    const { waves, clones } = await runFleet(options, () => {});
    expect(waves.map(({ atOnce, secrets }) => [atOnce, secrets])).toEqual([
      [2, 8],
      [8, 8],
    ]);
    for (const { lost, leaked, retries, connections, environments, atOnce, rotation } of waves) {
      expect({ lost, leaked }).toEqual({ lost: [], leaked: 0 });
      // Whoever found no connection said so, and came through later.
      expect(retries.map(({ name }) => name).filter((name) => name !== 'TooManyConnections')).toEqual([]);
      expect(connections['postgres']).toBeGreaterThan(0);
      expect(connections['postgres']).toBeLessThanOrEqual(6);
      expect(connections['mysql']).toBeGreaterThan(0);
      // It lets one more in than it may have, to see whether that is a superuser.
      expect(connections['mysql']).toBeLessThanOrEqual(7);
      expect(environments).toBeLessThanOrEqual(2 * atOnce);
      expect(rotation.count).toBe(8);
    }
    expect(clones.map(({ engine, grants, tries }) => ({ engine, grants, tries }))).toEqual([
      { engine: 'postgres', grants: 3, tries: 1 },
      { engine: 'mysql', grants: 3, tries: 1 },
    ]);
  },
  TIMEOUT,
);
