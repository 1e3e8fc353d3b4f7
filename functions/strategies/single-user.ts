import {
  assertSameIdentity,
  type DatabaseSecret,
  differingKey,
  flag,
  type IdentityKey,
  isNamed,
  NoStoredLoginWorks,
  NothingToDiscard,
  type Password,
  PasswordNotPutBack,
  PasswordRefused,
  type Rotation,
  type RotationStrategy,
  type Versions,
} from '@rotation/core';
import type { Engine, Session } from '../engines/engine.ts';
import { assertPossible, discardRetained, retained, wantsTwoPasswords } from './dual-passwords.ts';
import { first } from './first.ts';
import { lockOf, logIn, logInAlone, logsIn, PLACE } from './login.ts';
import { assertGenerated } from './password-policy.ts';
import { onceReplicated } from './replication.ts';
import { hasSuperuser, superuserOf } from './superuser-secret.ts';

/** A rotation of a single user changes its password and nothing else. */
const IDENTITY: readonly IdentityKey[] = [...PLACE, 'username'];

/** How many versions without a label are tried: each may be a rejected login that the server counts. */
const UNLABELLED_TRIED = 5;

/**
 * Changes the password of the user that applications log in as. Where the server lets a user have two passwords, that of
 * AWSCURRENT works throughout. Elsewhere the stored AWSCURRENT is rejected between the change and the move of AWSCURRENT;
 * AWSPENDING works from that moment on.
 *
 * The user changes its own password, unless the function is configured with a superuser secret: then a superuser does, which
 * a server may insist on, and which can end what a user cannot, such as an expired password.
 */
export function singleUser(engine: Engine): RotationStrategy {
  return {
    name: 'single-user',
    engine,

    async nextUsername(current) {
      return current.username;
    },

    assertProposal({ current, pending }) {
      assertSameIdentity(IDENTITY, current, pending);
    },

    async setSecret(versions, rotation) {
      const { current, pending } = versions;
      const { secret, session } = await firstThatLogsIn(engine, versions, rotation);
      await using own = session;
      // An earlier try got as far as the change; its answer or its process was lost.
      const isChanged = secret === pending;
      // The gap began no later than now, unless it is known better.
      if (isChanged) rotation.loginGapBegins();
      if (isChanged && wantsTwoPasswords(rotation.environment)) return;
      await using superuser = await logInAsSuperuser(engine, current, rotation);
      // With the lock held, no rotation that this one may have been replaced by can come between the look and the change.
      await (own ?? superuser)?.lock(lockOf([pending.username]));
      await rotation.assertStillPending(current);
      const change = { engine, own, superuser, present: secret, versions, rotation };
      if (isChanged) return await leaveOneAlone(change);
      if (await keepsBoth(change)) return;
      await replacePassword(change);
    },

    async testSecret({ pending }, rotation) {
      await using _session = await onceKnown(() => logIn(engine, pending, rotation), pending, rotation);
    },

    hold({ pending }, rotation) {
      return onceKnown(() => logInAlone(engine, pending, [pending.username], rotation), pending, rotation);
    },

    async settle({ pending }, rotation) {
      if (!flag(rotation.environment, 'DISCARD_OLD_PASSWORD', false)) return;
      const reason = await discardOld(engine, pending, rotation);
      if (reason !== undefined) rotation.log.warn('no old password was discarded', { reason });
    },

    async discardOldPassword(current, rotation) {
      const reason = await discardOld(engine, current, rotation);
      if (reason !== undefined) throw new NothingToDiscard(reason);
    },

    async preflight(current, rotation) {
      await using own = await logIn(engine, current, rotation);
      await using superuser = await logInAsSuperuser(engine, current, rotation);
      await superuser?.rehearsePassword(current.username);
      await assertPossible({ own, superuser, secret: current, rotation });
      await assertGenerated(own, current, rotation);
    },
  };
}

/** A login that a superuser has changed where the user's host may be a replica: it may take a while to be known there. */
function onceKnown<T>(login: () => Promise<T>, user: DatabaseSecret, rotation: Rotation): Promise<T> {
  return hasSuperuser(user, rotation.environment) ? onceReplicated(login, user, rotation) : login();
}

/** @returns why no old password was discarded; undefined when it was */
async function discardOld(
  engine: Engine,
  secret: DatabaseSecret,
  rotation: Rotation,
): Promise<string | undefined> {
  await using own = await logIn(engine, secret, rotation);
  await own.lock(lockOf([secret.username]));
  // Not by an invocation that comes late: the password of AWSCURRENT may be the retained one by now, or be about to.
  if (!(await rotation.isCurrent())) return 'another rotation has begun meanwhile';
  await using superuser = await logInAsSuperuser(engine, secret, rotation);
  return await discardRetained({ own, superuser, secret });
}

