import type { Output } from './operation.ts';

/** One call as it came in. `input` holds what the caller sent, secret values included: not to be logged. */
export interface Call {
  readonly operation: string;
  readonly input: unknown;
  /** Counted from 1 over the life of the endpoint. A client's retry is a call of its own. */
  readonly number: number;
}

/** What goes back to the caller. */
export type Answer =
  | { readonly kind: 'output'; readonly output: Output }
  | { readonly kind: 'error'; readonly status: number; readonly type: string; readonly message: string }
  /** The connection is cut without an answer. */
  | { readonly kind: 'lost' };

/**
 * Stands between the callers and the service: the one place for faults.
 * `answer` carries the call out, once, when it is called. So a fault before the effect returns without calling it, a lost
 * answer calls it and returns `lost`, a slow one waits, and a throttled one returns an error of its own.
 */
export type Interceptor = (call: Call, answer: () => Answer) => Answer | Promise<Answer>;

/** What is remembered of a call: no parameter and no value. */
export interface CallRecord {
  readonly number: number;
  readonly operation: string;
  readonly startedAt: Date;
  /** Absent while the call is under way. */
  readonly endedAt?: Date;
  /** `output`, `lost`, or the type of the error that was answered. */
  readonly answered?: string;
}

/** The interceptor that lets every call through. */
export const passThrough: Interceptor = (_, answer) => answer();
