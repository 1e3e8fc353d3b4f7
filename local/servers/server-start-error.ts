import type { DatabaseServer } from './database-server.ts';

/** So much of the end of a log tells why a server did not start. In characters. */
const LOG_TAIL = 4_000;

/** A server, or a program that prepares it, failed or did not come up; the message holds its log's end. */
export class ServerStartError extends Error {
  override readonly name: string = 'ServerStartError';

  constructor(engine: DatabaseServer['engine'], what: string, log: string, options?: ErrorOptions) {
    super(`${engine}: ${what} Its log ends:\n${withoutNotes(log).slice(-LOG_TAIL) || '(empty)'}`, options);
  }
}

/** Another process has taken the server's port after we chose it: worth another attempt. */
export class PortTakenError extends ServerStartError {
  override readonly name = 'PortTakenError';
}

/** After the error that ends it, MySQL writes a hundred lines about its shutdown, all of them notes. */
function withoutNotes(log: string): string {
  return log.replace(/^.* \[Note\] .*\n/gm, '');
}
