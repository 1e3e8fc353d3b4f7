import { now } from './clock.ts';

/** Time that is spent waiting: calls that overlap count once. */
export interface Stopwatch {
  /** Counts until `call` has ended, in whichever way. */
  until(call: Promise<unknown>): void;
  /** Whole milliseconds so far, those of calls that have not ended included. */
  milliseconds(): number;
}

export function stopwatch(): Stopwatch {
  let running = 0;
  let since = 0;
  let total = 0;
  return {
    until(call) {
      if (running === 0) since = now();
      running += 1;
      const end = () => {
        running -= 1;
        if (running === 0) total += now() - since;
      };
      call.then(end, end);
    },
    milliseconds: () => Math.round(total + (running === 0 ? 0 : now() - since)),
  };
}
