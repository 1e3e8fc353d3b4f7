import { randomBytes } from 'node:crypto';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { freePort, loopbackAddresses } from '../../local/servers/free-port.ts';
import type { CommandEnd } from '../../local/servers/guard-protocol.ts';
import { createGuardedFolder } from '../../local/servers/guarded-folder.ts';
import { MARIADB } from '../../local/servers/mariadb.ts';
import { MYSQL } from '../../local/servers/mysql.ts';
import { POSTGRES } from '../../local/servers/postgres.ts';
import { untilReady } from '../../local/servers/readiness.ts';
import type { ServerEngine } from '../../local/servers/server-engine.ts';

export interface RestartableServer extends AsyncDisposable {
  readonly server: DatabaseServer;
  /** Ends the server in good order and starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Resolves when the server ends. */
  ended(): Promise<unknown>;
  /** Ends the server at once, whatever it is doing. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port, after it has ended. */
  start(): Promise<void>;
}

interface Kind {
  readonly engine: ServerEngine;
  /** Below the server's folder: its first line is the process id. */
  readonly pidFile: string;
  /** Ends it without waiting for sessions. */
  readonly signal: NodeJS.Signals;
}

const KINDS: Readonly<Record<DatabaseServer['engine'], Kind>> = {
  postgres: { engine: POSTGRES, pidFile: 'data/postmaster.pid', signal: 'SIGINT' },
  mysql: { engine: MYSQL, pidFile: 'pid', signal: 'SIGTERM' },
  mariadb: { engine: MARIADB, pidFile: 'pid', signal: 'SIGTERM' },
};

/**
 * Starts a server without TLS. Unlike those of local/servers, it keeps what it needs for another start.
 * @param adapt for a server that is prepared in another way than usual
 */
export async function startRestartableServer(
  name: DatabaseServer['engine'],
  adapt: (engine: ServerEngine) => ServerEngine = (engine) => engine,
): Promise<RestartableServer> {
  const { pidFile, signal, ...kind } = KINDS[name];
  const engine = adapt(kind.engine);
  const folder = await createGuardedFolder(join(tmpdir(), `secrets-rotation-soak-${name}-`));
  try {
    const user = await engine.user();
    if (user) await chown(folder.path, user.uid, user.gid);
    const superuser = { username: engine.superuser, password: randomBytes(24).toString('base64url') };
    const port = await freePort();
    const { command, errorLog, statementLog } = await engine.prepare({
      ...{ folder, user, port, settings: {}, tls: undefined },
      addresses: loopbackAddresses(),
      superuserPassword: superuser.password,
      async writePrivate(file, content) {
        const path = join(folder.path, file);
        await writeFile(path, content, { mode: 0o600, flag: 'wx' });
        if (user) await chown(path, user.uid, user.gid);
        return path;
      },
    });
    const place = {
      engine: name,
      host: 'localhost',
      port,
      superuser,
      ca: '',
      errorLog,
      statementLog,
    } as const;

    let ended: Promise<CommandEnd>;
    const start = () => {
      ended = folder.run(command);
      return untilReady({ engine, server: place, command, tls: 'none', ended });
    };
    const end = async (how: NodeJS.Signals) => {
      const [pid] = (await readFile(join(folder.path, pidFile), 'utf8')).split('\n');
      process.kill(Number(pid), how);
      await ended;
    };
    const version = await start();
    return {
      server: { ...place, version },
      async restart() {
        await end(signal);
        await start();
      },
      ended: () => ended,
      kill: () => end('SIGKILL'),
      async start() {
        await start();
      },
      async [Symbol.asyncDispose]() {
        await folder.remove();
        await ended.catch(() => {});
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
