/** When something began and ended, by one clock. */
export interface Interval {
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/**
 * The number of intervals in the longest sequence in which each begins when the one before it has ended: of calls, how many
 * latencies a rotation takes. Calls that are made at once overlap only where each takes a while.
 */
export function longestChain(intervals: readonly Interval[]): number {
  let length = 0;
  let end = Number.NEGATIVE_INFINITY;
  // Whichever ends first leaves most room for those after it.
  for (const { startedAt, endedAt } of intervals.toSorted((a, b) => +a.endedAt - +b.endedAt)) {
    if (+startedAt < end) continue;
    length += 1;
    end = +endedAt;
  }
  return length;
}
