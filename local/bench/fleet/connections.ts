import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../demo/database.ts';
import type { DatabaseServer } from '../../servers/database-server.ts';
import { logPosition, logSince } from '../../servers/server-log.ts';
import type { Stage } from '../stage.ts';
import { USER_PREFIX } from './members.ts';

/** What a server tells of its connections. */
export interface ConnectionCounter {
  readonly engine: DatabaseServer['engine'];
  /** The most at once since the counter was opened. */
  peak(): Promise<number>;
  /** The fleet's users' that do not end, although all rotations have. */
  left(): Promise<number>;
}

/** What servers are started with that take so many connections. PostgreSQL tells of connections in its log alone. */
export const LIMITED: Readonly<Record<Database['functions'], (most: number) => Record<string, string>>> = {
  postgres: (most) => ({
    max_connections: String(most),
    log_connections: 'on',
    log_disconnections: 'on',
  }),
  mysql: (most) => ({ 'max-connections': String(most) }),
};

/** A connection ends at the server a moment after the client has closed it. In ms. */
const PATIENCE = 5_000;
const INTERVAL = 50;

const LEFT: Readonly<Record<Database['functions'], string>> = {
  postgres: `SELECT count(*) AS count FROM pg_stat_activity WHERE starts_with(usename, '${USER_PREFIX}')`,
  mysql: `SELECT count(*) AS count FROM information_schema.processlist WHERE LEFT(user, ${USER_PREFIX.length}) = '${USER_PREFIX}'`,
};

export async function countConnections({
  database,
  server,
}: Pick<Stage, 'database' | 'server'>): Promise<ConnectionCounter> {
  return {
    engine: server.engine,
    peak: await PEAK[database.functions](database, server),
    async left() {
      await using session = await database.logIn(server, server.superuser);
      const deadline = Date.now() + PATIENCE;
      for (;;) {
        const [row] = await session.query(LEFT[database.functions]);
        const left = Number(row?.['count']);
        if (left === 0 || Date.now() > deadline) return left;
        await sleep(INTERVAL);
      }
    },
  };
}

type OpenPeak = (database: Database, server: DatabaseServer) => Promise<ConnectionCounter['peak']>;

const PEAK: Readonly<Record<Database['functions'], OpenPeak>> = {
  async postgres(_, { statementLog }) {
    const start = logPosition(statementLog);
    return async () => peakInLog(logSince(statementLog, start));
  },
  async mysql(database, server) {
    const ask = async (statement: string) => {
      await using session = await database.logIn(server, server.superuser);
      return await session.query(statement);
    };
    await ask('FLUSH STATUS');
    return async () => {
      const [row] = await ask("SHOW GLOBAL STATUS LIKE 'Max_used_connections'");
      return Number(row?.['Value']);
    };
  },
};

/** Who is refused because no connection is left has been authorized before, and is not said to disconnect. */
const EVENT =
  /^\S+ \S+ UTC \[(?<pid>\d+)\] \S*(?<event>LOG: {2}connection authorized|LOG: {2}disconnection|FATAL):/gm;

/** The most sessions at once, of those that a PostgreSQL's log tells of. */
export function peakInLog(log: string): number {
  const open = new Set<string>();
  let peak = 0;
  for (const { groups } of log.matchAll(EVENT)) {
    const { pid = '', event = '' } = groups ?? {};
    if (event.endsWith('authorized')) open.add(pid);
    else open.delete(pid);
    peak = Math.max(peak, open.size);
  }
  return peak;
}
