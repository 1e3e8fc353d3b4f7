import { describe, expect, it } from 'vitest';
import type { StrategyName } from '../support/rotation-lab.ts';
import { openFindings } from './findings.ts';
import { PARALLEL } from './gates.ts';
import { RACES } from './pairs.ts';
import { raceInAllOrders } from './race.ts';

const STRATEGIES: readonly StrategyName[] = ['single-user', 'alternating-users'];

describe.each(STRATEGIES)('%s: two invocations with one token', (strategy) => {
  describe.each(PARALLEL)('whose own calls pass %s', (parallel) => {
    it.each(RACES)('$earlier and $later, after $done', async ({ earlier, later, done }) => {
      const findings = openFindings();
      const options = { strategy, parallel, mostSwitches: 2 };
      const count = await raceInAllOrders(options, findings, async ({ lab, invoke, play, finish }) => {
        const token = lab.secret.stage();
        for (const step of done) await lab.run('before', step, token);
        await play({
          one: () => invoke('one', earlier, token),
          other: () => invoke('other', later, token),
        });
        await finish(token);
      });
      expect(count).toBeGreaterThan(10);
      expect(findings.list(), findings.list().join('\n')).toEqual([]);
    });
  });
});
