import { parseArgs } from 'node:util';
import type { CommonOptions } from '../command.ts';
import { wholeNumber } from '../option-values.ts';

export interface ColdOptions extends CommonOptions {
  /** What `npm run build` made of an earlier state of the repository. */
  readonly before: string | undefined;
  /** Processes of each kind. */
  readonly repeat: number;
}

const REPEAT = 25;
const MOST_REPEATS = 200;

export const USAGE = `Tells what the functions load in a cold start, and what part of its CPU time that takes.

  npm run bench:cold [-- options]

  --before FOLDER   dist/ of an earlier state, measured in turn with this one
  --repeat N        1 to ${MOST_REPEATS} processes of each kind; ${REPEAT} by default
  --json FILE       writes all results there
  --write           writes the tables into docs/performance.md; goes with --before, and not with --repeat`;

/** @throws TypeError about an option that is not there or has a wrong value */
export function parseArguments(args: readonly string[]): ColdOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      before: { type: 'string' },
      repeat: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { before, repeat, json, write, help } = values;
  if (write && (before === undefined || repeat !== undefined)) {
    throw new TypeError('--write is for a whole run: it goes with --before, and not with --repeat.');
  }
  return {
    before,
    repeat: wholeNumber('--repeat', repeat, REPEAT, { least: 1, most: MOST_REPEATS }),
    json,
    write,
    help,
  };
}
