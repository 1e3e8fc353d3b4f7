import * as checks from './checks.ts';
import type { Observation, Strategy } from './observation.ts';

/** What each strategy promises, in the order of the report. */
export const PROMISES: Readonly<Record<Strategy, readonly checks.Check[]>> = {
  'single-user': [
    checks.everyRotationSucceeds,
    checks.currentLogsIn,
    checks.passwordsAreNew,
    checks.oldPasswordIsRejected,
    checks.clientFailsInGapOnly,
    checks.noNeedlessFailedLogin,
    checks.nothingLeaks,
    checks.otherKeysSurvive,
    checks.pendingIsGone,
  ],
  'alternating-users': [
    checks.noClientFails,
    checks.everyRotationSucceeds,
    checks.currentLogsIn,
    checks.previousLogsIn,
    checks.passwordsAreNew,
    checks.usersAlternate,
    checks.usersAreEqual,
    checks.noNeedlessFailedLogin,
    checks.nothingLeaks,
    checks.otherKeysSurvive,
    checks.pendingIsGone,
  ],
};

export interface BrokenPromise {
  readonly promise: string;
  readonly violations: readonly string[];
}

/** The promises of a strategy that did not hold. */
export function brokenPromises(observation: Observation): BrokenPromise[] {
  return PROMISES[observation.strategy]
    .map((check) => ({ promise: check.promise, violations: check.violations(observation) }))
    .filter(({ violations }) => violations.length > 0);
}
