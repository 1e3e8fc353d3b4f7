import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CommandEnd, GuardedCommand, GuardMessage } from './guard-protocol.ts';

/** A new folder that does not outlive this process, nor do the programs that run in it; see guard.ts. */
export interface GuardedFolder {
  readonly path: string;
  /** Runs one program; resolves when it has ended. One at a time. */
  run(command: GuardedCommand): Promise<CommandEnd>;
  /** Ends the running program and removes the folder. May be called more than once. */
  remove(): Promise<void>;
}

/** `prefix` is the folder's path up to the letters that make it unique, as for `mkdtemp`. */
export async function createGuardedFolder(prefix: string): Promise<GuardedFolder> {
  const guard = spawn(process.execPath, [fileURLToPath(new URL('guard.ts', import.meta.url)), prefix], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Out of reach of a Ctrl-C in the terminal: that ends this process, and by that the guard, in order.
    detached: true,
  });
  // Writing to a guard that has died fails; that it has died is told by `exited`.
  guard.stdin.on('error', () => {});
  const exited = once(guard, 'exit').then(([code, signal]) => code ?? signal);
  const died = exited.then((code) => {
    throw new Error(`The guard of ${prefix}* has ended (${code}).`);
  });
  died.catch(() => {});

  const messages = createInterface({ input: guard.stdout })[Symbol.asyncIterator]();
  const nextMessage = async (): Promise<GuardMessage> => {
    const line = await Promise.race([messages.next(), died]);
    return line.done ? died : JSON.parse(line.value);
  };
  const first = await nextMessage();
  if (first.kind !== 'folder') throw new Error(`The guard of ${prefix}* did not name its folder.`);

  return {
    path: first.path,
    async run(command) {
      guard.stdin.write(`${JSON.stringify(command)}\n`);
      const message = await nextMessage();
      if (message.kind !== 'end') throw new Error(`The guard of ${first.path} named its folder twice.`);
      return message.end;
    },
    async remove() {
      guard.stdin.end();
      const code = await exited;
      if (code !== 0) throw new Error(`The guard of ${first.path} has ended without removing it (${code}).`);
    },
  };
}
