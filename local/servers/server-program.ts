import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type DebianServer, debianServer } from './debian-server.ts';
import { programsOnPath } from './program-on-path.ts';

/** A server that can be run: the command up to where its own options begin. */
export interface ServerProgram {
  readonly command: readonly [program: string, ...args: string[]];
  /** All that `--version` prints. */
  readonly version: string;
  /** Folder that stands for `/`: the server's other files lie below it as they do in Debian's packages. */
  readonly root: string | undefined;
}

/** Where to find a server, and what to tell the developer when it is nowhere. */
export interface ServerSource {
  /** What it is called in messages, e.g. `MySQL 8.0 or later`. */
  readonly title: string;
  /** The program's name on the path. */
  readonly program: string;
  /** Whether a program of that name, by what it prints for `--version`, is the server that is wanted. */
  accepts(version: string): boolean;
  readonly debian: DebianServer;
  /** Commands that install one. */
  readonly advice: string;
}

/** The first fitting program on the path, or else Debian's, from the cache or the archive. */
export async function findServerProgram(source: ServerSource): Promise<ServerProgram> {
  for (const path of await programsOnPath(source.program)) {
    const version = await readVersion([path]).catch(() => undefined);
    if (version !== undefined && source.accepts(version))
      return { command: [path], version, root: undefined };
  }
  try {
    const { root, command } = await debianServer(source.debian);
    return { command, version: await readVersion(command), root };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = `${source.title} is not on the PATH. To install it: ${source.advice}`;
    throw new Error(`${advice}\nFetching it from Debian's archive has failed: ${reason}`, { cause });
  }
}

async function readVersion([program, ...args]: ServerProgram['command']): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args, '--no-defaults', '--version']);
  return stdout.trim();
}
