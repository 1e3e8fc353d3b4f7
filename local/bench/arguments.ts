import { parseArgs } from 'node:util';
import type { DatabaseServer } from '../servers/database-server.ts';
import type { CommonOptions } from './command.ts';
import { chosen, numbers, wholeNumber } from './option-values.ts';

export interface BenchOptions extends CommonOptions {
  readonly engines: readonly DatabaseServer['engine'][];
  /** In ms. */
  readonly latencies: readonly number[];
  /** Of everything that takes time. */
  readonly repeat: number;
}

const ENGINES = ['postgres', 'mysql', 'mariadb'] as const satisfies readonly DatabaseServer['engine'][];
/** A laptop's endpoint, one in the same zone, and one that is far or busy. In ms. */
const LATENCIES = [0, 5, 20];
/** Enough for quartiles that mean something. */
const REPEAT = 15;
const MOST_REPEATS = 200;
const LONGEST_LATENCY = 1_000;

export const USAGE = `Measures rotations by the built functions on real servers, beside a floor: as many calls of
Secrets Manager in the shortest chain, and bare logins with one ALTER.

  npm run bench [-- options]

  --engine NAME     ${ENGINES.join(', ')}; all by default
  --latency LIST    of each call of Secrets Manager, in ms; ${LATENCIES.join(',')} by default
  --repeat N        1 to ${MOST_REPEATS} of each; ${REPEAT} by default
  --json FILE       writes all results there
  --write           writes the tables into docs/performance.md; for a whole run only`;

/** @throws TypeError about an option that is not there or has a wrong value */
export function parseArguments(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engine: { type: 'string' },
      latency: { type: 'string' },
      repeat: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { engine, latency, repeat, json, write, help } = values;
  if (write && (engine ?? latency ?? repeat) !== undefined) {
    throw new TypeError('--write is for a whole run: it goes with no option that makes it another.');
  }
  return {
    engines: chosen('--engine', engine, ENGINES),
    latencies: numbers('--latency', latency, LATENCIES, { least: 0, most: LONGEST_LATENCY }),
    repeat: wholeNumber('--repeat', repeat, REPEAT, { least: 1, most: MOST_REPEATS }),
    json,
    write,
    help,
  };
}
