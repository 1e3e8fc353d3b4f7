import fc from 'fast-check';
import { it } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { BOUNDS, SHRINKING_LIMIT } from './bounds.ts';
import { promisesHold } from './property.ts';
import { openSite } from './site.ts';

const STRATEGIES = ['single-user', 'alternating-users'] as const;
/** In ms: so that a failure comes with its seed and its commands. */
const TIMEOUT = 2 * SHRINKING_LIMIT;

/**
 * The bounded run of the model, of both strategies at once: they do not know of each other. A failure prints its seed and the
 * fewest commands that were found to lead to it.
 */
export function describeModel(server: DatabaseServer): void {
  it.concurrent.each(STRATEGIES)(
    '%s keeps its promises, whatever is done to it',
    async (strategy) => {
      await using site = await openSite(server, strategy);
      const { numRuns, seed, maxCommands } = BOUNDS;
      await fc.assert(promisesHold(site, { maxCommands }), {
        numRuns,
        seed,
        interruptAfterTimeLimit: SHRINKING_LIMIT,
        includeErrorInReport: true,
      });
    },
    TIMEOUT,
  );
}
