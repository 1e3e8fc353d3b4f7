import * as checks from './checks.ts';
import type { Handover, Observation } from './observation.ts';

const ALWAYS: readonly checks.Check[] = [
  checks.everyRotationSucceeds,
  checks.currentLogsIn,
  checks.passwordsAreNew,
  checks.noNeedlessFailedLogin,
  checks.nothingLeaks,
  checks.otherKeysSurvive,
  checks.pendingIsGone,
];

/** Where what a client has read goes on working until the next rotation. */
const WITHOUT_GAP: readonly checks.Check[] = [checks.noClientFails, checks.previousLogsIn];

/** What is promised of each, in the order of the report. */
export const PROMISES: Readonly<Record<Handover, readonly checks.Check[]>> = {
  'one-password': [checks.clientFailsInGapOnly, checks.oldPasswordIsRejected, ...ALWAYS],
  'dual-passwords': [...WITHOUT_GAP, ...ALWAYS],
  'two-users': [...WITHOUT_GAP, checks.usersAlternate, checks.usersAreEqual, ...ALWAYS],
};

export interface BrokenPromise {
  readonly promise: string;
  readonly violations: readonly string[];
}

/** The promises that did not hold. */
export function brokenPromises(observation: Observation): BrokenPromise[] {
  return PROMISES[observation.handover]
    .map((check) => ({ promise: check.promise, violations: check.violations(observation) }))
    .filter(({ violations }) => violations.length > 0);
}
