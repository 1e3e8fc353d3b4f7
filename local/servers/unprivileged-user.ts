import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { UserIds } from './server-engine.ts';

/**
 * Somebody other than root to run a server as, when we are root: the system's `nobody`. `undefined` when we
 * are an ordinary user, who runs the server himself.
 */
export async function unprivilegedUser(): Promise<UserIds | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([idOfNobody('-u'), idOfNobody('-g')]);
  return { uid, gid };
}

async function idOfNobody(which: '-u' | '-g'): Promise<number> {
  const { stdout } = await promisify(execFile)('id', [which, 'nobody']);
  return Number(stdout);
}
