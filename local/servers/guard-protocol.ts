/**
 * The words between a program and the guard of its folder: JSON, one message a line. The guard answers each
 * command once it has ended; one command runs at a time.
 */

export type Environment = Readonly<Record<string, string>>;

/** A program for the guard to run inside the folder. */
export interface GuardedCommand {
  /** The program's path, then its arguments. No secrets: everyone can read the process list. */
  readonly command: readonly [program: string, ...args: string[]];
  /** File that gets what the program prints. */
  readonly output: string;
  /** File that the program reads as its input. Default: no input. */
  readonly input?: string;
  /**
   * `inherited`: that of the guard, which is that of its owner; variables: they and no others. Default: nothing
   * but the path, because servers and their scripts take settings from their environment.
   */
  readonly environment?: 'inherited' | Environment;
  /** Who runs it. Default: who runs the guard. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** How to end the program when the guard shuts down. Default: SIGTERM. */
  readonly stopSignal?: 'SIGTERM' | 'SIGQUIT' | 'SIGKILL';
}

/** How a command ended. `error` when it could not be started. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: string;
}

export type GuardMessage =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'end'; readonly end: CommandEnd };

/** A command's end in words. */
export function describeEnd({ code, signal, error }: CommandEnd): string {
  if (error !== undefined) return `could not be run: ${error}.`;
  return signal === null ? `ended with code ${code}.` : `was ended by ${signal}.`;
}
