import type { Labels, VersionId } from './secret.ts';
import { invalidParameter } from './service-error.ts';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

/** A move as UpdateSecretVersionStage asks for it: onto `to`, off `from`, or both. */
export interface LabelMove {
  readonly label: string;
  readonly from: VersionId | undefined;
  readonly to: VersionId | undefined;
}

/** The labels of one version, in the order in which the service lists them: sorted. */
export const labelsOf = (labels: Labels, version: VersionId): string[] =>
  [...labels]
    .filter(([, holder]) => holder === version)
    .map(([label]) => label)
    .sort();

/** Puts labels on a version, as PutSecretValue does: each is taken from the version it was on, no questions asked. */
export function attachLabels(labels: Labels, version: VersionId, attached: readonly string[]): Labels {
  // AWSCURRENT last: what it does to AWSPREVIOUS holds whatever else the call asked for.
  const ordered = attached.toSorted((a, b) => Number(a === CURRENT) - Number(b === CURRENT));
  return ordered.reduce((placed: Labels, label) => place(placed, label, version), labels);
}

/**
 * Moves, adds or removes one label by the rules of UpdateSecretVersionStage.
 * A label that already is where it should be stays there, and the call succeeds.
 * @throws ServiceError InvalidParameterException when `from` does not hold the label, when a move leaves `from` out
 * though another version holds the label, and when AWSCURRENT would end up on no version.
 */
export function moveLabel(labels: Labels, { label, from, to }: LabelMove): Labels {
  const holder = labels.get(label);
  if (from === undefined && to === undefined) {
    throw invalidParameter('Specify MoveToVersionId, RemoveFromVersionId, or both.');
  }
  if (from !== undefined && from !== holder) {
    throw invalidParameter(`Staging label ${label} isn't attached to version ${from}.`);
  }
  if (to === undefined) {
    if (label === CURRENT) {
      throw invalidParameter(
        `You can only move staging label ${label} to a different secret version. It can't be completely removed.`,
      );
    }
    return withoutLabel(labels, label);
  }
  if (from === undefined && holder !== undefined && holder !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  return place(labels, label, to);
}

export function withoutLabel(labels: Labels, label: string): Labels {
  return new Map([...labels].filter(([other]) => other !== label));
}

function place(labels: Labels, label: string, version: VersionId): Labels {
  const holder = labels.get(label);
  if (holder === version) return labels;
  const placed = new Map(labels).set(label, version);
  if (label === CURRENT && holder !== undefined) placed.set(PREVIOUS, holder);
  return placed;
}
