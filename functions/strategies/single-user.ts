import {
  assertSameIdentity,
  type DatabaseSecret,
  flag,
  isNamed,
  NothingToDiscard,
  PasswordNotPutBack,
  PasswordRefused,
  type Rotation,
  type RotationStrategy,
  type Versions,
} from '@rotation/core';
import type { Engine, Session } from '../engines/engine.ts';
import { discardRetained, retained, tryTwo, wantsTwoPasswords } from './dual-passwords.ts';
import { lockOf, logIn, logInAlone, logsIn } from './login.ts';
import { type Trial, tryCurrent, tryPolicy, trySuperuser } from './preflight.ts';
import { onceReplicated } from './replication.ts';
import { firstThatLogsIn, formerLogins, IDENTITY } from './stored-logins.ts';
import { hasSuperuser, superuserOf } from './superuser-secret.ts';

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
    asksForPrevious: false,

    async nextUsername(current) {
      return current.username;
    },

    assertProposal({ current, pending }) {
      assertSameIdentity(IDENTITY, current, pending);
    },

    async readAhead(current, rotation) {
      if (hasSuperuser(current, rotation.environment)) await superuserOf(current, rotation);
    },

    async setSecret(versions, rotation) {
      await changePassword(engine, versions, rotation);
      return !discardsOldPassword(rotation);
    },

    async testSecret({ pending }, rotation) {
      await using _session = await onceKnown(() => logIn(engine, pending, rotation), pending, rotation);
      return true;
    },

    hold({ pending }, rotation) {
      return onceKnown(() => logInAlone(engine, pending, [pending.username], rotation), pending, rotation);
    },

    async settle({ pending }, rotation) {
      if (!discardsOldPassword(rotation)) return;
      const reason = await discardOld(engine, pending, rotation);
      if (reason !== undefined) rotation.log.warn('no old password was discarded', { reason });
    },

    async discardOldPassword(current, rotation) {
      const reason = await discardOld(engine, current, rotation);
      if (reason !== undefined) throw new NothingToDiscard(reason);
    },

    async preflight(current, preflight, rotation) {
      const trial: Trial = { engine, current, preflight, rotation };
      const bySuperuser = hasSuperuser(current, rotation.environment);
      const standing = await tryCurrent(trial, bySuperuser);
      await using own = standing.session;
      await using superuser = bySuperuser
        ? await trySuperuser(trial, standing, () => logInAsSuperuser(engine, current, rotation))
        : undefined;
      await preflight.check(
        'change of the password',
        [bySuperuser ? superuser : own],
        (_remarks, hand: Session) =>
          bySuperuser
            ? hand.rehearsePassword(current.username, { evenExpired: true })
            : hand.rehearseOwnPassword(),
      );
      await preflight.check('two passwords', [own], ({ note }, session: Session) =>
        tryTwo({ own: session, superuser, secret: current, rotation }, note),
      );
      await tryPolicy(trial, superuser ?? own);
    },
  };
}

async function changePassword(engine: Engine, versions: Versions, rotation: Rotation): Promise<void> {
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
}

/** A login that a superuser has changed where the user's host may be a replica: it may take a while to be known there. */
function onceKnown<T>(login: () => Promise<T>, user: DatabaseSecret, rotation: Rotation): Promise<T> {
  return hasSuperuser(user, rotation.environment) ? onceReplicated(login, user, rotation) : login();
}

function discardsOldPassword({ environment }: Rotation): boolean {
  return flag(environment, 'DISCARD_OLD_PASSWORD', false);
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
