import {
  type DatabaseSecret,
  differingKey,
  flag,
  type IdentityKey,
  isNamed,
  NoStoredLoginWorks,
  type Password,
  type Rotation,
  type Versions,
} from '@rotation/core';
import type { Engine, Session } from '../engines/engine.ts';
import { first } from './first.ts';
import { logIn, PLACE } from './login.ts';
import { hasSuperuser } from './superuser-secret.ts';

/** A rotation of a single user changes its password and nothing else. */
export const IDENTITY: readonly IdentityKey[] = [...PLACE, 'username'];

/** How many versions without a label are tried: each may be a rejected login that the server counts. */
const UNLABELLED_TRIED = 5;

/**
 * The stored logins, one of which works, in the order that makes no failed login in a clean rotation: AWSCURRENT; AWSPENDING,
 * which an earlier try may have set; AWSPREVIOUS, which a restored database may have gone back to; and what a rotation that was
 * cancelled may have set before it lost its label.
 */
async function* candidates(
  { current, pending }: Versions,
  rotation: Rotation,
): AsyncGenerator<DatabaseSecret> {
  yield current;
  yield pending;
  yield* formerLogins(current, rotation);
}

/**
 * What the user may have had before AWSCURRENT, and may have been given in vain.
 * @param keys in which a version must agree with AWSCURRENT
 */
export async function* formerLogins(
  current: DatabaseSecret,
  rotation: Rotation,
  keys = IDENTITY,
): AsyncGenerator<DatabaseSecret> {
  const previous = await rotation.previous();
  if (previous !== undefined) yield* agreeing(keys, current, [previous]);
  yield* first(UNLABELLED_TRIED, agreeing(keys, current, rotation.unlabelled()));
}

/** Each in the database that AWSCURRENT names: the one that a version named long ago may be gone. */
export async function* agreeing(
  keys: readonly IdentityKey[],
  current: DatabaseSecret,
  secrets: Iterable<DatabaseSecret> | AsyncIterable<DatabaseSecret>,
): AsyncGenerator<DatabaseSecret> {
  for await (const secret of secrets) {
    if (differingKey(keys, current, secret) === undefined) yield { ...secret, dbname: current.dbname };
  }
}

interface Found {
  /** Undefined when none of the stored logins works, and one is to be given back all the same. */
  readonly secret: DatabaseSecret | undefined;
  /** Undefined also when the password is right, but has expired. */
  readonly session: Session | undefined;
}

/**
 * Goes on to the next candidate only when the server rejects a login: a server that is not there rejects nothing.
 * @throws NoStoredLoginWorks with what was tried and why each failed
 */
export async function firstThatLogsIn(
  engine: Engine,
  versions: Versions,
  rotation: Rotation,
): Promise<Found> {
  const tried: Password[] = [];
  const rejections: string[] = [];
  let rejected: unknown;
  for await (const secret of candidates(versions, rotation)) {
    if (tried.some((password) => password.equals(secret.password))) continue;
    tried.push(secret.password);
    try {
      return { secret, session: await logIn(engine, secret, rotation) };
    } catch (error) {
      // A server says so only to whoever has given it the right password.
      if (isNamed(error, 'PasswordExpired') && hasSuperuser(versions.current, rotation.environment))
        return { secret, session: undefined };
      if (!isNamed(error, 'LoginRejected')) throw error;
      rotation.log.warn('a stored login was rejected', { candidate: secret.version });
      rejections.push(`${secret.version}: ${reasonOf(error)}`);
      rejected = error;
    }
  }
  // The rotation that has replaced this one may have set a password that is none of these.
  await rotation.assertStillPending(versions.current);
  if (isRepairAllowed(versions.current, rotation)) {
    rotation.log.warn('no stored login works, and the superuser gives the user a new password', {
      user: versions.current.username,
    });
    return { secret: undefined, session: undefined };
  }
  throw new NoStoredLoginWorks(rejections, rejected);
}

/**
 * Whether a superuser may give a password to a user whose login the secret's owner does not have. Whoever may write the secret
 * could take over any user by that, so that it is for the function's configuration to allow it.
 */
function isRepairAllowed(current: DatabaseSecret, { environment }: Rotation): boolean {
  return flag(environment, 'REPAIR_AWSCURRENT', false) && hasSuperuser(current, environment);
}

function reasonOf(rejection: unknown): string {
  const { cause } = rejection as Error;
  return cause instanceof Error ? cause.message : 'rejected';
}
