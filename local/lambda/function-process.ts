import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';

/** What the parent sends to run the function once. */
export interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

export interface InvocationResult {
  readonly id: string;
  /** What the handler resolved to. */
  readonly answer?: unknown;
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
}

/** What the child says first: its code is loaded, or cannot be. */
export interface Loaded {
  readonly kind: 'loaded';
}

/** What Lambda reports of a function that threw. */
export class FunctionError extends Error {
  constructor(errorType: string, errorMessage: string) {
    super(errorMessage);
    this.name = errorType;
  }
}

/** A built function in a process of its own, with its layer mounted as Lambda does it. */
export interface FunctionProcess extends AsyncDisposable {
  /**
   * Resolves to what the handler answers.
   * @throws FunctionError when the handler threw; Error when the process ended
   */
  invoke(event: unknown): Promise<unknown>;
  /** What it has written to standard output and error so far: its log. */
  output(): string;
}

/** One that can be measured from outside. */
export interface MeasurableProcess extends FunctionProcess {
  /** From the start of the process until its code was loaded, in ms; undefined before that. */
  loadTime(): number | undefined;
  /** Undefined when the process could not be started. */
  readonly pid: number | undefined;
}

export interface FunctionOptions {
  /** Holds index.js. Not below a folder with a node_modules that has the layer's package: that one would be found first. */
  readonly functionFolder: string;
  /** What Lambda would unpack under /opt. */
  readonly layerFolder: string;
  /** The packages that the runtime brings, found where the layer has none of that name. None by default. */
  readonly runtimePackages?: string;
  /** All that the function sees of an environment, besides where its packages are. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's timeout. 30 seconds, as template.yaml has it, by default. */
  readonly timeoutMs?: number;
  /** What runs the function: runtime.ts by default, or a build of it, which Node need not strip of its types first. */
  readonly runtime?: string;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** What a process that is no longer needed may take to end by itself. */
const LAST_MOMENTS_MS = 1_000;

export function startFunction(options: FunctionOptions): MeasurableProcess {
  const {
    functionFolder,
    layerFolder,
    runtimePackages,
    environment,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    runtime = join(import.meta.dirname, 'runtime.ts'),
  } = options;
  const packages = [join(layerFolder, 'nodejs/node_modules'), ...(runtimePackages ? [runtimePackages] : [])];
  const started = performance.now();
  const child = spawn(process.execPath, [runtime, functionFolder], {
    env: {
      AWS_LAMBDA_FUNCTION_NAME: 'rotation',
      ...environment,
      NODE_PATH: packages.join(delimiter),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => output.push(text));

  let loadTime: number | undefined;
  child.once('message', () => {
    loadTime = performance.now() - started;
  });

  return {
    pid: child.pid,
    loadTime: () => loadTime,
    async invoke(event) {
      const result = await send(child, { id: randomUUID(), event, timeoutMs });
      if (result.error) throw new FunctionError(result.error.errorType, result.error.errorMessage);
      return result.answer;
    },
    output: () => output.join(''),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      if (child.connected) child.disconnect();
      // One that hangs does not notice.
      const killing = setTimeout(() => child.kill('SIGKILL'), LAST_MOMENTS_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}

function send(child: ChildProcess, invocation: Invocation): Promise<InvocationResult> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off('message', answered).off('exit', ended);
      act();
    };
    const answered = (result: InvocationResult) => {
      if (result.id === invocation.id) settle(() => resolve(result));
    };
    const ended = () => settle(() => reject(new Error("The function's process ended; its output says why.")));
    child.on('message', answered).on('exit', ended);
    if (child.connected) child.send(invocation);
    else ended();
  });
}
