import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseServer } from './database-server.ts';
import { type CommandEnd, describeEnd } from './guard-protocol.ts';
import type { PreparedServer, ServerEngine, TlsUse } from './server-engine.ts';
import { logSince } from './server-log.ts';
import { PortTakenError, ServerStartError } from './server-start-error.ts';

/** Even a busy machine of two cores brings a server up in seconds; this is one that never will be. In ms. */
const READY_TIMEOUT = 60_000;
/** Between two attempts to log in, and between two looks at the log. In ms. */
const INTERVAL = 25;
/** How each server's log names a port that it could not have. */
const PORT_TAKEN = /address already in use/i;

/** A server that was started and may be coming up. */
export interface StartingServer {
  readonly engine: ServerEngine;
  readonly server: Omit<DatabaseServer, 'version'>;
  readonly command: PreparedServer['command'];
  readonly tls: TlsUse;
  readonly ended: Promise<CommandEnd>;
}

/**
 * Resolves with the server's version, once its superuser has logged in. Throws {@link ServerStartError} when
 * the server ends before that or does not come up in time, {@link PortTakenError} when its port is taken.
 */
export async function untilReady(starting: StartingServer): Promise<string> {
  const over = new AbortController();
  try {
    // Both at once: with a port that is taken, a login may be waiting for a stranger's answer.
    const version = await Promise.race([logIn(starting, over.signal), watch(starting, over.signal)]);
    // PostgreSQL comes up all the same when only one of its addresses is taken.
    checkPort(starting);
    return version;
  } finally {
    over.abort();
  }
}

/** Logs in as soon as the server lets us. */
async function logIn({ engine, server, tls }: StartingServer, over: AbortSignal): Promise<string> {
  for (;;) {
    try {
      const session = await engine.logIn(server, { ...server.superuser, tls });
      const [row] = await session.query(engine.versionStatement).finally(() => session.close());
      return String(row?.['version']);
    } catch (error) {
      if (over.aborted) throw error;
    }
    await sleep(INTERVAL);
  }
}

/** Throws as soon as it is clear that the server will not come up. */
async function watch(starting: StartingServer, over: AbortSignal): Promise<never> {
  let end: CommandEnd | undefined;
  starting.ended
    .catch((error: Error): CommandEnd => ({ code: null, signal: null, error: error.message }))
    .then((value) => {
      end = value;
    });
  const fail = (what: string) => new ServerStartError(starting.engine.name, what, log(starting));
  const deadline = Date.now() + READY_TIMEOUT;
  for (;;) {
    checkPort(starting);
    if (end) throw fail(`the server ${describeEnd(end)}`);
    if (Date.now() > deadline) throw fail(`its superuser could not log in within ${READY_TIMEOUT} ms.`);
    await sleep(INTERVAL, undefined, { signal: over });
  }
}

function checkPort(starting: StartingServer): void {
  const text = log(starting);
  if (!PORT_TAKEN.test(text)) return;
  throw new PortTakenError(starting.engine.name, `port ${starting.server.port} is taken.`, text);
}

/** What the server has said up to now, on its output and in its log. */
function log({ server, command }: StartingServer): string {
  return [...new Set([command.output, server.errorLog])].map((path) => logSince(path, 0)).join('');
}
