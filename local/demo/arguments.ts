import { parseArgs } from 'node:util';
import type { DatabaseServer } from '../servers/database-server.ts';
import { STRATEGIES, type Strategy } from './observation.ts';

export interface DemoOptions {
  readonly engine: DatabaseServer['engine'];
  readonly strategies: readonly Strategy[];
  /** Of each strategy. */
  readonly rotations: number;
}

export type Arguments =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problem: string };

const ENGINES = ['postgres', 'mysql', 'mariadb'] as const satisfies readonly DatabaseServer['engine'][];
/** A few say enough about the promises, and take seconds. */
const DEFAULT_ROTATIONS = 5;
/** Some minutes' worth. */
const MOST_ROTATIONS = 1_000;

export const USAGE = `Usage: npm run demo -- [options]

Rotates the passwords of a real database through the built rotation functions, while a client
keeps logging in, and checks that what they promise holds. Needs nothing but Node and npm.

  --engine ENGINE      ${ENGINES.join(', ')} (default: ${ENGINES[0]}); the last two take a server
                       from the PATH, or else fetch one from Debian's archive
  --strategy STRATEGY  ${STRATEGIES.join(' or ')} (default: both)
  --rotations N        of each strategy, 1 to ${MOST_ROTATIONS} (default: ${DEFAULT_ROTATIONS})
  --help

Exit code: 0 when every promise held, 1 when one did not, 2 for wrong options.
`;

/** Reads the command line, without the program's own name. */
export function parseArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        engine: { type: 'string', default: ENGINES[0] },
        strategy: { type: 'string' },
        rotations: { type: 'string', default: String(DEFAULT_ROTATIONS) },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { kind: 'help' };
    const { engine, strategy, rotations } = values;
    return {
      kind: 'run',
      options: {
        engine: oneOf('--engine', ENGINES, engine),
        strategies: strategy === undefined ? STRATEGIES : [oneOf('--strategy', STRATEGIES, strategy)],
        rotations: count('--rotations', rotations),
      },
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { kind: 'wrong', problem: firstSentence(error.message) };
  }
}

function oneOf<Choice extends string>(option: string, choices: readonly Choice[], given: string): Choice {
  const choice = choices.find((known) => known === given);
  if (choice === undefined) throw new TypeError(`${option} takes ${choices.join(' or ')}, not "${given}"`);
  return choice;
}

function count(option: string, given: string): number {
  const number = /^\d+$/.test(given) ? Number(given) : 0;
  if (number < 1 || number > MOST_ROTATIONS) {
    throw new TypeError(`${option} takes a whole number from 1 to ${MOST_ROTATIONS}, not "${given}"`);
  }
  return number;
}

/** Node's own messages go on with advice about option values that begin with a dash. */
function firstSentence(message: string): string {
  return message.split(/\.\s/)[0] ?? message;
}
