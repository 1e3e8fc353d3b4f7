import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuardedFolder } from './guarded-folder.ts';
import { runGuarded } from './guarded-run.ts';

/** The suite of current servers. Their libraries come along: the machine's own release does not matter. */
const CURRENT = 'sid';
/** The keys of Debian's archive, as every Debian system has them. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

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
  /** Downloads package files, verified by apt, into the folder. */
  download(names: readonly string[]): Promise<void>;
}

/**
 * The folder is for apt's own files and for downloads. Throws when this is no Debian, or its archive cannot be
 * reached.
 */
export async function openDebianArchive(folder: GuardedFolder, suite = CURRENT): Promise<DebianArchive> {
  const sources = join(folder.path, 'sources.list');
  const signedBy = await access(KEYRING).then(
    () => `[signed-by=${KEYRING}] `,
    () => '',
  );
  await mkdir(join(folder.path, 'lists/partial'), { recursive: true });
  await mkdir(join(folder.path, 'cache/archives/partial'), { recursive: true });
  await writeFile(sources, `deb ${signedBy}${await mirror(folder)} ${suite} main\n`);
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${join(folder.path, 'lists')}`,
    `Dir::Cache=${join(folder.path, 'cache')}`,
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::Languages=none',
    // A mirror may be a snapshot, whose index is past its date.
    'Acquire::Check-Valid-Until=false',
    // As root, apt downloads as another user, who may not enter our folder.
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);

  await runGuarded(folder, 'apt-get', ...options, '--error-on=any', 'update');
  return {
    async describe(names) {
      const found = await runGuarded(folder, 'apt-cache', ...options, '--no-all-versions', 'show', ...names);
      return found
        .split('\n\n')
        .filter((stanza) => stanza.trim())
        .map(parsePackage);
    },
    async download(names) {
      await runGuarded(folder, 'apt-get', ...options, 'download', ...names);
    },
  };
}

/**
 * The mirror of Debian's main archive that this machine uses: the one source that serves both a release and
 * its updates. (Security updates and other vendors' archives serve but one of them.)
 */
async function mirror(folder: GuardedFolder): Promise<string> {
  const uris = await runGuarded(folder, 'apt-get', 'update', '--print-uris');
  const releases = [...uris.matchAll(/^'(.+)\/dists\/([^/]+)\/InRelease'/gm)];
  const suites = new Set(releases.map(([, base, suite]) => `${base} ${suite}`));
  const main = releases.find(([, base, suite]) => suites.has(`${base} ${suite}-updates`));
  if (main?.[1]) return main[1];
  throw new Error("apt's sources do not name Debian's main archive (a release and its updates).");
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
