import { CURRENT, holderOf, PENDING } from './labels.ts';
import type { StepLine } from './step-log.ts';
import { stepReader } from './step-reader.ts';
import { type Surroundings, tell } from './surroundings.ts';

/** Between two looks, in ms: five reads of a log a second are all that an account has in some Regions. */
const LOOK_EVERY = 2_000;
/** A label that RotateSecret has put on may not be seen at once. In ms. */
const SEEN_BY = 10_000;
/** finishSecret takes AWSPENDING off right after it has moved AWSCURRENT. In ms. */
const SETTLED_WITHIN = 10_000;

const RETRIES = '  Secrets Manager tries a rotation that failed again by itself: going on to follow it.';

export type Ending =
  /** The version is AWSCURRENT, and AWSPENDING no more unless nobody takes that off. */
  | { readonly kind: 'done' }
  /** The version is neither AWSCURRENT nor AWSPENDING: somebody cancelled the rotation, or its function gave it up. */
  | { readonly kind: 'given-up'; readonly failure: StepLine | undefined }
  /** The version is still AWSPENDING. */
  | { readonly kind: 'unfinished'; readonly failure: StepLine | undefined };

export interface WatchedRotation {
  readonly functionArn: string;
  readonly versionId: string;
  readonly since: Date;
}

export interface Patience {
  /** In ms. */
  readonly timeout: number;
  /** The name of an error that no further try will mend. */
  readonly hopeless?: string;
}

/** Follows a rotation until it ends or the time is over, and tells of each step. */
export async function watch(
  secretId: string,
  { functionArn, versionId, since }: WatchedRotation,
  { timeout, hopeless }: Patience,
  surroundings: Surroundings,
): Promise<Ending> {
  const { secrets, now, pause } = surroundings;
  const started = now().getTime();
  const readSteps = stepReader({ functionArn, subject: { versionId }, since }, surroundings);
  let failure: StepLine | undefined;
  let wasSeen = false;
  let promoted: number | undefined;

  for (;;) {
    const { labels } = await secrets.describe(secretId);
    // After the look: what the log says of the end is then in it.
    for (const line of await readSteps()) {
      tell(surroundings, progressOf(line));
      const isHopeless = line.error !== undefined && line.error.name === hopeless;
      if (line.error !== undefined && failure === undefined && !isHopeless) tell(surroundings, RETRIES);
      failure = line.error === undefined ? undefined : line;
    }
    const isPending = holderOf(PENDING, labels) === versionId;
    wasSeen ||= isPending;
    const elapsed = now().getTime() - started;
    if (holderOf(CURRENT, labels) === versionId) {
      promoted ??= elapsed;
      if (!isPending || elapsed - promoted >= SETTLED_WITHIN) return { kind: 'done' };
      await pause(LOOK_EVERY);
      continue;
    }
    if (!isPending && (wasSeen || elapsed >= SEEN_BY)) return { kind: 'given-up', failure };
    if (elapsed >= timeout || (failure !== undefined && failure.error?.name === hopeless))
      return { kind: 'unfinished', failure };
    await pause(Math.min(LOOK_EVERY, timeout - elapsed));
  }
}

function progressOf({ at, step, error }: StepLine): string {
  const time = at.toISOString().slice(11, 19);
  return error === undefined
    ? `  ${time}  ${step} done`
    : `  ${time}  ${step} failed: ${error.name}: ${error.message}`;
}
