import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { logInToMySql } from '../../local/servers/mysql-login.ts';
import { logInToPostgres } from '../../local/servers/postgres-login.ts';
import type { LogIn, Session } from '../../local/servers/server-engine.ts';

const LOG_IN: Readonly<Record<DatabaseServer['engine'], LogIn>> = {
  postgres: logInToPostgres,
  mysql: logInToMySql,
  mariadb: logInToMySql,
};
const TOO_MANY = ['53300', 'ER_CON_COUNT_ERROR'];

/** Logs in again and again, until the server has no connection left. */
export async function gatherCrowd(server: DatabaseServer, as: { username: string; password: string }) {
  const sessions: Session[] = [];
  for (;;) {
    try {
      sessions.push(await LOG_IN[server.engine](server, { ...as, tls: 'verified' }));
    } catch (error) {
      if (error instanceof Error && 'code' in error && TOO_MANY.includes(String(error.code))) break;
      throw error;
    }
  }
  return {
    /** Has one of them leave. */
    async leave(): Promise<void> {
      await sessions.pop()?.close();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(sessions.splice(0).map((session) => session.close()));
    },
  };
}
