import type { DatabaseServer } from '../servers/database-server.ts';
import { failedLogins, logPosition, logSince } from '../servers/server-log.ts';

/** What a server was asked for, by its own logs. */
export interface ServerWork {
  readonly connections: number;
  readonly statements: number;
  readonly rejectedLogins: number;
}

interface Signs {
  readonly connection: RegExp;
  readonly statement: RegExp;
}

/** In the general log of MySQL and MariaDB; a rejected login has a second line, which says that access is denied. */
const MYSQL_SIGNS: Signs = {
  connection: /^[^\t\n]*\t+ *\d+ Connect\t(?!Access denied)/gm,
  statement: /^[^\t\n]*\t+ *\d+ (?:Query|Execute)\t/gm,
};

const SIGNS: Readonly<Record<DatabaseServer['engine'], Signs>> = {
  postgres: {
    connection: /^\S+ \S+ UTC \[\d+\] LOG: {2}connection received: /gm,
    statement: /^\S+ \S+ UTC \[\d+\] LOG: {2}(?:statement|execute [^:]+): /gm,
  },
  mysql: MYSQL_SIGNS,
  mariadb: MYSQL_SIGNS,
};

/** What a server has to be started with: PostgreSQL does not log connections by default. */
export const SERVER_SETTINGS: Readonly<Record<DatabaseServer['engine'], Readonly<Record<string, string>>>> = {
  postgres: { log_connections: 'on' },
  mysql: {},
  mariadb: {},
};

/** Begins to count; the answer says what came since. */
export function watchServer(server: DatabaseServer): () => ServerWork {
  const { connection, statement } = SIGNS[server.engine];
  const errors = logPosition(server.errorLog);
  const statements = logPosition(server.statementLog);
  return () => {
    const log = logSince(server.statementLog, statements);
    return {
      connections: log.match(connection)?.length ?? 0,
      statements: log.match(statement)?.length ?? 0,
      rejectedLogins: failedLogins(server, errors),
    };
  };
}
