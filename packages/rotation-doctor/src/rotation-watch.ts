import { CURRENT, holderOf, PENDING } from './labels.ts';
import type { StepLine } from './step-log.ts';
import { type LoggedRotation, stepReader } from './step-reader.ts';
import { type Surroundings, tell } from './surroundings.ts';

/** Between two looks, in ms: five reads of a log a second are all that an account has in some Regions. */
const LOOK_EVERY = 2_000;
/** A label that RotateSecret has put on may not be seen at once. In ms. */
const SEEN_BY = 10_000;

const RETRIES = '  Secrets Manager tries a rotation that failed again by itself: going on to follow it.';

export type Ending =
  /** The version is AWSCURRENT. */
  | { readonly kind: 'done' }
  /** The version is neither AWSCURRENT nor AWSPENDING: somebody cancelled the rotation, or its function gave it up. */
  | { readonly kind: 'given-up'; readonly failure: StepLine | undefined }
  /** The version is still AWSPENDING. */
  | { readonly kind: 'unfinished'; readonly failure: StepLine | undefined };

/** Follows a rotation until it ends or the time is over, and tells of each step. */
export async function watch(
  secretId: string,
  rotation: LoggedRotation,
  timeoutMs: number,
  surroundings: Surroundings,
): Promise<Ending> {
  const { secrets, now, pause } = surroundings;
  const { versionId } = rotation;
  const started = now().getTime();
  const readSteps = stepReader(rotation, surroundings);
  let failure: StepLine | undefined;
  let wasSeen = false;

  for (;;) {
    const { labels } = await secrets.describe(secretId);
    // After the look: what the log says of the end is then in it.
    for (const line of await readSteps()) {
      tell(surroundings, progressOf(line));
      if (line.error !== undefined && failure === undefined) tell(surroundings, RETRIES);
      failure = line.error === undefined ? undefined : line;
    }
    if (holderOf(CURRENT, labels) === versionId) return { kind: 'done' };
    const isPending = holderOf(PENDING, labels) === versionId;
    wasSeen ||= isPending;
    const elapsed = now().getTime() - started;
    if (!isPending && (wasSeen || elapsed >= SEEN_BY)) return { kind: 'given-up', failure };
    if (elapsed >= timeoutMs) return { kind: 'unfinished', failure };
    await pause(Math.min(LOOK_EVERY, timeoutMs - elapsed));
  }
}

function progressOf({ at, step, error }: StepLine): string {
  const time = at.toISOString().slice(11, 19);
  return error === undefined
    ? `  ${time}  ${step} done`
    : `  ${time}  ${step} failed: ${error.name}: ${error.message}`;
}
