import { isNamed, RotationError, RotationTargetRefused } from './errors.ts';
import type { VersionId } from './event.ts';
import { type DatabaseSecret, parseSecretValue } from './secret-value.ts';
import type { Invocation } from './steps.ts';
import { CURRENT, holderOf, type SecretDescription, TARGET } from './version-stages.ts';

const UNFIT = ['InvalidSecretValue', 'EngineMismatch', 'IdentityChanged'];

/** The version that an operator wants to have back; undefined when it is AWSCURRENT, or none is wanted. */
export function targetOf(secret: SecretDescription): VersionId | undefined {
  const holder = holderOf(TARGET, secret);
  return holder === holderOf(CURRENT, secret) ? undefined : holder;
}

/**
 * AWSCURRENT with the login of the version that is wanted back, to be proposed in place of a new password.
 * @throws RotationTargetRefused when that has no login that a rotation could end in
 */
export async function valueOfTarget(
  { rotation, store, strategy }: Invocation,
  current: DatabaseSecret,
  target: VersionId,
): Promise<string> {
  const stored = await store.read({ id: target });
  if (stored === undefined) throw new RotationTargetRefused(target, 'it has no value');
  try {
    const wanted = parseSecretValue(stored, TARGET, strategy.engine);
    strategy.assertProposal({ current, pending: wanted }, rotation.environment);
    return current.withLogin(wanted.username, wanted.password);
  } catch (error) {
    if (!(error instanceof RotationError) || !isNamed(error, ...UNFIT)) throw error;
    throw new RotationTargetRefused(target, error.happened.replace(/\.$/, ''));
  }
}
