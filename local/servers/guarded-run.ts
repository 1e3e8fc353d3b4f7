import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeEnd, type GuardedCommand } from './guard-protocol.ts';
import type { GuardedFolder } from './guarded-folder.ts';
import { logSince } from './server-log.ts';

/** The end of a failed program's output that goes into the error. In characters. */
const OUTPUT_TAIL = 1_000;

/**
 * Runs one of the system's programs in a guarded folder, with our environment; resolves with all that it
 * prints. Throws when it fails.
 */
export async function runGuarded(
  folder: GuardedFolder,
  ...command: GuardedCommand['command']
): Promise<string> {
  const output = join(folder.path, 'output');
  await rm(output, { force: true });
  const end = await folder.run({ command, output, environment: 'inherited' });
  const text = logSince(output, 0);
  if (end.code === 0) return text;
  throw new Error(`${command[0]} ${describeEnd(end)} ${text.slice(-OUTPUT_TAIL)}`.trim());
}
