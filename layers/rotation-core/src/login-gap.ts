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
  const start = began.get(versionId);
  began.delete(versionId);
  return start === undefined ? undefined : Date.now() - start;
}
