import {
  type DatabaseSecret,
  type Environment,
  flag,
  IdentityChanged,
  type Rotation,
  type Versions,
} from '@rotation/core';
import { first } from './first.ts';

/** The logins that the secret has had before, as far as its versions go back. */
type History = Pick<Rotation, 'previous' | 'unlabelled'>;

/** What a clone is called, unless CLONE_SUFFIX says otherwise: the original's name and this. AWS's own functions use the same. */
const CLONE_SUFFIX = '_clone';

/** A pair alternates, so that its other user is among the newest. */
export const UNLABELLED_READ = 10;

/** A user and another that the rotation makes and keeps equal to it. */
export interface ClonePair {
  readonly kind: 'clone';
  readonly original: string;
  readonly clone: string;
}

/** Two users that somebody else made and keeps equal: a rotation only compares them. */
interface GivenPair {
  readonly kind: 'given';
}

/**
 * The pair between whose users a rotation moves.
 * @throws IdentityChanged when they are none
 */
export function pairOf({ current, pending }: Versions, environment: Environment): ClonePair | GivenPair {
  const [one, other] = [current.username, pending.username];
  if (current.usernames !== undefined) {
    if (one !== other && current.usernames.includes(other)) return { kind: 'given' };
  } else {
    const suffix = suffixOf(environment);
    const managed = flag(environment, 'MANAGE_CLONES', true);
    for (const [original, clone] of [
      [one, other],
      [other, one],
    ] as const) {
      if (clone === original + suffix)
        return managed ? { kind: 'clone', original, clone } : { kind: 'given' };
    }
  }
  throw new IdentityChanged('username', current.version, pending.version);
}

/**
 * The other user of the pair that `current` belongs to.
 *
 * A name that ends like a clone's is one only if its original has been a login of the same secret: cutting the suffix off
 * could lead to somebody else's user, and for a user called just `_clone` to no name at all.
 */
export async function otherUsername(
  { username, usernames }: DatabaseSecret,
  rotation: History & Pick<Rotation, 'environment'>,
): Promise<string> {
  if (usernames !== undefined) return usernames[0] === username ? usernames[1] : usernames[0];
  const suffix = suffixOf(rotation.environment);
  const original = username.endsWith(suffix) ? username.slice(0, -suffix.length) : '';
  const isClone = original !== '' && (await wasLogin(original, rotation));
  return isClone ? original : username + suffix;
}

function suffixOf(environment: Environment): string {
  return environment['CLONE_SUFFIX'] || CLONE_SUFFIX;
}

export async function wasLogin(username: string, history: History): Promise<boolean> {
  const previous = await history.previous();
  if (previous?.username === username) return true;
  for await (const secret of first(UNLABELLED_READ, history.unlabelled())) {
    if (secret.username === username) return true;
  }
  return false;
}
