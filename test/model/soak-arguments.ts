import { parseArgs } from 'node:util';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import type { Strategy } from './world.ts';

type EngineName = DatabaseServer['engine'];

const ENGINES = ['postgres', 'mysql', 'mariadb'] as const satisfies readonly EngineName[];
const STRATEGIES = ['single-user', 'alternating-users'] as const satisfies readonly Strategy[];
const DEFAULT_MINUTES = 10;
const LARGEST_SEED = 2 ** 31 - 1;

export interface SoakOptions {
  readonly minutes: number;
  readonly engines: readonly EngineName[];
  readonly strategies: readonly Strategy[];
  readonly seed: number;
}

export const USAGE = `Usage: npm run soak -- [options]

Does to rotations on real servers whatever can be done to them, at random, for a long time, while
clients keep logging in; and checks after each thing done that every promise holds.

  --minutes N          (default: ${DEFAULT_MINUTES})
  --engine ENGINE      ${ENGINES.join(', ')} (default: all, in turn)
  --strategy STRATEGY  ${STRATEGIES.join(' or ')} (default: both, in turn)
  --seed N             of the first run, as printed by an earlier soak (default: another each time)

Exit code: 0 when every promise held, 1 when one did not, 2 for wrong options.
`;

/**
 * Reads the command line, without the program's own name.
 * @throws TypeError
 */
export function parseArguments(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: String(DEFAULT_MINUTES) },
      engine: { type: 'string' },
      strategy: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % LARGEST_SEED) },
    },
  });
  return {
    minutes: positive('--minutes', values.minutes),
    engines: oneOrAll('--engine', ENGINES, values.engine),
    strategies: oneOrAll('--strategy', STRATEGIES, values.strategy),
    seed: Math.trunc(positive('--seed', values.seed)),
  };
}

function oneOrAll<T extends string>(
  option: string,
  all: readonly T[],
  given: string | undefined,
): readonly T[] {
  const chosen = all.filter((one) => given === undefined || one === given);
  if (chosen.length === 0) throw new TypeError(`${option} takes ${all.join(' or ')}, not "${given}"`);
  return chosen;
}

function positive(option: string, given: string): number {
  const number = Number(given);
  if (!(number > 0 && number <= LARGEST_SEED)) {
    throw new TypeError(`${option} takes a number above 0, not "${given}"`);
  }
  return number;
}
