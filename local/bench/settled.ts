import { setTimeout as sleep } from 'node:timers/promises';
import type { RotationOutcome, RotationService } from '../secrets-manager/index.ts';

/** Far more than ten attempts with their pauses have ever taken. In ms. */
const LIMIT = 300_000;

/**
 * How the rotation of a secret that is under way ends.
 * @throws Error when it does not end within the limit, which is in ms
 */
export async function outcomeOf(
  rotations: Pick<RotationService, 'settled'>,
  secretArn: string,
  limit = LIMIT,
): Promise<RotationOutcome> {
  const timer = new AbortController();
  const late = sleep(limit, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`The rotation of ${secretArn} has not ended within ${limit / 1_000} s.`);
  });
  try {
    return await Promise.race([rotations.settled(secretArn), late]);
  } finally {
    timer.abort();
  }
}
