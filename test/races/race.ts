import { STEPS, type Step } from '@rotation/core';
import type { StrategyName } from '../support/rotation-lab.ts';
import { type Findings, wordsOf } from './findings.ts';
import type { Gates, Parallel } from './gates.ts';
import { type MemoryLab, openMemoryLab } from './memory-lab.ts';
import { orders, type Turns } from './orders.ts';
import { replacePauses } from './pauses.ts';
import { isTrue, type State } from './refusals.ts';

export interface RaceOptions {
  readonly strategy: StrategyName;
  readonly parallel: Parallel;
  readonly mostSwitches: number;
  /** Who is under way from the beginning. */
  readonly first?: string;
}

/** One order of a race. */
export interface Heat {
  readonly lab: MemoryLab;
  /** Runs a step in the race, and says whether it succeeded; what it is refused with is found wrong unless it is true. */
  invoke(who: string, step: Step, token: string): Promise<boolean>;
  play(all: Readonly<Record<string, () => Promise<unknown>>>): Promise<void>;
  /** Runs all steps once more, none of which may fail now, and looks whether all is well. */
  finish(token: string): Promise<void>;
  /** The same with a new rotation, as an operator starts it. */
  startAnew(): Promise<void>;
}

/** Runs a race in all its orders, each with a secret of its own, and says how many there were. */
export async function raceInAllOrders(
  options: RaceOptions,
  findings: Findings,
  run: (heat: Heat) => Promise<void>,
): Promise<number> {
  let count = 0;
  let gates: Gates;
  // Once for all orders: it goes through every module of Node.
  const restore = replacePauses(() => gates.pass('clock', 'a pause ends'));
  try {
    for (const turns of orders(options.mostSwitches, options.first)) {
      const lab = openMemoryLab(options.strategy, options.parallel);
      gates = lab.gates;
      await run(heatOf(lab, options.strategy, turns, findings));
      count += 1;
    }
  } finally {
    restore();
  }
  return count;
}

const READS = /^(Get|Describe|List)/;

function heatOf(lab: MemoryLab, strategy: StrategyName, turns: Turns, findings: Findings): Heat {
  const { secret, gates, logsIn } = lab;
  const wrong = (what: string) => findings.add(what, gates.trace());

  function stateOf(token: string): State {
    const version = secret.versions().find(({ id }) => id === token);
    const current = secret.labelled('AWSCURRENT');
    return {
      current: current?.id,
      isUserOfCurrent: current?.value?.username === version?.value?.username,
      hasValue: version?.value !== undefined,
      labels: version?.labels ?? [],
      logsIn: logsIn(version),
    };
  }

  /** I1 and I2 of rotation-protocol.md. */
  function look(what: string): void {
    if (READS.test(what)) return;
    const available =
      strategy === 'alternating-users'
        ? logsIn(secret.labelled('AWSCURRENT'))
        : secret.versions().some((version) => logsIn(version));
    if (!available) wrong('no login');
  }

  return {
    lab,
    async invoke(who, step, token) {
      const before = stateOf(token);
      try {
        await lab.run(who, step, token);
        return true;
      } catch (error) {
        if (!isTrue(error, step, before, stateOf(token))) wrong(`${who}: ${wordsOf(error)}`);
        return false;
      }
    },
    play: (all) => gates.play(turns, all, look),
    finish,
    startAnew() {
      secret.stripPending();
      return finish(secret.stage());
    },
  };

  async function finish(token: string): Promise<void> {
    try {
      for (const step of STEPS) await lab.run('finally', step, token);
    } catch (error) {
      wrong(`finally: ${wordsOf(error)}`);
    }
    const current = secret.labelled('AWSCURRENT');
    if (current?.id !== token) wrong('the new version is not AWSCURRENT');
    if (!logsIn(current)) wrong('AWSCURRENT does not log in');
    if (secret.labelled('AWSPENDING') !== undefined) wrong('AWSPENDING is left over');
    if (lab.database.openSessions() > 0) wrong('a session is left open');
  }
}
