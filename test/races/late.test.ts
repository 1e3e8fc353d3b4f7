import { STEPS, type Step } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import type { StrategyName } from '../support/rotation-lab.ts';
import { type Findings, openFindings } from './findings.ts';
import { PARALLEL, type Parallel } from './gates.ts';
import { stepsBefore } from './pairs.ts';
import { type Heat, raceInAllOrders } from './race.ts';

const STRATEGIES: readonly StrategyName[] = ['single-user', 'alternating-users'];

/*
 * An operator gives a rotation up while an invocation of it is under way, and starts another. Whatever the late one does,
 * it does between any two calls of the new one.
 */

describe.each(STRATEGIES)('%s', (strategy) => {
  describe.each(PARALLEL)('whose own calls pass %s', (parallel) => {
    it.each<Step>(['setSecret', 'testSecret'])('a late %s leaves the new rotation alone', async (late) => {
      const findings = await raceLate(strategy, parallel, late, async ({ finish }, { succeeded, token }) => {
        expect(succeeded).toBe(true);
        await finish(token);
      });
      expect(findings.list(), findings.list().join('\n')).toEqual([]);
    });

    /* PutSecretValue takes AWSPENDING from whichever version has it, and knows no condition. */
    it('a late createSecret costs the new rotation its label at most: the next one succeeds', async () => {
      const findings = await raceLate(strategy, parallel, 'createSecret', ({ startAnew }) => startAnew());
      expect(findings.list(), findings.list().join('\n')).toEqual([]);
    });
  });
});

/* It may promote its login before the new rotation comes to change that. */
describe.each(PARALLEL)('whose own calls pass %s', (parallel) => {
  it('single-user: a late finishSecret costs the new rotation one try at most', async () => {
    const findings = await raceLate(
      'single-user',
      parallel,
      'finishSecret',
      async ({ finish }, { token }) => {
        await finish(token);
      },
    );
    expect(findings.list(), findings.list().join('\n')).toEqual([]);
  });

  /* The new one is then for the user that has become AWSCURRENT. */
  it('alternating-users: a late finishSecret costs the new rotation its label at most', async () => {
    const findings = await raceLate('alternating-users', parallel, 'finishSecret', ({ startAnew }) =>
      startAnew(),
    );
    expect(findings.list(), findings.list().join('\n')).toEqual([]);
  });
});

interface NewRotation {
  readonly token: string;
  /** Whether it needed no second try. */
  readonly succeeded: boolean;
}

async function raceLate(
  strategy: StrategyName,
  parallel: Parallel,
  late: Step,
  afterwards: (heat: Heat, rotation: NewRotation) => Promise<void>,
): Promise<Findings> {
  const findings = openFindings();
  const options = { strategy, parallel, mostSwitches: 2, first: 'late' };
  const count = await raceInAllOrders(options, findings, async (heat) => {
    const { lab, invoke, play } = heat;
    const abandoned = lab.secret.stage();
    for (const step of stepsBefore(late)) await lab.run('before', step, abandoned);
    let token = '';
    let succeeded = true;
    await play({
      late: () => invoke('late', late, abandoned),
      async new() {
        await lab.gates.pass('new', 'the rotation is replaced');
        lab.secret.stripPending();
        token = lab.secret.stage();
        for (const step of STEPS) succeeded &&= await invoke('new', step, token);
      },
    });
    await afterwards(heat, { token, succeeded });
  });
  expect(count).toBeGreaterThan(100);
  return findings;
}
