import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseServer } from '../servers/database-server.ts';
import { startMariaDb } from '../servers/mariadb.ts';
import { startMySql } from '../servers/mysql.ts';
import type { Credentials, Database, Session } from './database.ts';
import { CREATE_TABLE, FILL_TABLE } from './orders-table.ts';

/** A server on this machine answers within moments. In ms. */
const CONNECT_LIMIT = 10_000;
/** ER_ACCESS_DENIED_ERROR and ER_ACCESS_DENIED_NO_PASSWORD_ERROR */
const REJECTIONS = [1045, 1698];

const family = {
  functions: 'mysql',
  logIn,

  isRejection: (error: unknown) =>
    error instanceof Error && 'errno' in error && REJECTIONS.includes(Number(error.errno)),

  async createApplication(server: DatabaseServer, application: string, password: string) {
    {
      await using superuser = await logIn(server, server.superuser);
      await superuser.query(`CREATE DATABASE ${application}`);
      await superuser.query(`CREATE USER '${application}'@'%' IDENTIFIED BY '${password}'`);
      await superuser.query(
        `GRANT ALL PRIVILEGES ON ${application}.* TO '${application}'@'%' WITH GRANT OPTION`,
      );
    }
    await using owner = await logIn(server, { username: application, password }, application);
    await owner.query(CREATE_TABLE(application));
    await owner.query(FILL_TABLE(application));
  },

  async rights(server: DatabaseServer, _application: string, username: string) {
    await using superuser = await logIn(server, server.superuser);
    const rows = await superuser.query(`SHOW GRANTS FOR '${username}'@'%'`);
    return rows.flatMap((row) => Object.values(row).map((grant) => withoutAccount(String(grant))));
  },
} as const;

export const mysql: Database = {
  ...family,
  title: 'MySQL',
  secretEngine: 'mysql',
  authentication: 'caching_sha2_password',
  start: startMySql,

  async allowDualPasswords(server, username) {
    await using superuser = await logIn(server, server.superuser);
    await superuser.query(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO '${username}'@'%'`);
  },
};

export const mariadb: Database = {
  ...family,
  title: 'MariaDB',
  secretEngine: 'mariadb',
  authentication: 'mysql_native_password',
  start: startMariaDb,
};

async function logIn(
  { host, port, ca }: DatabaseServer,
  { username, password }: Credentials,
  database?: string,
): Promise<Session> {
  const connection = await createConnection({
    ...{ host, port, password, user: username, connectTimeout: CONNECT_LIMIT },
    ...(database !== undefined && { database }),
    ssl: { ca, rejectUnauthorized: true, verifyIdentity: true },
  });
  // A server that is stopped ends its connections; that is no reason for the process to die.
  connection.on('error', () => {});
  return {
    async query(statement) {
      const [rows] = await connection.query<RowDataPacket[]>(statement);
      return rows;
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}

/** MariaDB's first line also has the account's password hash. */
function withoutAccount(grant: string): string {
  return grant.replace(/ TO ([`'])[^`']*\1@\1%\1/, '').replace(/ IDENTIFIED .*$/, '');
}
