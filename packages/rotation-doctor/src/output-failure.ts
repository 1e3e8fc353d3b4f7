import type { Writable } from 'node:stream';
import { EXIT, type ExitCode } from './exit-code.ts';

/**
 * Lets a command go on when its output can no longer be written: it may be between two changes that belong together.
 * @returns the exit code to end with, from that of the command
 */
export function surviveOutput(stdout: Writable, stderr: Writable): (exitCode: ExitCode) => ExitCode {
  let isLost = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Nobody reads on, as under `| head`.
    if (error.code === 'EPIPE' || isLost) return;
    isLost = true;
    stderr.write(`The output could not be written: ${error.message}\n`);
  });
  // There is nowhere left to say so.
  stderr.on('error', () => {});
  return (exitCode) => (isLost && exitCode === EXIT.fine ? EXIT.wrong : exitCode);
}
