import { setImmediate } from 'node:timers/promises';
import type { Turns } from './orders.ts';

/** In which order an invocation's own calls are let through that it has started at the same time. */
export type Parallel = 'oldest first' | 'newest first';
export const PARALLEL: readonly Parallel[] = ['oldest first', 'newest first'];

/** Holds whatever an invocation does to the world until it is its turn. */
export interface Gates {
  /** Resolves when `who` may do this; at once while nothing is played. */
  pass(who: string, what: string): Promise<void>;
  /**
   * Starts all of them and lets one thing happen after the other, as `turns` has it, until all have ended.
   * @param look is called with each thing when all that followed from it has happened
   */
  play(
    turns: Turns,
    all: Readonly<Record<string, () => Promise<unknown>>>,
    look: (what: string) => void,
  ): Promise<void>;
  /** What happened so far, in its order. */
  trace(): readonly string[];
}

export function openGates(parallel: Parallel): Gates {
  const waiting = new Map<string, { readonly what: string; readonly go: () => void }[]>();
  const trace: string[] = [];
  let playing = false;

  function letPass(who: string): string {
    const things = waiting.get(who) ?? [];
    const thing = parallel === 'oldest first' ? things.shift() : things.pop();
    if (things.length === 0) waiting.delete(who);
    if (thing === undefined) throw new Error(`${who} waits for nothing.`);
    trace.push(`${who}: ${thing.what}`);
    thing.go();
    return thing.what;
  }

  return {
    pass(who, what) {
      if (!playing) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(who, [...(waiting.get(who) ?? []), { what, go: resolve }]);
      return promise;
    },
    async play(turns, all, look) {
      playing = true;
      const underWay = new Set(Object.keys(all));
      const ends = Object.entries(all).map(async ([who, work]) => {
        await work();
        underWay.delete(who);
      });
      try {
        // Nothing here takes time by itself: after a turn of the event loop, whoever goes on has come to a gate.
        for (await setImmediate(); underWay.size > 0; await setImmediate()) {
          if (waiting.size === 0) throw new Error(`Nobody can go on after ${trace.join('; ')}`);
          // Sorted, for who comes to a gate first differs with what has happened before.
          const what = letPass(turns.next([...waiting.keys()].sort()));
          await setImmediate();
          look(what);
        }
      } finally {
        playing = false;
      }
      await Promise.all(ends);
    },
    trace: () => trace,
  };
}
