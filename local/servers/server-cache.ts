import { cp, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGuardedFolder, type GuardedFolder } from './guarded-folder.ts';

/**
 * What takes long to make and is worth keeping: programs and freshly initialised data folders. It may be
 * deleted whenever no server runs, and has to be to get newer servers.
 */
const CACHE = fileURLToPath(new URL('../../.cache/servers/', import.meta.url));

/** Path of a folder of the cache, or `undefined` when there is none of this name. */
export async function cachedFolder(name: string): Promise<string | undefined> {
  const path = join(CACHE, name);
  const found = await stat(path).catch(() => undefined);
  return found && path;
}

/**
 * Makes a folder of the cache; resolves with its path. `make` works in a draft beside the final place and
 * resolves with the path, inside of the draft, of the folder to keep. So nobody ever sees a half-made one,
 * nothing is left of one that fails, and of two processes at once the first to finish wins.
 */
export async function addToCache(
  name: string,
  make: (draft: GuardedFolder) => Promise<string>,
): Promise<string> {
  const path = join(CACHE, name);
  await mkdir(CACHE, { recursive: true });
  const draft = await createGuardedFolder(`${path}.draft-`);
  try {
    await rename(await make(draft), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await draft.remove();
  }
  return path;
}

/** Adds a copy of a folder to the cache. */
export function copyToCache(name: string, from: string): Promise<string> {
  return addToCache(name, async (draft) => {
    const copy = join(draft.path, 'copy');
    await cp(from, copy, { recursive: true });
    return copy;
  });
}
