import { isNamed, RotationError, RotationTargetRefused } from './errors.ts';
import type { VersionId } from './event.ts';
import type { Invocation } from './invocation.ts';
import { type DatabaseSecret, parseSecretValue } from './secret-value.ts';
import { CURRENT, holderOf, type SecretDescription, TARGET } from './version-stages.ts';

/** The version that bears ROTATION_TARGET. */
export interface RotationTarget {
  readonly versionId: VersionId;
  /** False when it is AWSCURRENT already, so that there is nothing to go back to. */
  readonly isWanted: boolean;
}

const UNFIT = ['InvalidSecretValue', 'EngineMismatch', 'IdentityChanged'];

export function targetOf(secret: SecretDescription): RotationTarget | undefined {
  const versionId = holderOf(TARGET, secret);
  return versionId && { versionId, isWanted: versionId !== holderOf(CURRENT, secret) };
}

/**
 * The login that an operator wants to have back, to be proposed in place of a new password; undefined when none is wanted.
 * @throws RotationTargetRefused when the version has no login that a rotation could end with
 */
export async function loginOfTarget(
  { rotation, store, strategy }: Invocation,
  current: DatabaseSecret,
  target: RotationTarget | undefined,
): Promise<DatabaseSecret | undefined> {
  if (target === undefined || !target.isWanted) return undefined;
  const { versionId } = target;
  const stored = await store.read({ id: versionId });
  if (stored === undefined) throw new RotationTargetRefused(versionId, 'it has no value');
  try {
    const wanted = parseSecretValue(stored, TARGET, strategy.engine);
    strategy.assertProposal({ current, pending: wanted }, rotation.environment);
    return wanted;
  } catch (error) {
    if (!(error instanceof RotationError) || !isNamed(error, ...UNFIT)) throw error;
    throw new RotationTargetRefused(versionId, error.happened.replace(/\.$/, ''));
  }
}

/**
 * Of a proposal that was stored before the label was seen.
 * @throws RotationTargetRefused when it is another login than the one that is wanted back
 */
export function assertIsTarget(
  proposal: DatabaseSecret,
  wanted: DatabaseSecret | undefined,
  target: RotationTarget | undefined,
): void {
  if (wanted === undefined || target === undefined) return;
  if (proposal.username === wanted.username && proposal.password.equals(wanted.password)) return;
  throw new RotationTargetRefused(target.versionId, 'the rotation under way has another proposal already');
}
