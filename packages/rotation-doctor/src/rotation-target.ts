import { DoctorError, Trouble } from './doctor-error.ts';
import { makeMoves, takeOff } from './label-moves.ts';
import { holderBesideCurrent, holderOf, PENDING, TARGET } from './labels.ts';
import type { Secret } from './secrets.ts';
import type { Surroundings } from './surroundings.ts';
import { leaving } from './what-is-left.ts';

/** How often to look for the label, and for how long, in ms. */
const LOOK_EVERY = 1_000;
const SEEN_BY = 20_000;

/**
 * Puts ROTATION_TARGET on a version and starts what goes by it. Where that does not start, the label is taken off again: it
 * would turn the next rotation, whoever starts it, into a rollback.
 */
export async function withTarget<T>(
  { name, arn, labels }: Secret,
  target: string,
  surroundings: Surroundings,
  start: () => Promise<T>,
): Promise<T> {
  const { secrets } = surroundings;
  const move = { label: TARGET, from: holderOf(TARGET, labels), to: target };
  return leaving(targetLeft(name, target), surroundings, async () => {
    try {
      await makeMoves(arn, [move], labels, surroundings, () => {});
      await untilSeen(arn, target, surroundings);
      return await start();
    } catch (error) {
      const isOff = await takeOff(arn, { label: TARGET, from: target }, secrets).then(
        () => true,
        // Why it did not start is what matters; what is left is told anyway.
        () => false,
      );
      if (!isOff) throw error;
      surroundings.left.delete(targetLeft(name, target));
      if (!(error instanceof DoctorError)) throw error;
      throw new DoctorError(`${error.message} ROTATION_TARGET was taken off again.`, error.exitCode, error);
    }
  });
}

export function targetLeft(name: string, target: string): string {
  return `ROTATION_TARGET may still be on version ${target}, and the next rotation a rollback. Next: npx --no rotation-doctor unstick ${name}`;
}

/** A function that does not see the label yet would make a new password. */
async function untilSeen(secretId: string, target: string, surroundings: Surroundings): Promise<void> {
  const { secrets, now, pause } = surroundings;
  const started = now().getTime();
  for (;;) {
    const { labels } = await secrets.describe(secretId);
    if (holderBesideCurrent(PENDING, labels) !== undefined) {
      throw new Trouble('Another rotation has begun meanwhile, which may have taken that login.');
    }
    if (holderOf(TARGET, labels) === target) return;
    if (now().getTime() - started >= SEEN_BY) {
      throw new Trouble(`DescribeSecret does not show ROTATION_TARGET on version ${target}.`);
    }
    await pause(LOOK_EVERY);
  }
}
