import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The suite that has current servers. Their libraries come along, so the machine's own release is no matter. */
const SUITE = 'sid';
/** The keys of Debian's archive, as every Debian system has them. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** A package index is some 10 MB of text. In bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** A package as the archive describes it. */
export interface DebianPackage {
  readonly name: string;
  readonly section: string;
  /** Names of packages, all alternatives of each dependency included. */
  readonly depends: readonly string[];
}

/** Debian's archive, read with the machine's own apt through a private configuration: nothing is installed. */
export interface DebianArchive {
  /** Unknown and virtual packages are left out. */
  describe(names: readonly string[]): Promise<DebianPackage[]>;
  /** Downloads package files, verified by apt, into a folder. */
  download(names: readonly string[], folder: string): Promise<void>;
}

/** `folder` holds apt's own files. Throws when this is no Debian, or the archive cannot be reached. */
export async function openDebianArchive(folder: string): Promise<DebianArchive> {
  const sources = join(folder, 'sources.list');
  const signedBy = await access(KEYRING).then(
    () => `[signed-by=${KEYRING}] `,
    () => '',
  );
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  await writeFile(sources, `deb ${signedBy}${await mirror()} ${SUITE} main\n`);
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::Languages=none',
    // A mirror may be a snapshot, whose index is past its date.
    'Acquire::Check-Valid-Until=false',
    // As root, apt downloads as another user, who may not enter our folder.
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);

  await run('apt-get', [...options, '--error-on=any', 'update']);
  return {
    async describe(names) {
      const found = await run('apt-cache', [...options, '--no-all-versions', 'show', ...names]);
      return found
        .split('\n\n')
        .filter((stanza) => stanza.trim())
        .map(parsePackage);
    },
    async download(names, into) {
      await run('apt-get', [...options, 'download', ...names], into);
    },
  };
}

/**
 * The mirror of Debian's main archive that this machine uses: the one source that serves both a release and
 * its updates. (Security updates and other vendors' archives serve but one of them.)
 */
async function mirror(): Promise<string> {
  const uris = await run('apt-get', ['update', '--print-uris']);
  const releases = [...uris.matchAll(/^'(.+)\/dists\/([^/]+)\/InRelease'/gm)];
  const suites = new Set(releases.map(([, base, suite]) => `${base} ${suite}`));
  const main = releases.find(([, base, suite]) => suites.has(`${base} ${suite}-updates`));
  if (!main?.[1])
    throw new Error("apt's sources do not name Debian's main archive (a release and its updates).");
  return main[1];
}

function parsePackage(stanza: string): DebianPackage {
  const field = (name: string) => stanza.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1] ?? '';
  const depends = `${field('Pre-Depends')},${field('Depends')}`;
  return {
    name: field('Package'),
    section: field('Section'),
    // "libc6 (>= 2.38), perl:any | perl-base" says: libc6, perl, perl-base.
    depends: [...depends.matchAll(/(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]+)/g)].map(([, name = '']) => name),
  };
}

async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd, maxBuffer: MAX_OUTPUT });
  return stdout;
}
