import {
  assertSameIdentity,
  type DatabaseSecret,
  differingKey,
  type IdentityKey,
  isNamed,
  NoStoredLoginWorks,
  type Password,
  PasswordNotPutBack,
  PasswordRefused,
  type Rotation,
  type RotationStrategy,
  type Versions,
} from '@rotation/core';
import type { Engine, Session } from '../engines/engine.ts';
import { first } from './first.ts';
import { lockOf, logIn, logInAlone, logsIn, PLACE } from './login.ts';

/** A rotation of a single user changes its password and nothing else. */
const IDENTITY: readonly IdentityKey[] = [...PLACE, 'username'];

/** How many versions without a label are tried: each may be a rejected login that the server counts. */
const UNLABELLED_TRIED = 5;

/**
 * Changes the password of the user that applications log in as. Between the change and the move of AWSCURRENT the stored
 * AWSCURRENT is rejected; AWSPENDING works from that moment on.
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
      await using open = session;
      // An earlier try got as far as the change; its answer or its process was lost.
      if (secret === pending) return;
      await open.lock(lockOf([pending.username]));
      // With the lock held, no rotation that this one may have been replaced by can come between the look and the change.
      await rotation.assertStillPending(current);
      await changePassword(engine, open, secret, pending, rotation);
    },

    async testSecret({ pending }, rotation) {
      await using _session = await logIn(engine, pending, rotation);
    },

    hold({ pending }, rotation) {
      return logInAlone(engine, pending, [pending.username], rotation);
    },

    async settle() {},

    async preflight(current, rotation) {
      await using _session = await logIn(engine, current, rotation);
    },
  };
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

interface LoggedIn {
  readonly secret: DatabaseSecret;
  readonly session: Session;
}

/**
 * Goes on to the next candidate only when the server rejects a login: a server that is not there rejects nothing.
 * @throws NoStoredLoginWorks with what was tried and why each failed
 */
async function firstThatLogsIn(engine: Engine, versions: Versions, rotation: Rotation): Promise<LoggedIn> {
  const tried: Password[] = [];
  const rejections: string[] = [];
  let rejected: unknown;
  for await (const secret of candidates(versions, rotation)) {
    if (tried.some((password) => password.equals(secret.password))) continue;
    tried.push(secret.password);
    try {
      return { secret, session: await logIn(engine, secret, rotation) };
    } catch (error) {
      if (!isNamed(error, 'LoginRejected')) throw error;
      rotation.log.warn('a stored login was rejected', { candidate: secret.version });
      rejections.push(`${secret.version}: ${reasonOf(error)}`);
      rejected = error;
    }
  }
  // The rotation that has replaced this one may have set a password that is none of these.
  await rotation.assertStillPending(versions.current);
  throw new NoStoredLoginWorks(rejections, rejected);
}

function reasonOf(rejection: unknown): string {
  const { cause } = rejection as Error;
  return cause instanceof Error ? cause.message : 'rejected';
}

/**
 * Proves the new password with a second login while the session that set it can still take it back: a password that the
 * server stored but does not accept would lock everybody out.
 */
async function changePassword(
  engine: Engine,
  session: Session,
  present: DatabaseSecret,
  pending: DatabaseSecret,
  rotation: Rotation,
): Promise<void> {
  try {
    await session.changeOwnPassword(present.password, pending.password);
  } catch (error) {
    // A password history also refuses what a twin of this invocation has set already.
    if (isNamed(error, 'PasswordRefused') && (await logsIn(engine, pending, rotation))) return;
    throw error;
  }
  try {
    await prove(engine, session, pending, rotation);
  } catch (rejection) {
    // Any other failure says nothing about the password, which is stored as AWSPENDING: the next try finds it working.
    if (!isNamed(rejection, 'LoginRejected')) throw rejection;
    await putBack(session, present, pending);
    throw new PasswordRefused(pending, pending.username, rejection);
  }
}

/** A user that may have one session only gets the second login once the first has ended, with nothing to take back by. */
async function prove(
  engine: Engine,
  session: Session,
  pending: DatabaseSecret,
  rotation: Rotation,
): Promise<void> {
  try {
    await using _proof = await logIn(engine, pending, rotation);
  } catch (error) {
    if (!isNamed(error, 'TooManyConnections')) throw error;
    await session[Symbol.asyncDispose]();
    await using _proof = await logIn(engine, pending, rotation);
  }
}

async function putBack(session: Session, present: DatabaseSecret, pending: DatabaseSecret): Promise<void> {
  try {
    await session.changeOwnPassword(pending.password, present.password);
  } catch (error) {
    throw new PasswordNotPutBack(present, present.username, error);
  }
}
