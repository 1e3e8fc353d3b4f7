import { cp, glob, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type DebianArchive, openDebianArchive } from './debian-archive.ts';
import type { GuardedFolder } from './guarded-folder.ts';
import { runGuarded } from './guarded-run.ts';
import { addToCache, cachedFolder } from './server-cache.ts';

/** A server's package in Debian. */
export interface DebianServer {
  /** The server's package, and others whose files belong to it. */
  readonly packages: readonly [server: string, ...others: string[]];
  /** The server's path inside the package. */
  readonly program: string;
  /** The release of Debian that has it. Default: the one that is always being made, whose servers are current. */
  readonly suite?: string;
  /** Libraries that it need not have. */
  readonly without?: readonly string[];
  /** Programs that start each other by their paths: a script in the place of each goes through loader and libraries. */
  readonly scripts?: readonly string[];
}

/** An unpacked server, with all the libraries it needs, the C library included. */
export interface UnpackedServer {
  /** The folder that stands for `/`. */
  readonly root: string;
  /** Runs the server through its own loader and libraries; its arguments follow. */
  readonly command: readonly [loader: string, ...args: string[]];
}

/** Parts of the packages that no server needs. They are more than half of the size. */
const USELESS = [
  'usr/bin',
  'usr/lib/debug',
  'usr/lib/*/gconv',
  // Just-in-time compilation takes a library of 100 MB.
  'usr/lib/postgresql/*/lib/{bitcode,llvmjit*}',
  'usr/share/{doc,lintian,locale,man}',
];

const fetches = new Map<string, Promise<string>>();

/** Takes the server from the cache, or else from Debian's archive (some 45 MB, 10 to 20 s). */
export async function debianServer(server: DebianServer): Promise<UnpackedServer> {
  const name = `debian-${server.packages.join('+')}`;
  const cached = await cachedFolder(name);
  if (cached) return unpackedServer(cached, server);
  // Several servers that start at once in this process wait for the same fetch.
  const fetching = fetches.get(name) ?? addToCache(name, (draft) => fetchServer(server, draft));
  fetches.set(name, fetching);
  try {
    return await unpackedServer(await fetching, server);
  } finally {
    fetches.delete(name);
  }
}

async function fetchServer(server: DebianServer, draft: GuardedFolder): Promise<string> {
  process.stderr.write(`Fetching ${server.packages[0]} from Debian's archive into the cache, once ...\n`);
  const archive = await openDebianArchive(draft, server.suite);
  const needed = await withLibraries(archive, server.packages);
  await archive.download(needed.filter((name) => !server.without?.includes(name)));
  const root = join(draft.path, 'root');
  for await (const file of glob(join(draft.path, '*.deb'))) await runGuarded(draft, 'dpkg', '-x', file, root);
  await mergeIntoUsr(root);
  for await (const path of glob(USELESS, { cwd: root })) await rm(join(root, path), { recursive: true });
  const unpacked = await unpackedServer(root, server);
  await checkLibraries(draft, unpacked);
  for (const program of server.scripts ?? []) await replaceByScript(unpacked, program);
  return root;
}

/** Before Debian 13, packages had folders /lib, which systems have as links to /usr/lib. */
async function mergeIntoUsr(root: string): Promise<void> {
  if (!(await readdir(root)).includes('lib')) return;
  await cp(join(root, 'lib'), join(root, 'usr/lib'), { recursive: true, verbatimSymlinks: true });
  await rm(join(root, 'lib'), { recursive: true });
}

/** The script finds all by its own place, for the folder will be moved. */
async function replaceByScript(
  { root, command: [loader, option, libraries] }: UnpackedServer,
  program: string,
): Promise<void> {
  const path = join(root, program);
  await rename(path, `${path}.elf`);
  const place = (file = '') => `"$root/${relative(root, file)}"`;
  const script = [
    '#!/bin/sh',
    `root="$(cd "$(dirname "$0")/${relative(dirname(path), root)}" && pwd)"`,
    `exec ${place(loader)} ${option} ${place(libraries)} --argv0 "$0" "$0.elf" "$@"`,
    '',
  ];
  await writeFile(path, script.join('\n'), { mode: 0o755 });
}

/**
 * The packages and the libraries that they, and these again, depend on. Everything else that Debian would
 * install with a server (perl, debconf, configuration) is for running it as a service of the system.
 */
async function withLibraries(archive: DebianArchive, packages: readonly string[]): Promise<string[]> {
  const chosen: string[] = [];
  const seen = new Set<string>();
  for (let next = packages; next.length > 0; ) {
    for (const name of next) seen.add(name);
    const described = await archive.describe(next);
    const wanted = described.filter(({ name, section }) => packages.includes(name) || section === 'libs');
    chosen.push(...wanted.map(({ name }) => name));
    next = [...new Set(wanted.flatMap(({ depends }) => depends))].filter((name) => !seen.has(name));
  }
  return chosen;
}

async function unpackedServer(root: string, { program }: DebianServer): Promise<UnpackedServer> {
  // usr/lib/<architecture>-linux-gnu holds the libraries and the program that loads them.
  const files = await readdir(join(root, 'usr/lib'));
  const libraries = join(root, 'usr/lib', files.find((file) => file.endsWith('-linux-gnu')) ?? '');
  const loader = (await readdir(libraries)).find((file) => /^ld-linux.*\.so\.\d+$/.test(file));
  if (loader === undefined) throw new Error(`${libraries} holds no loader.`);
  return { root, command: [join(libraries, loader), '--library-path', libraries, join(root, program)] };
}

async function checkLibraries(draft: GuardedFolder, { command }: UnpackedServer): Promise<void> {
  const [loader, ...args] = command;
  const list = await runGuarded(draft, loader, '--list', ...args);
  const missing = list.split('\n').filter((line) => line.includes('not found'));
  if (missing.length > 0) throw new Error(`Its packages lack libraries:\n${missing.join('\n')}`);
}
