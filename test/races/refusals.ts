import { isNamed, type Step } from '@rotation/core';

/** What a version and its login are like at one moment. */
export interface State {
  /** The version that is AWSCURRENT. */
  readonly current: string | undefined;
  /** AWSCURRENT names the user of this version. */
  readonly isUserOfCurrent: boolean;
  readonly hasValue: boolean;
  readonly labels: readonly string[];
  readonly logsIn: boolean;
}

/** Whether a refusal says what was so: `before` when the invocation began, `after` when it was refused. */
export function isTrue(refusal: unknown, step: Step, before: State, after: State): boolean {
  if (isNamed(refusal, 'NoPendingValue')) return !before.hasValue;
  if (isNamed(refusal, 'TokenNotPending'))
    return !after.labels.includes('AWSPENDING') || after.labels.includes('AWSCURRENT');
  if (isNamed(refusal, 'UnknownToken')) return after.labels.length === 0;
  if (isNamed(refusal, 'CurrentMoved')) return before.current !== after.current;
  if (isNamed(refusal, 'IdentityChanged')) return after.isUserOfCurrent;
  if (isNamed(refusal, 'LoginRejected', 'AccountLocked'))
    return step === 'testSecret' && !(before.logsIn && after.logsIn);
  return false;
}
