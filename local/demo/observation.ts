import { ROTATION_STEPS, type RotationStep } from '../secrets-manager/rotation-progress.ts';

export const STRATEGIES = ['single-user', 'alternating-users'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/**
 * How applications come from an old password to a new one. A user has one password at a time, and there is a gap between its
 * change and that of AWSCURRENT; or has two for a while; or another user with its own takes over.
 */
export type Handover = 'one-password' | 'dual-passwords' | 'two-users';

export { ROTATION_STEPS, type RotationStep };

/** A stretch of time, in ms of performance.now(). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ObservedStep extends Span {
  readonly step: RotationStep;
}

/** How a login of the demo's own ended. */
export type LoginResult =
  | { readonly kind: 'accepted' }
  /** The server did not take the password. */
  | { readonly kind: 'rejected' }
  /** Anything else went wrong: no connection, no TLS, no right to the table. */
  | { readonly kind: 'failed'; readonly reason: string };

/** One rotation, and what was found right after it. */
export interface ObservedRotation {
  /** Counted from 1. */
  readonly number: number;
  /** How the service says that it ended. */
  readonly outcome: string;
  /** Steps that failed, also those that a retry made good: where, and why. */
  readonly failures: readonly string[];
  readonly steps: readonly ObservedStep[];
  /** Ids of the versions that have these labels. */
  readonly labels: { readonly current: string | undefined; readonly pending: string | undefined };
  /** Of AWSCURRENT. */
  readonly username: string;
  /** Whether AWSCURRENT has a password that no version before it had. */
  readonly passwordIsNew: boolean;
  /** Keys of the value, other than the login, that are not as they were in the first value. */
  readonly changedKeys: readonly string[];
  readonly currentLogin: LoginResult;
  /** With AWSPREVIOUS, which is what AWSCURRENT was before. */
  readonly previousLogin: LoginResult;
  /** What one of two alternating users can do and the other cannot. */
  readonly inequalities: readonly string[];
}

/** A login of the client's that failed; the span is from reading AWSCURRENT to the failure. */
export interface ClientFailure extends Span {
  readonly kind: 'rejected' | 'failed';
  readonly reason: string;
}

/** What the client that keeps logging in has met with. */
export interface ObservedClient {
  /** Logins that worked, with a query on the application's table. */
  readonly logins: number;
  readonly failures: readonly ClientFailure[];
  /** From the first of some failed logins in a row to the next that worked, in ms; 0 when none failed. */
  readonly longestWait: number;
}

/** All that was seen of one strategy's rotations. */
export interface Observation {
  readonly handover: Handover;
  /** How many were asked for; fewer are seen when one fails. */
  readonly wanted: number;
  readonly rotations: readonly ObservedRotation[];
  readonly client: ObservedClient;
  /** How many logins the server's log says were rejected, whoever made them. */
  readonly rejectedByServer: number;
  /** Which secret was found where, in words. */
  readonly leaks: readonly string[];
}

/** Time per step of each rotation, in ms. */
export function durations({ rotations }: Observation, step: RotationStep): number[] {
  return rotations.flatMap(({ steps }) => steps.filter((seen) => seen.step === step).map(durationOf));
}

/** In ms. */
export const durationOf = ({ from, to }: Span): number => to - from;
