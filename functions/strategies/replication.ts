import { type DatabaseSecret, differingKey, isNamed, NotReplicated, type Rotation } from '@rotation/core';
import { superuserOf } from './superuser-secret.ts';

/** The first pause, in ms, before a login is tried again; each further one is twice as long, as every try is a failed login. */
const FIRST_PAUSE = 250;

/**
 * Logs in as a user that a superuser has changed. Where the user's host is a replica of the superuser's, it may not know the
 * change yet, or only that the user was made, locked: then a rejected login is tried again, for as long as the step may take.
 * @param user a version of the user's secret
 * @throws NotReplicated when the replica takes too long
 */
export async function onceReplicated<T>(
  login: () => Promise<T>,
  user: DatabaseSecret,
  rotation: Rotation,
): Promise<T> {
  let writer: DatabaseSecret | undefined;
  for (let pause = FIRST_PAUSE; ; pause *= 2) {
    try {
      return await login();
    } catch (error) {
      if (!isNamed(error, 'LoginRejected', 'AccountLocked')) throw error;
      writer ??= await superuserOf(user, rotation);
      if (isAt(writer, user)) throw error;
      if (pause >= rotation.deadline.remaining()) throw new NotReplicated(user, writer, error);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The login of `user` at the host where it is changed, which knows a change at once. */
export function atWriter(user: DatabaseSecret, { host, port }: DatabaseSecret): DatabaseSecret {
  return { ...user, host, port };
}

function isAt(one: DatabaseSecret, other: DatabaseSecret): boolean {
  return differingKey(['host', 'port'], one, other) === undefined;
}
