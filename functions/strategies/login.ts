import {
  type DatabaseSecret,
  type HeldLogin,
  type IdentityKey,
  isNamed,
  type Rotation,
} from '@rotation/core';
import type { Engine, Login, Session } from '../engines/engine.ts';
import { bothOf } from './both-of.ts';

/** What two values agree in that are logins to one server, made in one way. */
export const PLACE: readonly IdentityKey[] = ['engine', 'host', 'port', 'ssl'];

/** The login that a secret's value describes. */
export function loginOf({ host, port, dbname, username, password, ssl }: DatabaseSecret): Login {
  return { host, port, database: dbname, username, password, tls: ssl };
}

export async function logIn(engine: Engine, secret: DatabaseSecret, rotation: Rotation): Promise<Session> {
  const { trace } = rotation;
  return trace.timed('statements', await trace.tried(secret, () => connect(engine, secret, rotation)));
}

/**
 * The same with a password that may leave only once another login has succeeded.
 * @throws what the other login has failed with
 */
export async function logInAfter(
  other: Promise<Session>,
  engine: Engine,
  secret: DatabaseSecret,
  rotation: Rotation,
): Promise<Session> {
  const { trace } = rotation;
  const connecting = connect(engine, secret, rotation, other);
  await bothOf(
    () => other,
    () => connecting.catch(() => {}),
  );
  // A password that did not leave was not tried.
  return trace.timed('statements', await trace.tried(secret, () => connecting));
}

function connect(
  engine: Engine,
  secret: DatabaseSecret,
  { trace, deadline, environment }: Rotation,
  admission?: Promise<unknown>,
): Promise<Session> {
  return trace.timed('logins', engine).connect(loginOf(secret), { deadline, environment, admission });
}

/**
 * Logs in and waits until no other session has these users to itself; none has them then until this one ends. On PostgreSQL
 * that is so among the sessions of one database, which for the users of a secret is the one that it names.
 */
export async function logInAlone(
  engine: Engine,
  secret: DatabaseSecret,
  usernames: readonly string[],
  rotation: Rotation,
): Promise<HeldLogin> {
  return alone(await logIn(engine, secret, rotation), usernames);
}

/** The same for a session that is logged in already, which it ends when it fails. */
export async function alone(session: Session, usernames: readonly string[]): Promise<HeldLogin> {
  const lock = () => session.lock(lockOf(usernames));
  try {
    await lock();
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
  return {
    // A session may take its own lock again, as long as it lives.
    assertHeld: lock,
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** Whether the server takes the login of a secret's value; any other failure says nothing about that and is thrown. */
export async function logsIn(engine: Engine, secret: DatabaseSecret, rotation: Rotation): Promise<boolean> {
  try {
    await using _session = await logIn(engine, secret, rotation);
    return true;
  } catch (error) {
    if (isNamed(error, 'LoginRejected', 'AccountLocked')) return false;
    throw error;
  }
}

/** The name of the lock for changes of these users. */
export function lockOf(usernames: readonly string[]): string {
  return `secrets-rotation ${JSON.stringify(usernames.toSorted())}`;
}
