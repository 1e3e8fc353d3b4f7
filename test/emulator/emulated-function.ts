import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionOptions, FunctionProcess } from '../../local/lambda/function-process.ts';
import { freePort } from '../../local/servers/free-port.ts';
import { describeEnd } from '../../local/servers/guard-protocol.ts';
import { createGuardedFolder, type GuardedFolder } from '../../local/servers/guarded-folder.ts';
import { logSince } from '../../local/servers/server-log.ts';
import type { DeployedSettings } from './deployed-settings.ts';
import { invoke } from './invocation.ts';
import { lambdaEnvironment, nodeOptions } from './lambda-process.ts';
import { memoryLimit } from './memory-limit.ts';
import { emulatorPrograms } from './programs.ts';

/** A built function under Lambda's runtime client and emulator, within the memory of its settings. */
export interface EmulatedFunction extends FunctionProcess {
  /** The process that runs the function; there is one from the first invocation on. */
  processId(): Promise<number>;
  /** The most memory that this process has held so far. In MB of 1024 * 1024 bytes. */
  peakMegabytes(): Promise<number>;
  /** From the start of this process until it asked for the first event. In ms. */
  initMs(): number;
}

export interface EmulationOptions
  extends Pick<FunctionOptions, 'functionFolder' | 'layerFolder' | 'environment'> {
  readonly settings: DeployedSettings;
}

/** How often another process may take a port between our choosing it and the emulator's binding it. */
const PORT_ATTEMPTS = 5;
const PORT_TAKEN = /address already in use/;
/** The emulator listens within moments, also on a busy machine. In ms. */
const START_TIMEOUT = 30_000;
/** Between two attempts to reach it. In ms. */
const INTERVAL = 25;
/** The end of the log that goes into an error. In characters. */
const LOG_TAIL = 2_000;

/** The shell becomes prlimit, and prlimit Node: its id is that of the function's process. */
const START = 'echo $$ >"$1" && cd "$LAMBDA_TASK_ROOT" && shift && exec prlimit "$@"';

/** @throws Error when a program is not installed, and when the emulator does not start */
export async function emulateFunction(options: EmulationOptions): Promise<EmulatedFunction> {
  for (let attempt = 1; ; attempt++) {
    const folder = await createGuardedFolder(join(tmpdir(), 'secrets-rotation-emulator-'));
    try {
      return await startEmulator(folder, options);
    } catch (error) {
      const taken = PORT_TAKEN.test(logOf(folder));
      await folder.remove();
      if (!taken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function startEmulator(folder: GuardedFolder, options: EmulationOptions): Promise<EmulatedFunction> {
  const { emulator, client } = emulatorPrograms();
  const { settings } = options;
  const [port, runtimeApiPort] = [await freePort(), await freePort()];
  const idFile = join(folder.path, 'process-id');
  const output = join(folder.path, 'output');
  const ended = folder.run({
    command: [
      emulator,
      `--runtime-interface-emulator-address=127.0.0.1:${port}`,
      `--runtime-api-address=127.0.0.1:${runtimeApiPort}`,
      ...['/bin/sh', '-c', START, 'start', idFile, await memoryLimit(settings.memoryMegabytes)],
      ...[process.execPath, ...nodeOptions(settings), client, settings.handler],
    ],
    output,
    environment: lambdaEnvironment(options),
  });
  const over = ended.then((end) => {
    throw new Error(`The emulator ${describeEnd(end)} ${logOf(folder).slice(-LOG_TAIL)}`.trim());
  });
  // Told to whoever waits for it; after the function has been disposed of, nobody does.
  over.catch(() => {});
  const started = new AbortController();
  await Promise.race([untilReachable(port, started.signal), over]).finally(() => started.abort());

  const processId = async () => Number(await readFile(idFile, 'utf8'));
  return {
    invoke: (event) => Promise.race([invoke(port, event, () => logOf(folder)), over]),
    output: () => logOf(folder),
    processId,
    async peakMegabytes() {
      const status = await readFile(`/proc/${await processId()}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    },
    initMs: () => Number(/INIT REPORT\(durationMs: ([\d.]+)\)/.exec(logOf(folder))?.[1]),
    [Symbol.asyncDispose]: folder.remove,
  };
}

const logOf = (folder: GuardedFolder) => logSince(join(folder.path, 'output'), 0);

async function untilReachable(port: number, over: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  while (!(await isReachable(port))) {
    if (Date.now() > deadline) throw new Error(`The emulator did not listen within ${START_TIMEOUT} ms.`);
    await sleep(INTERVAL, undefined, { signal: over });
  }
}

function isReachable(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => answer(false));
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
  });
}
