import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { GuardedCommand } from '../../local/servers/guard-protocol.ts';
import type { UserIds } from '../../local/servers/server-engine.ts';

/** A volume so small that a test can fill it. Only programs that enter it see it, and it ends with the last of them. */
export interface SmallDisk extends AsyncDisposable {
  /** The command that runs a program where the disk is in the folder's place. */
  entering(command: GuardedCommand['command']): GuardedCommand['command'];
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  /** Gives back the room that `fill` took. */
  free(): Promise<void>;
}

export interface SmallDiskOptions {
  /** As mount understands it, such as `64m`. */
  readonly size: string;
  /** Who owns the folder. `undefined`: who runs us. */
  readonly user: UserIds | undefined;
}

/** A mount in a namespace of its own needs no root, and nothing of it is left when the tests are killed. */
const NAMESPACE = ['--user', '--map-current-user', '--keep-caps', '--mount'];
const FILLER = 'filler';
/** Made inside, because nobody else can make files in a file system of that namespace; the last command waits for our end. */
const MOUNT = `
  mv "$1" "$1.moved" && mkdir "$1" &&
  mount -t tmpfs -o "size=$2,mode=700" tmpfs "$1" &&
  cp -a "$1.moved/." "$1" && rm -r "$1.moved" &&
  touch "$1/${FILLER}" && echo mounted && exec cat`;
const ADVICE =
  'A small disk takes Linux, with unshare and nsenter (`apt-get install util-linux`), that lets its users have namespaces: ' +
  'on Ubuntu `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container `--privileged`.';
const BLOCK = Buffer.alloc(64 * 1024);

type Holder = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Moves a folder onto a disk of its own.
 * @throws Error when the machine does not allow it, saying what it takes
 */
export async function moveToSmallDisk(folder: string, options: SmallDiskOptions): Promise<SmallDisk> {
  const { size, user } = options;
  const holder = spawn('unshare', [...NAMESPACE, 'sh', '-c', MOUNT, 'mount', folder, size], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...user,
  });
  const ended = once(holder, 'close');
  await Promise.race([once(holder.stdout, 'data'), explained(holder, ended)]);
  const filler = join(`/proc/${holder.pid}/root`, folder, FILLER);
  return {
    entering: (command) => [
      'nsenter',
      ...['--preserve-credentials', '--user', '--mount', `--target=${holder.pid}`, '--'],
      ...command,
    ],
    fill: () => writeUntilFull(filler),
    free: () => truncate(filler),
    async [Symbol.asyncDispose]() {
      holder.stdin.end();
      await ended;
    },
  };
}

async function explained({ stderr }: Holder, ended: Promise<unknown>): Promise<never> {
  const [said] = await Promise.all([text(stderr), ended]).catch((cause: Error) => [cause.message]);
  throw new Error(`${said?.trim()}\n${ADVICE}`);
}

async function writeUntilFull(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (;;) await file.write(BLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
