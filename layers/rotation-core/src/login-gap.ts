import { isNamed } from './errors.ts';
import type { VersionId } from './event.ts';

/**
 * When the password of AWSCURRENT stopped working, in ms since 1970, by the version that is to replace it. The steps of a
 * rotation follow on each other, and so run in one process nearly always; of one that does not nothing is known.
 */
const began = new Map<VersionId, number>();

/** Rotations that never end leave an entry behind, as far back as this. */
const MOST_KEPT = 100;

export function loginGapBegins(versionId: VersionId): void {
  // A step that is repeated found it open.
  if (began.has(versionId)) return;
  const [oldest] = began.keys();
  if (oldest !== undefined && began.size === MOST_KEPT) began.delete(oldest);
  began.set(versionId, Date.now());
}

/** How long logins with AWSCURRENT were rejected, in ms; undefined when they were not, or when it is not known. */
export function loginGapEnds(versionId: VersionId): number | undefined {
  const gap = gapOf(versionId);
  began.delete(versionId);
  return gap;
}

/**
 * How long they have been rejected when a step fails, in ms: a rotation that gets no further never says how long it was.
 * @returns undefined as above, and where the rotation is over, for a later one may have moved AWSCURRENT since
 */
export function loginGapAtFailure(versionId: VersionId, failure: Error): number | undefined {
  const gap = gapOf(versionId);
  const isOver = isNamed(failure, 'UnknownToken', 'TokenNotPending');
  // The password from before is back where the new one was refused.
  if (isOver || isNamed(failure, 'PasswordRefused')) began.delete(versionId);
  return isOver ? undefined : gap;
}

function gapOf(versionId: VersionId): number | undefined {
  const start = began.get(versionId);
  return start === undefined ? undefined : Date.now() - start;
}
