import { constants } from 'node:os';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** What shells add to a signal's number. */
const EXIT_SIGNAL = 128;

export interface Command<Options extends { readonly help: boolean }> {
  readonly usage: string;
  /** @throws TypeError for wrong options */
  parse(args: readonly string[]): Options;
  /** Resolves with what is to be printed. */
  run(options: Options, tell: (progress: string) => void): Promise<string>;
}

/** Runs a command of this folder, with its progress on standard error. */
export async function runCommand<Options extends { readonly help: boolean }>({
  usage,
  parse,
  run,
}: Command<Options>): Promise<void> {
  const tell = (line: string) => void process.stderr.write(`${line}\n`);
  // The servers, the functions and the built files go with this process: each has a guard that sees it end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(EXIT_SIGNAL + constants.signals[signal]));
  }
  let options: Options;
  try {
    options = parse(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    tell(`${error.message}\n\n${usage}`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  try {
    process.stdout.write(`${options.help ? usage : await run(options, tell)}\n`);
  } catch (error) {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = EXIT_FAILED;
  }
}
