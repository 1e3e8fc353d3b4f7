/* Vitest's global setup of every project that needs databases: one server of each kind for the whole run. */
import type { TestProject } from 'vitest/node';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startMySql } from '../../local/servers/mysql.ts';
import { startPostgres } from '../../local/servers/postgres.ts';

export type Servers = Readonly<Record<DatabaseServer['engine'], DatabaseServer>>;

declare module 'vitest' {
  interface ProvidedContext {
    servers: Servers;
  }
}

export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, mysql, mariadb] = await Promise.all([startPostgres(), startMySql(), startMariaDb()]);
  project.provide('servers', { postgres: postgres.server, mysql: mysql.server, mariadb: mariadb.server });
  return async () => {
    await Promise.all([postgres.stop(), mysql.stop(), mariadb.stop()]);
  };
}
