import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseServer } from './database-server.ts';
import { type CommandEnd, describeEnd } from './guard-protocol.ts';
import type { PreparedServer, ServerEngine, TlsUse } from './server-engine.ts';
import { logSince } from './server-log.ts';
import { PortTakenError, ServerStartError } from './server-start-error.ts';

/** Even a busy machine of two cores brings a server up in seconds; this is one that never will be. In ms. */
const READY_TIMEOUT = 60_000;
/** Between two attempts to log in. In ms. */
const READY_INTERVAL = 25;
/** How each server's log names a port that it could not have. */
const PORT_TAKEN = /address already in use/i;

/**
 * Resolves with the server's version, once its superuser has logged in. Throws {@link ServerStartError} when
 * the server ends before that or does not come up in time, {@link PortTakenError} when its port is taken.
 */
export async function untilReady(
  engine: ServerEngine,
  server: Omit<DatabaseServer, 'version'>,
  { command }: PreparedServer,
  { tls, ended }: { readonly tls: TlsUse; readonly ended: Promise<CommandEnd> },
): Promise<string> {
  const logs = new Set([command.output, server.errorLog]);
  const log = () => [...logs].map((path) => logSince(path, 0)).join('');
  let end: CommandEnd | undefined;
  ended
    .catch((error: Error): CommandEnd => ({ code: null, signal: null, error: error.message }))
    .then((value) => {
      end = value;
    });

  let lastError: unknown;
  for (const deadline = Date.now() + READY_TIMEOUT; Date.now() < deadline; await sleep(READY_INTERVAL)) {
    // PostgreSQL comes up all the same when only one of its addresses is taken: look before logging in.
    if (PORT_TAKEN.test(log())) throw new PortTakenError(engine.name, `port ${server.port} is taken.`, log());
    if (end) throw new ServerStartError(engine.name, `the server ${describeEnd(end)}`, log());
    try {
      return await readVersion(engine, server, tls);
    } catch (error) {
      lastError = error;
    }
  }
  const what = `nobody could log in for ${READY_TIMEOUT} ms.`;
  throw new ServerStartError(engine.name, what, log(), { cause: lastError });
}

async function readVersion(engine: ServerEngine, server: Omit<DatabaseServer, 'version'>, tls: TlsUse) {
  const session = await engine.logIn(server, { ...server.superuser, tls });
  try {
    const [row] = await session.query(engine.versionStatement);
    return String(row?.['version']);
  } finally {
    await session.close();
  }
}
