import { logSince } from '../../local/servers/server-log.ts';
import { CANARY } from './canary.ts';
import type { World } from './world.ts';

const LINE_WITH_CANARY = new RegExp(`^.*${CANARY}.*$`, 'gm');

/** The lines of the server's logs with a password that a rotation made, without the password: I5. */
export function serverLogLeaks({ server }: World): string[] {
  const logs = new Set([server.statementLog, server.errorLog]);
  return [...logs].flatMap((log) =>
    [...logSince(log, 0).matchAll(LINE_WITH_CANARY)].map(([line]) => line.replaceAll(/'[^']*'/g, "'…'")),
  );
}
