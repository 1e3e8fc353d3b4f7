/**
 * Does two things at once, and ends when both have ended, so that neither goes on after the step, or keeps a session open.
 * @throws what the first of the two has thrown, or else the second
 */
export async function bothOf<T, U>(one: () => Promise<T>, other: () => Promise<U>): Promise<readonly [T, U]> {
  const [first, second] = await Promise.allSettled([one(), other()]);
  return [answerOf(first), answerOf(second)];
}

function answerOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
