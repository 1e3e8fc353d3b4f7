import type { Labels, Version, VersionId } from './secret.ts';
import { limitExceeded } from './service-error.ts';

/** Versions of a secret that the service keeps before it removes deprecated ones: "100 of the most recent versions". */
const MAX_VERSIONS = 100;
/** Labels on all versions of a secret together: a quota of the service. */
const MAX_LABELS = 20;
/** The service keeps every version made in the last 24 hours, deprecated or not. In ms. */
const KEPT_AT_LEAST = 24 * 60 * 60 * 1000;

type Versions = ReadonlyMap<VersionId, Version>;

/**
 * Removes the oldest deprecated versions beyond the quota.
 * @throws ServiceError LimitExceededException when the rest is labelled or too young to be removed.
 */
export function retainVersions(versions: Versions, labels: Labels, now: Date): Versions {
  const retained = new Map(versions);
  const labelled = new Set(labels.values());
  for (const version of versions.values()) {
    if (retained.size <= MAX_VERSIONS) return retained;
    const removable = now.getTime() - version.created.getTime() > KEPT_AT_LEAST;
    if (removable && !labelled.has(version.id)) retained.delete(version.id);
  }
  if (retained.size <= MAX_VERSIONS) return retained;
  throw limitExceeded(`A secret can't have more than ${MAX_VERSIONS} versions.`);
}

/** @throws ServiceError LimitExceededException */
export function checkLabelQuota(labels: Labels): void {
  if (labels.size > MAX_LABELS) {
    throw limitExceeded(
      `The versions of a secret can't have more than ${MAX_LABELS} staging labels together.`,
    );
  }
}
