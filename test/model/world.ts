/*
 * The words of the model:
 *
 *   world       what a secret and its database hold at one moment, as anybody with the right to look would see it
 *   version     one value of the secret, named by its token; tokens are numbered in the order in which they are made
 *   live        the rotation whose version has AWSPENDING
 *   past        a rotation that is over: finished, cancelled, or ended by a person who stored a value
 *   strike      a fault at one point of one invocation
 *   careless    of a person: stores a password that the database does not have
 */

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Of a user that is there and cannot log in. */
export const LOCKED = '(locked)';
/** Of a user whose password is stored nowhere. */
export const UNKNOWN = '(stored nowhere)';

export interface World {
  /** The versions that have the labels. */
  readonly current: string;
  readonly previous: string | null;
  readonly pending: string | null;
  /** The login in each version that the secret keeps; null in one that is registered and has no value yet. */
  readonly values: Readonly<Record<string, Login | null>>;
  /** What each user of the database logs in with. */
  readonly passwords: Readonly<Record<string, string>>;
}

export type Strategy = 'single-user' | 'alternating-users';

/** The login that applications read. */
export function currentLogin({ values, current }: World): Login {
  const login = values[current];
  if (!login) throw new Error('AWSCURRENT has no value');
  return login;
}

export const logsIn = ({ passwords }: World, login: Login): boolean =>
  passwords[login.username] === login.password;

/** The logins in versions without a label, newest first. */
export function unlabelledLogins({ values, current, previous, pending }: World): Login[] {
  return Object.keys(values)
    .sort()
    .reverse()
    .filter((version) => ![current, previous, pending].includes(version))
    .flatMap((version) => values[version] ?? []);
}
