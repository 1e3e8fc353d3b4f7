import { parseArgs } from 'node:util';
import { type GuardName, WITHOUT } from './guards.ts';
import { SETUP_NAMES, type SetupName, setupOf } from './setup.ts';
import type { EngineName } from './world.ts';

const ENGINES = ['postgres', 'mysql', 'mariadb'] as const satisfies readonly EngineName[];

export const USAGE = `Breaks a rotation at every point, in every way, and looks whether all ends well.

  npm run faults [-- options]

  --engine NAME     ${ENGINES.join(', ')}; all by default
  --strategy NAME   ${SETUP_NAMES.join(', ')}; all by default
  --only PATTERN    the cases "point | fault | way on" that match this regular expression
  --without GUARD   takes a guard out of the product, to see what the matrix makes of it:
                    ${Object.keys(WITHOUT).join(', ')}
  --points          lists the points as well
  --write           writes the table into docs/faults.md; for the whole matrix only`;

export interface Arguments {
  readonly engines: readonly EngineName[];
  readonly strategies: readonly SetupName[];
  readonly only: string | undefined;
  readonly without: GuardName | undefined;
  readonly points: boolean;
  readonly write: boolean;
  readonly help: boolean;
}

/** @throws TypeError about an option that is not there or has a wrong value */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engine: { type: 'string' },
      strategy: { type: 'string' },
      only: { type: 'string' },
      without: { type: 'string' },
      points: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { engine, strategy, only, points, write, help } = values;
  const engines = chosen('--engine', engine, ENGINES);
  const strategies = chosen('--strategy', strategy, SETUP_NAMES);
  if (!strategies.some((name) => engines.some((one) => setupOf(name).engines.includes(one)))) {
    throw new TypeError(`--strategy ${strategy} is none of --engine ${engine}.`);
  }
  const [without] =
    values.without === undefined
      ? []
      : chosen('--without', values.without, Object.keys(WITHOUT) as GuardName[]);
  if (write && (engine ?? strategy ?? only ?? without) !== undefined) {
    throw new TypeError('--write is for the whole matrix: it goes with no option that makes it smaller.');
  }
  return { engines, strategies, only, without, points, write, help };
}

function chosen<T extends string>(
  option: string,
  value: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (value === undefined) return all;
  const found = all.filter((name) => name === value);
  if (found.length === 0) throw new TypeError(`${option} is none of ${all.join(', ')}.`);
  return found;
}
