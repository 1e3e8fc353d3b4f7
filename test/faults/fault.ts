import type { Step } from '@rotation/core';

/** Where a rotation touches the world: a call of Secrets Manager, a login or a statement, with its answer. */
export interface Point {
  readonly step: Step;
  readonly channel: 'service' | 'database';
  /** What it is, without what differs from one rotation to the next. */
  readonly name: string;
  /** Counts from 1 what has the same name in the same step. */
  readonly occurrence: number;
}

/** What can go wrong there, on either channel. */
export const COMMON_FAULTS = ['never arrives', 'answer is lost', 'killed right after'] as const;
/** Those that only Secrets Manager has. */
export const SERVICE_FAULTS = ['throttled', 'server error', 'no answer in time'] as const;
/** The server takes a new password, and then does not accept a login with it. */
export const UNUSABLE_PASSWORD = 'password does not work';

export type FaultKind =
  | (typeof COMMON_FAULTS)[number]
  | (typeof SERVICE_FAULTS)[number]
  | typeof UNUSABLE_PASSWORD;

export function faultsAt({ step, channel, name }: Point): readonly FaultKind[] {
  if (channel === 'service') return [...COMMON_FAULTS, ...SERVICE_FAULTS];
  // What finishSecret sets once more is a password that testSecret has logged in with.
  const isNew = step === 'setSecret' && setsPassword(name);
  return isNew ? [...COMMON_FAULTS, UNUSABLE_PASSWORD] : COMMON_FAULTS;
}

/** Of a user that may log in: CREATE makes locked ones. */
const setsPassword = (name: string) => /^(ALTER|SET)\b.*\b(PASSWORD|IDENTIFIED)\b/.test(name);

/** Whether a statement may have changed which logins the server takes. */
export const changesLogins = (name: string) => /^(ALTER|CREATE|DROP|REVOKE|SET PASSWORD)\b/.test(name);

export function describePoint({ step, name, occurrence }: Point): string {
  return `${step}: ${name}${occurrence > 1 ? ` (${occurrence})` : ''}`;
}
