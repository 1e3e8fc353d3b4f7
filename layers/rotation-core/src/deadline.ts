/** How long the invocation may still take. Every wait on a server is bounded by it. */
export interface Deadline {
  /** Whole milliseconds left for work, at least 1. */
  remaining(): number;
}

/** Kept back from Lambda's own limit, in ms, so that an error can still be logged and answered instead of cut off. */
const ANSWER_RESERVE = 1_000;

export function deadlineOf(context: { getRemainingTimeInMillis(): number }): Deadline {
  return { remaining: () => Math.max(1, Math.floor(context.getRemainingTimeInMillis()) - ANSWER_RESERVE) };
}

/** The smaller of `limit` and what is left, in ms. */
export function within(deadline: Deadline, limit: number): number {
  return Math.min(limit, deadline.remaining());
}
