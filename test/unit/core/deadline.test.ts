import { within } from '@rotation/core';
import { expect, it } from 'vitest';
import { deadlineOf } from '../../../layers/rotation-core/src/deadline.ts';
import { lambdaContext } from '../support/rotation-event.ts';

/* Lambda's milliseconds, what is left of them for work, and what a wait of five seconds is cut down to. */
it.each([
  [60_000, 59_000, 5_000],
  [6_000, 5_000, 5_000],
  [3_000, 2_000, 2_000],
  [1_001, 1, 1],
  [1_000, 1, 1],
  [10, 1, 1],
  [-5, 1, 1],
])('of %i ms that Lambda gives, %i are for work', (given, forWork, cutDown) => {
  const deadline = deadlineOf(lambdaContext(given));
  expect(deadline.remaining()).toBe(forWork);
  expect(within(deadline, 5_000)).toBe(cutDown);
});
