import { CURRENT, holderBesideCurrent, holderOf, PENDING } from './labels.ts';
import type { Secret, Version } from './secrets.ts';
import type { StepLine } from './step-log.ts';

/**
 * For how long nothing may have happened to a rotation that counts as one in progress, in ms. Secrets Manager runs a rotation
 * that failed again, and AWS documents neither how often nor for how long. One hour is the shortest window that a schedule can
 * have for a rotation.
 */
export const STUCK_AFTER = 60 * 60 * 1_000;

export type State =
  | { readonly kind: 'healthy' }
  /** The first rotation is yet to come. */
  | { readonly kind: 'never-rotated' }
  | { readonly kind: 'in-progress'; readonly rotation: UnfinishedRotation }
  /** Not stuck yet, but its last step failed. */
  | { readonly kind: 'failing'; readonly rotation: UnfinishedRotation }
  | { readonly kind: 'stuck'; readonly rotation: UnfinishedRotation }
  /** No rotation is under way: the last one was given up. */
  | { readonly kind: 'failed'; readonly versionId: string; readonly known: 'by its version' | 'by the log' }
  | { readonly kind: 'overdue'; readonly since: Date }
  | { readonly kind: 'off' }
  | { readonly kind: 'no-function' }
  | { readonly kind: 'no-current' }
  | { readonly kind: 'deleted'; readonly on: Date };

export interface UnfinishedRotation {
  /** Which is AWSPENDING, and not AWSCURRENT. */
  readonly versionId: string;
  readonly began: Date;
  /** When something was last seen to happen: to its version, or to the secret. */
  readonly moved: Date;
}

/** What the metadata of a secret and of its versions says of its rotation. */
export function stateOf(
  secret: Secret,
  versions: readonly Version[],
  now: Date,
  stuckAfter: number = STUCK_AFTER,
): State {
  const { labels, deletion, nextRotation } = secret;
  if (deletion !== undefined) return { kind: 'deleted', on: deletion };
  if (holderOf(CURRENT, labels) === undefined) return { kind: 'no-current' };
  if (secret.functionArn === undefined) return { kind: 'no-function' };
  const rotation = unfinishedRotation(secret, versions);
  if (rotation !== undefined) {
    const isStill = now.getTime() - rotation.moved.getTime() >= stuckAfter;
    // Nobody tries it again while rotation is turned off.
    return { kind: isStill || !secret.rotationEnabled ? 'stuck' : 'in-progress', rotation };
  }
  if (!secret.rotationEnabled) return { kind: 'off' };
  const abandoned = abandonedVersion(secret, versions);
  if (abandoned !== undefined) return { kind: 'failed', versionId: abandoned, known: 'by its version' };
  if (nextRotation !== undefined && nextRotation < now) return { kind: 'overdue', since: nextRotation };
  return { kind: secret.lastRotated === undefined ? 'never-rotated' : 'healthy' };
}

function unfinishedRotation(secret: Secret, versions: readonly Version[]): UnfinishedRotation | undefined {
  const versionId = holderBesideCurrent(PENDING, secret.labels);
  if (versionId === undefined) return undefined;
  const lastChanged = secret.lastChanged ?? new Date(0);
  const began = versions.find(({ id }) => id === versionId)?.created ?? lastChanged;
  return { versionId, began, moved: began > lastChanged ? began : lastChanged };
}

/** A function that gives a rotation up takes AWSPENDING off its version, which is newer than all that have a label. */
function abandonedVersion({ labels }: Secret, versions: readonly Version[]): string | undefined {
  const newest = versions.reduce<Version | undefined>(
    (found, version) => (found === undefined || madeAt(version) > madeAt(found) ? version : found),
    undefined,
  );
  if (newest === undefined || labels.has(newest.id)) return undefined;
  const labelled = versions.filter(({ id }) => labels.has(id));
  return labelled.every((version) => madeAt(version) < madeAt(newest)) ? newest.id : undefined;
}

const madeAt = ({ created }: Version): number => created?.getTime() ?? 0;

/** The state, once the log has told of the last step that ran. */
export function stateWithLog(state: State, secret: Secret, last: StepLine | undefined): State {
  if (last?.error === undefined) return state;
  const { versionId } = last;
  switch (state.kind) {
    case 'in-progress':
      return versionId === state.rotation.versionId ? { ...state, kind: 'failing' } : state;
    case 'healthy':
    case 'never-rotated':
    case 'overdue':
      // Somebody made it AWSCURRENT all the same.
      if (versionId === holderOf(CURRENT, secret.labels)) return state;
      return { kind: 'failed', versionId, known: 'by the log' };
    default:
      return state;
  }
}

/** Whether somebody should look after the secret. */
export function isWrong({ kind }: State): boolean {
  return !['healthy', 'never-rotated', 'in-progress'].includes(kind);
}
