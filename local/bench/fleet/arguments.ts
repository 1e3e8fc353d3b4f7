import { parseArgs } from 'node:util';
import type { CommonOptions } from '../command.ts';
import { numbers, wholeNumber } from '../option-values.ts';

export interface FleetOptions extends CommonOptions {
  readonly secrets: number;
  /** How many rotations are under way together, in one wave after the other. */
  readonly atOnce: readonly number[];
  /** That each server takes. */
  readonly connections: number;
  /** Of a user whose clone is made. */
  readonly grants: readonly number[];
  /** Of each call of Secrets Manager, in ms. */
  readonly latency: number;
}

const SECRETS = 1_000;
/** One PostgreSQL and one MySQL, with as many secrets each. */
const SERVERS = 2;
const AT_ONCE = [1, 10, 50, 200];
/** Fewer than 200 rotations at a time would like to have. */
const CONNECTIONS = 20;
const GRANTS = [10, 100, 1_000, 10_000];
/** As from a function in the service's own Region. In ms. */
const LATENCY = 5;
/** Each is a process of some 90 MB. */
const MOST_AT_ONCE = 200;

export const USAGE = `Rotates a fleet of secrets across one PostgreSQL and one MySQL, with the quotas of Secrets Manager
enforced and fewer connections than there are rotations, and looks whether every rotation comes
through. Then makes clones of users with more and more grants.

  npm run bench:fleet [-- options]

  --secrets N       2 to 10000, an even number; ${SECRETS} by default
  --at-once LIST    rotations at a time, up to ${MOST_AT_ONCE}; ${AT_ONCE.join(',')} by default
  --connections N   that each server takes, 10 to 1000; ${CONNECTIONS} by default
  --grants LIST     up to 10000; ${GRANTS.join(',')} by default
  --latency N       of each call of Secrets Manager, in ms; ${LATENCY} by default
  --json FILE       writes all results there
  --write           writes the tables into docs/performance.md; for a whole run only

Exit code: 0 when no rotation was lost, no connection left and everything measured, 1 otherwise,
2 for wrong options.`;

/** @throws TypeError about an option that is not there or has a wrong value */
export function parseArguments(args: readonly string[]): FleetOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      secrets: { type: 'string' },
      'at-once': { type: 'string' },
      connections: { type: 'string' },
      grants: { type: 'string' },
      latency: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { secrets, 'at-once': atOnce, connections, grants, latency, json, write, help } = values;
  if (write && (secrets ?? atOnce ?? connections ?? grants ?? latency) !== undefined) {
    throw new TypeError('--write is for a whole run: it goes with no option that makes it another.');
  }
  const members = wholeNumber('--secrets', secrets, SECRETS, { least: 2, most: 10_000 });
  if (members % SERVERS !== 0) {
    throw new TypeError(`--secrets takes even numbers, half of them for each server, not "${secrets}".`);
  }
  return {
    secrets: members,
    atOnce: numbers('--at-once', atOnce, AT_ONCE, { least: 1, most: MOST_AT_ONCE }),
    // PostgreSQL keeps three of them for superusers. The rest must suffice for the logins after a wave.
    connections: wholeNumber('--connections', connections, CONNECTIONS, { least: 10, most: 1_000 }),
    grants: numbers('--grants', grants, GRANTS, { least: 1, most: 10_000 }),
    latency: wholeNumber('--latency', latency, LATENCY, { least: 0, most: 1_000 }),
    json,
    write,
    help,
  };
}
