import type { Rotation } from '@rotation/core';

/** What the second user of a pair is called: the original's name and this. AWS's own functions use the same. */
const CLONE_SUFFIX = '_clone';

/**
 * The other user of the pair that `current` belongs to.
 *
 * A name that ends like a clone's is one only if its original has been a login of the same secret: cutting the suffix off
 * could lead to somebody else's user, and for a user called just `_clone` to no name at all.
 */
export async function otherUsername(current: string, rotation: Rotation): Promise<string> {
  const original = current.endsWith(CLONE_SUFFIX) ? current.slice(0, -CLONE_SUFFIX.length) : '';
  const isClone = original !== '' && (await wasLogin(original, rotation));
  return isClone ? original : current + CLONE_SUFFIX;
}

/** Whether two names are an original and its clone, in either order. */
export function arePair(one: string, other: string): boolean {
  return one === other + CLONE_SUFFIX || other === one + CLONE_SUFFIX;
}

/** Whether the secret has had this user, as far as its versions go back: AWSPREVIOUS, and those without a label any more. */
export async function wasLogin(username: string, rotation: Rotation): Promise<boolean> {
  const previous = await rotation.previous();
  if (previous?.username === username) return true;
  for await (const secret of rotation.unlabelled()) if (secret.username === username) return true;
  return false;
}
