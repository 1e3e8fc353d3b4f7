import {
  type DatabaseSecret,
  DualPasswordsUnavailable,
  type Environment,
  InvalidConfiguration,
  type Password,
  type Remarks,
  type Rotation,
} from '@rotation/core';
import type { Session } from '../engines/engine.ts';

/** Whether a user gets its new password beside the old one: where it can, or else not at all, or never. */
type DualPasswords = 'prefer' | 'require' | 'never';

function dualPasswords(environment: Environment): DualPasswords {
  const text = environment['DUAL_PASSWORDS']?.toLowerCase() || 'prefer';
  if (text === 'prefer' || text === 'require' || text === 'never') return text;
  throw new InvalidConfiguration('DUAL_PASSWORDS', 'is none of prefer, require and never');
}

export function wantsTwoPasswords(environment: Environment): boolean {
  return dualPasswords(environment) !== 'never';
}

/** By whom passwords are changed: a superuser, where there is one, can do for the user what the user may not do itself. */
interface Hands {
  readonly own: Session;
  readonly superuser: Session | undefined;
  readonly rotation: Rotation;
}

/**
 * Gives the user another password beside the one of AWSCURRENT.
 * @returns false when it cannot have two, and nothing was changed
 * @throws DualPasswordsUnavailable in that case, where two are required
 */
export async function retained({
  own,
  superuser,
  current,
  next,
  others,
  rotation,
}: Hands & {
  readonly current: DatabaseSecret;
  readonly next: Password;
  readonly others: () => AsyncIterable<Password>;
}): Promise<boolean> {
  const { username, password } = current;
  const reason = await firstWithoutReason(
    () => superuser?.retainPassword(username, password, next),
    () => own.retainOwnPassword(password, next, others()),
  );
  if (reason === undefined) return true;
  if (dualPasswords(rotation.environment) === 'require') throw new DualPasswordsUnavailable(current, reason);
  rotation.log.info('the password of AWSCURRENT stops working before AWSCURRENT is moved', { reason });
  return false;
}

/**
 * Says whether AWSCURRENT will work throughout.
 * @throws DualPasswordsUnavailable when its user cannot have two passwords, and they are required
 */
export async function tryTwo(
  { own, superuser, secret, rotation }: Hands & { readonly secret: DatabaseSecret },
  note: Remarks['note'],
): Promise<void> {
  const gap = 'AWSCURRENT is rejected from the change of the password to the move of AWSCURRENT';
  if (!wantsTwoPasswords(rotation.environment)) return note(`${gap}: DUAL_PASSWORDS is never.`);
  const reason = await firstWithoutReason(
    // Who needs no privilege of the user's.
    () => superuser?.whyOnePassword(),
    () => own.whyOnePassword(),
  );
  if (reason === undefined) return note('AWSCURRENT works throughout.');
  if (dualPasswords(rotation.environment) === 'require') throw new DualPasswordsUnavailable(secret, reason);
  note(`${gap}: ${reason}.`);
}

/**
 * Leaves the user with the password of AWSCURRENT alone.
 * @returns why that was not done; undefined when it was
 */
export function discardRetained({
  own,
  superuser,
  secret,
}: Omit<Hands, 'rotation'> & { readonly secret: DatabaseSecret }): Promise<string | undefined> {
  return firstWithoutReason(
    () => superuser?.discardPasswordOf(secret.username, secret.password),
    () => own.discardOldPassword(secret.password),
  );
}

/** @returns the last reason, when each way has one; a way that is not there is left out */
async function firstWithoutReason(
  ...ways: readonly (() => Promise<string | undefined> | undefined)[]
): Promise<string | undefined> {
  let reason: string | undefined;
  for (const way of ways) {
    const tried = way();
    if (tried === undefined) continue;
    reason = await tried;
    if (reason === undefined) return undefined;
  }
  return reason;
}
