import { cp, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGuardedFolder } from './guarded-folder.ts';

/** What takes long to make and is worth keeping: programs and freshly initialised data folders. */
const CACHE = fileURLToPath(new URL('../../.cache/servers/', import.meta.url));

/** Path of a folder of the cache, or `undefined` when there is none of this name. */
export async function cachedFolder(name: string): Promise<string | undefined> {
  const path = join(CACHE, name);
  const found = await stat(path).catch(() => undefined);
  return found && path;
}

/**
 * Makes a folder of the cache; resolves with its path. `fill` works beside the final place, so nobody ever
 * sees a half-filled folder, and of two processes that fill at once the first to finish wins.
 */
export async function addToCache(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const path = join(CACHE, name);
  await mkdir(CACHE, { recursive: true });
  const draft = await createGuardedFolder(`${path}.draft-`);
  try {
    await fill(draft.path);
    await rename(draft.path, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await draft.remove();
  }
  return path;
}

/** Adds a copy of a folder to the cache. */
export function copyToCache(name: string, from: string): Promise<string> {
  return addToCache(name, (folder) => cp(from, folder, { recursive: true }));
}
