import { type DatabaseSecret, isNamed } from '@rotation/core';
import type { Engine, Login, Session, Surroundings } from '../engines/engine.ts';

/** The login that a secret's value describes. */
export function loginOf({ host, port, dbname, username, password, ssl }: DatabaseSecret): Login {
  return { host, port, database: dbname, username, password, tls: ssl };
}

export function logIn(engine: Engine, secret: DatabaseSecret, surroundings: Surroundings): Promise<Session> {
  return engine.connect(loginOf(secret), surroundings);
}

/**
 * Logs in and waits until no other rotation changes these users; none does then until the session ends. The lock is taken in
 * a session of the users themselves, whose database all versions of a secret agree on: PostgreSQL's are of one database.
 */
export async function logInAlone(
  engine: Engine,
  secret: DatabaseSecret,
  usernames: readonly string[],
  surroundings: Surroundings,
): Promise<Session> {
  const session = await logIn(engine, secret, surroundings);
  try {
    await session.lock(lockOf(usernames));
    return session;
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

/** Whether the server takes the login of a secret's value; any other failure says nothing about that and is thrown. */
export async function logsIn(
  engine: Engine,
  secret: DatabaseSecret,
  surroundings: Surroundings,
): Promise<boolean> {
  try {
    await using _session = await logIn(engine, secret, surroundings);
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
