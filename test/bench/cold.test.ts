import { expect, it } from 'vitest';
import { runCold } from '../../local/bench/cold/cold.ts';

/** It builds everything. In ms. */
const TIMEOUT = 300_000;

it(
  'tells where a cold start goes',
  async () => {
    const { functions } = await runCold({ before: undefined, repeat: 1 }, () => {});
    expect(functions.map(({ name, costs }) => [name, Object.keys(costs)])).toEqual([
      ['postgres-single-user', ['now']],
      ['mysql-single-user', ['now']],
    ]);
    for (const { costs } of functions) {
      const { node, code, shares, sizes } = costs.now ?? expect.fail('This state was not measured.');
      for (const part of ['start', 'crypto', 'https', 'other modules'] as const) {
        expect(node[part].median).toBeGreaterThan(0);
      }
      expect(code.median).toBeGreaterThan(0);
      expect(Object.values(shares).reduce((sum, share) => sum + share)).toBeCloseTo(1);
      // Which of the parts that take a millisecond or two get a sample is up to the machine, so these are taken together.
      expect(shares.reading).toBeGreaterThan(0);
      expect(shares.reading).toBeLessThan(1);
      for (const part of ['AWS SDK: calls', 'logger', 'driver', 'our own code'] as const) {
        expect(sizes[part]).toBeGreaterThan(10_000);
      }
    }
  },
  TIMEOUT,
);
