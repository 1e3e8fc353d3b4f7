/**
 * The guard of one folder, a process of its own: `node guard.ts <path prefix>`. It makes the folder, runs
 * commands in it, and when its input closes it ends the running command, removes the folder and exits.
 * The input closes when the program that started the guard ends, in whatever way, SIGKILL included: so no
 * server and no folder is ever left behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandEnd, GuardedCommand, GuardMessage } from './guard-protocol.ts';

/** A program that has not ended this long after it was asked to is killed. In ms. */
const STOP_TIMEOUT = 5_000;

const serverEnvironment = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

const folder = mkdtempSync(process.argv[2] ?? '');
let running: { process: ChildProcess; ended: Promise<unknown>; command: GuardedCommand } | undefined;
let shuttingDown = false;

// A message that nobody is left to read is no reason to die before the cleaning.
process.stdout.on('error', () => {});
process.on('SIGINT', shutDown).on('SIGTERM', shutDown).on('SIGHUP', shutDown);
createInterface({ input: process.stdin })
  .on('line', (line) => run(JSON.parse(line)))
  .on('close', shutDown);
say({ kind: 'folder', path: folder });

async function run(command: GuardedCommand): Promise<void> {
  if (shuttingDown) return;
  try {
    const child = start(command);
    const ended = new Promise<CommandEnd>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    running = { process: child, ended: ended.catch(() => {}), command };
    say({ kind: 'end', end: await ended });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say({ kind: 'end', end: { code: null, signal: null, error: message } });
  } finally {
    running = undefined;
  }
}

function start({ command, output, input, environment, user }: GuardedCommand): ChildProcess {
  const [program, ...args] = command;
  const outputFile = openSync(output, 'a', 0o600);
  const inputFile = input === undefined ? undefined : openSync(input, 'r');
  try {
    return spawn(program, args, {
      cwd: folder,
      env: environment === 'inherited' ? process.env : (environment ?? serverEnvironment),
      stdio: [inputFile ?? 'ignore', outputFile, outputFile],
      // A process group of its own, so that the end reaches the helpers that a program has started as well.
      detached: true,
      ...user,
    });
  } finally {
    closeSync(outputFile);
    if (inputFile !== undefined) closeSync(inputFile);
  }
}

async function shutDown(): Promise<void> {
  if (shuttingDown) return;
  shuttingDown = true;
  if (running) {
    const { process: child, ended, command } = running;
    signalGroup(child, command.stopSignal ?? 'SIGTERM');
    await Promise.race([ended, sleep(STOP_TIMEOUT)]);
    signalGroup(child, 'SIGKILL');
    await ended;
  }
  // Helpers that were killed just now may still be writing: try again for a while.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  process.exit(0);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the whole group has ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function say(message: GuardMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