/** @returns undefined when the function is not configured to use one */
async function logInAsSuperuser(
  engine: Engine,
  user: DatabaseSecret,
  rotation: Rotation,
): Promise<Session | undefined> {
  if (!hasSuperuser(user, rotation.environment)) return undefined;
  return logIn(engine, await superuserOf(user, rotation), rotation);
}

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

async function* formerLogins(current: DatabaseSecret, rotation: Rotation): AsyncGenerator<DatabaseSecret> {
  const previous = await rotation.previous();
  if (previous !== undefined) yield* sameUser(current, [previous]);
  yield* first(UNLABELLED_TRIED, sameUser(current, rotation.unlabelled()));
}

/** Each in the database that AWSCURRENT names: the one that a version named long ago may be gone. */
async function* sameUser(
  current: DatabaseSecret,
  secrets: Iterable<DatabaseSecret> | AsyncIterable<DatabaseSecret>,
): AsyncGenerator<DatabaseSecret> {
  for await (const secret of secrets) {
    if (differingKey(IDENTITY, current, secret) === undefined) yield { ...secret, dbname: current.dbname };
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
async function firstThatLogsIn(engine: Engine, versions: Versions, rotation: Rotation): Promise<Found> {
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

/** A change of the password to that of AWSPENDING. */
interface Change {
  readonly engine: Engine;
  readonly own: Session | undefined;
  readonly superuser: Session | undefined;
  /** The login that works; undefined when none does. */
  readonly present: DatabaseSecret | undefined;
  readonly versions: Versions;
  readonly rotation: Rotation;
}

/** Whether the user has got the new password beside that of AWSCURRENT, which works on. */
async function keepsBoth(change: Change): Promise<boolean> {
  const { own, superuser, present, versions, rotation } = change;
  const { current, pending } = versions;
  // AWSCURRENT that is rejected cannot be kept.
  if (own === undefined || present !== current || !wantsTwoPasswords(rotation.environment)) return false;
  async function* others() {
    yield pending.password;
    for await (const { password } of formerLogins(current, rotation)) yield password;
  }
  const retain = () => retained({ own, superuser, current, next: pending.password, others, rotation });
  // That of AWSCURRENT works on, so that there is nothing to take back.
  return isProven(change, retain, async () => {});
}

async function replacePassword(change: Change): Promise<void> {
  const { own, superuser, present, versions, rotation } = change;
  const { pending } = versions;
  const set = async (from: DatabaseSecret | undefined, to: DatabaseSecret) => {
    if (superuser !== undefined)
      await superuser.setPassword(to.username, to.password, { evenExpired: true, besideRetained: true });
    else if (own !== undefined && from !== undefined) await own.changeOwnPassword(from.password, to.password);
  };
  await isProven(
    change,
    async () => {
      await set(present, pending);
      rotation.loginGapBegins();
      await leaveOneAlone(change);
      return true;
    },
    async (rejection) => {
      if (present === undefined) throw new PasswordNotPutBack(pending, pending.username, rejection);
      try {
        await set(pending, present);
      } catch (error) {
        throw new PasswordNotPutBack(present, present.username, error);
      }
    },
  );
}

/** Where a user is to have one password, one from the time when it had two would be valid for ever. */
async function leaveOneAlone({ own, superuser, versions, rotation }: Change): Promise<void> {
  if (own === undefined || wantsTwoPasswords(rotation.environment)) return;
  await discardRetained({ own, superuser, secret: versions.pending });
}

/**
 * Proves the new password with a second login while there is a session that can still take it back: a password that the
 * server stored but does not accept would lock everybody out.
 * @param make changes the password, or says that it did not
 * @returns what `make` says
 * @throws PasswordRefused when the server rejects the second login
 */
async function isProven(
  change: Change,
  make: () => Promise<boolean>,
  takeBack: (rejection: unknown) => Promise<void>,
): Promise<boolean> {
  const { engine, versions, rotation } = change;
  const { pending } = versions;
  try {
    if (!(await make())) return false;
  } catch (error) {
    // A password history also refuses what a twin of this invocation has set already.
    if (isNamed(error, 'PasswordRefused') && (await logsIn(engine, pending, rotation))) return true;
    throw error;
  }
  try {
    await logInOnceMore(change);
  } catch (rejection) {
    // Any other failure says nothing about the password, which is stored as AWSPENDING: the next try finds it working.
    if (!isNamed(rejection, 'LoginRejected')) throw rejection;
    await takeBack(rejection);
    throw new PasswordRefused(pending, pending.username, rejection);
  }
  return true;
}

/** A user that may have one session only gets the second login once the first has ended, with nothing to take back by. */
async function logInOnceMore({ engine, own, versions, rotation }: Change): Promise<void> {
  const { pending } = versions;
  const proof = () => onceKnown(() => logIn(engine, pending, rotation), pending, rotation);
  try {
    await using _proof = await proof();
  } catch (error) {
    if (!isNamed(error, 'TooManyConnections') || own === undefined) throw error;
    await own[Symbol.asyncDispose]();
    await using _proof = await proof();
  }
}
