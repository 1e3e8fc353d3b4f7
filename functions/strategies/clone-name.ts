import type { Rotation } from '@rotation/core';

/** The logins that the secret has had before, as far as its versions go back. */
type History = Pick<Rotation, 'previous' | 'unlabelled'>;

/** What the second user of a pair is called: the original's name and this. AWS's own functions use the same. */
const CLONE_SUFFIX = '_clone';

/** Each is a call to Secrets Manager. A pair alternates, so that its other user is among the newest. */
const UNLABELLED_READ = 10;

/**
 * The other user of the pair that `current` belongs to.
 *
 * A name that ends like a clone's is one only if its original has been a login of the same secret: cutting the suffix off
 * could lead to somebody else's user, and for a user called just `_clone` to no name at all.
 */
export async function otherUsername(current: string, history: History): Promise<string> {
  const original = current.endsWith(CLONE_SUFFIX) ? current.slice(0, -CLONE_SUFFIX.length) : '';
  const isClone = original !== '' && (await wasLogin(original, history));
  return isClone ? original : current + CLONE_SUFFIX;
}

/** Whether two names are an original and its clone, in either order. */
export function arePair(one: string, other: string): boolean {
  return one === other + CLONE_SUFFIX || other === one + CLONE_SUFFIX;
}

export async function wasLogin(username: string, history: History): Promise<boolean> {
  const previous = await history.previous();
  if (previous?.username === username) return true;
  let left = UNLABELLED_READ;
  for await (const secret of history.unlabelled()) {
    if (secret.username === username) return true;
    left -= 1;
    if (left === 0) break;
  }
  return false;
}
