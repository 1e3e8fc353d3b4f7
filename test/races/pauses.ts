import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/**
 * Has the code under test pause as `pause` does, until the function returned is called. Fake timers would leave out what
 * is imported from node:timers/promises.
 */
export function replacePauses(pause: () => Promise<void>): () => void {
  const original = timers.setTimeout;
  const replace = (setTimeout: unknown) => {
    Object.assign(timers, { setTimeout });
    syncBuiltinESMExports();
  };
  replace(pause);
  return () => replace(original);
}
