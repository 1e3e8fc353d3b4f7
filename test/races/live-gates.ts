import type { Gates } from './gates.ts';

/** What an invocation may wait for until another one's session ends. */
const WAITS_FOR_OTHERS = 'lock';

export interface LiveGates extends Gates {
  /** Whoever was let through to a lock has it now, or will not get it. Other things that it does at once go on meanwhile. */
  locked(who: string): void;
}

/** Gates before things that take time by themselves, as real servers do. */
export function openLiveGates(): LiveGates {
  const waiting = new Map<string, { readonly what: string; readonly go: () => void }[]>();
  const underWay = new Set<string>();
  const queued = new Set<string>();
  const trace: string[] = [];
  let playing = false;
  let arrival = Promise.withResolvers<void>();

  /** Waits until everybody is at a gate, at the end, or in the queue for the lock; and somebody is not in the queue. */
  async function untilAllHaveArrived(): Promise<void> {
    const isOnTheWay = (who: string) => !waiting.has(who) && !queued.has(who);
    while (underWay.size > 0 && (waiting.size === 0 || [...underWay].some(isOnTheWay))) {
      await arrival.promise;
      arrival = Promise.withResolvers();
    }
  }

  return {
    pass(who, what) {
      if (!playing) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(who, [...(waiting.get(who) ?? []), { what, go: resolve }]);
      arrival.resolve();
      return promise;
    },
    async play(turns, all, look) {
      playing = true;
      const ends = Object.entries(all).map(async ([who, work]) => {
        underWay.add(who);
        await work().finally(() => {
          underWay.delete(who);
          queued.delete(who);
          arrival.resolve();
        });
      });
      try {
        for (await untilAllHaveArrived(); underWay.size > 0; await untilAllHaveArrived()) {
          const who = turns.next([...waiting.keys()].sort());
          const [thing, ...others] = waiting.get(who) ?? [];
          if (others.length > 0) waiting.set(who, others);
          else waiting.delete(who);
          if (thing?.what === WAITS_FOR_OTHERS) queued.add(who);
          trace.push(`${who}: ${thing?.what}`);
          thing?.go();
          look(thing?.what ?? '');
        }
      } finally {
        playing = false;
      }
      await Promise.all(ends);
    },
    locked(who) {
      queued.delete(who);
      arrival.resolve();
    },
    trace: () => trace,
  };
}
