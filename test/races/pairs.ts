import { STEPS, type Step } from '@rotation/core';

/** The unordered pairs of steps, the earlier one first. */
export const PAIRS: readonly (readonly [earlier: Step, later: Step])[] = STEPS.flatMap((earlier, index) =>
  STEPS.slice(index).map((later) => [earlier, later] as const),
);

/** The steps that come before one. */
export const stepsBefore = (step: Step) => STEPS.slice(0, STEPS.indexOf(step));

export interface Race {
  readonly earlier: Step;
  readonly later: Step;
  /** The steps that have succeeded before. */
  readonly done: readonly Step[];
}

/**
 * Each pair where the rotation has come to its later step, and the earlier one is an invocation that should long have ended;
 * and where it has come to its earlier step, and the later one is before its time. finishSecret is never: it promotes what
 * testSecret has passed, and the service sends it after that only.
 */
export const RACES: readonly Race[] = PAIRS.flatMap(([earlier, later]) => {
  const inTime = { earlier, later, done: stepsBefore(later) };
  const early = { earlier, later, done: stepsBefore(earlier) };
  return earlier === later || later === 'finishSecret' ? [inTime] : [inTime, early];
});
