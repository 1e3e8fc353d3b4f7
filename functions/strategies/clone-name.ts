/** What the second user of a pair is called: the original's name and this. AWS's own functions use the same. */
export const CLONE_SUFFIX = '_clone';

/**
 * The other user of the pair that `current` belongs to.
 *
 * The pair is read off AWSPREVIOUS where its user and the current one are an original and its clone. Otherwise this is the
 * first rotation and the current user is an original, even when its name happens to end like a clone's: cutting the suffix
 * off could lead to somebody else's user, and for a user called just `_clone` to no name at all.
 */
export function otherUsername(current: string, previous: string | undefined): string {
  const isClonesOriginal = previous !== undefined && current === previous + CLONE_SUFFIX;
  return isClonesOriginal ? previous : current + CLONE_SUFFIX;
}

/** Whether two names are an original and its clone, in either order. */
export function arePair(one: string, other: string): boolean {
  return one === other + CLONE_SUFFIX || other === one + CLONE_SUFFIX;
}
