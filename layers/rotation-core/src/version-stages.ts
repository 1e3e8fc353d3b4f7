import {
  type RotationError,
  RotationNotEnabled,
  SecretDeleted,
  TokenNotPending,
  UnknownToken,
} from './errors.ts';
import type { RotationEvent, VersionId } from './event.ts';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';
/** Ours, and put on by an operator: the next rotation ends with the login of this version, and not with a new password. */
export const TARGET = 'ROTATION_TARGET';
export type VersionStage = typeof CURRENT | typeof PENDING | typeof PREVIOUS | typeof TARGET;

/** What DescribeSecret says of a secret's rotation. */
export interface SecretDescription {
  /** Absent when rotation was never configured; false once it was turned off. */
  readonly rotationEnabled: boolean | undefined;
  /** Whether it is to be deleted, and can still be restored. */
  readonly isDeleted: boolean;
  /** The labels of every version that has one, and of a version registered by RotateSecret. */
  readonly stages: ReadonlyMap<VersionId, readonly string[]>;
}

export type Decision =
  | { readonly kind: 'run' }
  | { readonly kind: 'already-current' }
  | { readonly kind: 'refuse'; readonly error: RotationError };

/**
 * Decides whether a step may do its work, from the event and DescribeSecret's answer alone.
 *
 * A rotation that was never configured is not refused as such: nobody but a person can have sent that event, and the
 * version it names has no AWSPENDING, which is refused. AWS's own functions make the same difference.
 */
export function decide(event: RotationEvent, secret: SecretDescription): Decision {
  if (secret.isDeleted) return { kind: 'refuse', error: new SecretDeleted(event.secretArn) };
  if (secret.rotationEnabled === false) {
    return { kind: 'refuse', error: new RotationNotEnabled(event.secretArn) };
  }
  const labels = secret.stages.get(event.versionId);
  if (labels === undefined) return { kind: 'refuse', error: new UnknownToken(event.secretArn) };
  if (labels.includes(CURRENT)) return { kind: 'already-current' };
  if (!labels.includes(PENDING)) return { kind: 'refuse', error: new TokenNotPending(labels) };
  return { kind: 'run' };
}

/** True when the step has work to do, false when the version is AWSCURRENT already; refusals are thrown. */
export function mayRun(decision: Decision): boolean {
  switch (decision.kind) {
    case 'run':
      return true;
    case 'already-current':
      return false;
    case 'refuse':
      throw decision.error;
    default:
      throw new TypeError(`unknown decision ${decision satisfies never}`);
  }
}

/** One UpdateSecretVersionStage: the label leaves `from` and, unless it is only taken off, arrives at `to`. */
export interface LabelMove {
  readonly stage: VersionStage;
  readonly from: VersionId | undefined;
  readonly to: VersionId | undefined;
}

/**
 * The moves that end a rotation, in their order: AWSCURRENT to the new version (AWSPREVIOUS follows by itself), then
 * AWSPENDING off it. Whichever of them is done already is left out, so a retry after a crash between the two makes only the second.
 */
export function finishingMoves(versionId: VersionId, secret: SecretDescription): LabelMove[] {
  const moves: LabelMove[] = [];
  const holder = holderOf(CURRENT, secret);
  if (holder !== versionId) moves.push({ stage: CURRENT, from: holder, to: versionId });
  if (secret.stages.get(versionId)?.includes(PENDING)) {
    moves.push({ stage: PENDING, from: versionId, to: undefined });
  }
  return moves;
}

export function holderOf(stage: VersionStage, secret: SecretDescription): VersionId | undefined {
  for (const [versionId, labels] of secret.stages) if (labels.includes(stage)) return versionId;
  return undefined;
}

/** Whether a version is AWSCURRENT and no rotation is under way towards another. */
export function isAtRest(versionId: VersionId, secret: SecretDescription): boolean {
  const pending = holderOf(PENDING, secret) ?? versionId;
  return holderOf(CURRENT, secret) === versionId && pending === versionId;
}
