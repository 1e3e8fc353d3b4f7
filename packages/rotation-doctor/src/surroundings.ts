import type { Readable, Writable } from 'node:stream';
import type { Functions } from './functions.ts';
import type { Secrets } from './secrets.ts';
import type { StepLogs } from './step-log.ts';

/** All that a command has to do with besides its arguments. */
export interface Surroundings {
  readonly secrets: Secrets;
  readonly functions: Functions;
  readonly stepLogs: StepLogs;
  /** Where questions are answered; nobody is asked when it is no terminal. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Takes results only. */
  readonly stdout: Writable;
  /** Takes progress, questions and errors. */
  readonly stderr: Writable;
  /** What is left half done if the command ends now, however it does: sentences, with the command that mends it. */
  readonly left: Set<string>;
  now(): Date;
  /** In ms. */
  pause(ms: number): Promise<void>;
}

export function tell({ stderr }: Surroundings, line: string): void {
  stderr.write(`${line}\n`);
}

export function answer({ stdout }: Surroundings, lines: readonly string[]): void {
  stdout.write(`${lines.join('\n')}\n`);
}
