import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { checkReport, checkResults } from './destinations.ts';
import { writeReport } from './document.ts';

const EXIT_SUCCEEDED = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** What shells add to a signal's number. */
const EXIT_SIGNAL = 128;

/** What all commands of this folder take. */
export interface CommonOptions {
  /** The file that all results go into. */
  readonly json: string | undefined;
  /** Whether the report goes into the document. */
  readonly write: boolean;
  readonly help: boolean;
}

export interface Command<Options extends CommonOptions, Result> {
  readonly usage: string;
  /** The command line that the document names above the tables. */
  readonly documentedAs: string;
  /** @throws TypeError for wrong options */
  parse(args: readonly string[]): Options;
  run(options: Options, tell: (progress: string) => void): Promise<Result>;
  reportOf(result: Result): string;
  /** Whether the results are to fail the command, once they are all told. Never by default. */
  isFailure?(result: Result): boolean;
}

/** Where a command is run. */
export interface Surroundings {
  readonly args: readonly string[];
  /** Has lines between marks for the report. */
  readonly document: string;
  print(text: string): void;
  tell(line: string): void;
}

/** Runs a command of this folder, with its progress on standard error. */
export async function runCommand<Options extends CommonOptions, Result>(
  command: Command<Options, Result>,
): Promise<void> {
  // The servers, the functions and the built files go with this process: each has a guard that sees it end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(EXIT_SIGNAL + constants.signals[signal]));
  }
  process.exitCode = await carryOut(command, {
    args: process.argv.slice(2),
    document: join(import.meta.dirname, '../../docs/performance.md'),
    print: (text) => void process.stdout.write(`${text}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
  });
}

/** Resolves with the exit code. */
export async function carryOut<Options extends CommonOptions, Result>(
  { usage, documentedAs, parse, run, reportOf, isFailure = () => false }: Command<Options, Result>,
  { args, document, print, tell }: Surroundings,
): Promise<number> {
  let options: Options;
  try {
    options = parse(args);
    // A run takes minutes, and must not be lost to what is wrong from the start.
    if (options.json !== undefined) await checkResults(options.json);
    if (options.write) await checkReport(documentedAs, document);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    tell(`${error.message}\n\n${usage}`);
    return EXIT_USAGE;
  }
  const { json, write, help } = options;
  if (help) {
    print(usage);
    return EXIT_SUCCEEDED;
  }
  try {
    const result = await run(options, tell);
    const report = reportOf(result);
    print(report);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`);
    if (write) await writeReport(documentedAs, report, document);
    return isFailure(result) ? EXIT_FAILED : EXIT_SUCCEEDED;
  } catch (error) {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT_FAILED;
  }
}
