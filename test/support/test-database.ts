import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { Engine } from '../../functions/engines/engine.ts';
import { mysql as mysqlEngine } from '../../functions/engines/mysql/index.ts';
import { postgres as postgresEngine } from '../../functions/engines/postgres/index.ts';
import type { DatabaseServer } from '../../local/servers/database-server.ts';

/** A running server as tests use it: through the bare driver, independent of the code under test. */
export interface TestDatabase {
  readonly server: DatabaseServer;
  /** The implementation under test. */
  readonly engine: Engine;
  /** What a secret for this server has as `engine`. */
  readonly secretEngine: 'postgres' | 'mysql' | 'mariadb';
  /** Runs a statement as the superuser and returns its rows. */
  sql(statement: string): Promise<unknown[][]>;
  /** Runs a statement as somebody else. */
  sqlAs(username: string, password: string, statement: string, database?: string): Promise<unknown[][]>;
  /** Creates a user that may log in from anywhere. */
  createUser(username: string, password: string): Promise<void>;
  /** Drops a user with all that it owns, if it is there. */
  dropUser(username: string): Promise<void>;
  /** Whether the server takes the login; any other failure is thrown. */
  logsIn(username: string, password: string): Promise<boolean>;
  /** A name as an identifier of the server's SQL, and a value as a literal. */
  identifier(name: string): string;
  literal(value: string): string;
}

export function testDatabase(server: DatabaseServer): TestDatabase {
  return server.engine === 'postgres' ? postgresDatabase(server) : mysqlDatabase(server);
}

/** A name that no other test uses. */
export function uniqueName(prefix = 'user'): string {
  return `${prefix}_${randomBytes(5).toString('hex')}`;
}

function postgresDatabase(server: DatabaseServer): TestDatabase {
  const { superuser, port, ca } = server;
  const identifier = pg.escapeIdentifier;
  const literal = pg.escapeLiteral;
  const sqlAs: TestDatabase['sqlAs'] = async (user, password, statement, database = 'postgres') => {
    const ssl = ca !== '' && { ca };
    const config = { host: 'localhost', port, user, password, database, ssl, scramMaxIterations: 0 };
    const client = new pg.Client(config);
    await client.connect();
    try {
      const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
      return rows;
    } finally {
      await client.end();
    }
  };
  const sql = (statement: string) => sqlAs(superuser.username, superuser.password, statement);
  return {
    server,
    engine: postgresEngine,
    secretEngine: 'postgres',
    sql,
    sqlAs,
    identifier,
    literal,
    async createUser(username, password) {
      await sql(`CREATE ROLE ${identifier(username)} LOGIN PASSWORD ${literal(password)}`);
    },
    async dropUser(username) {
      const [found] = await sql(`SELECT 1 FROM pg_roles WHERE rolname = ${literal(username)}`);
      if (found === undefined) return;
      await sql(`DROP OWNED BY ${identifier(username)} CASCADE`);
      await sql(`DROP ROLE ${identifier(username)}`);
    },
    logsIn: (username, password) => logsIn(() => sqlAs(username, password, 'SELECT 1'), ['28P01']),
  };
}

function mysqlDatabase(server: DatabaseServer): TestDatabase {
  const { superuser, port, ca } = server;
  const literal = (value: string) => mysql.escape(value);
  const sqlAs: TestDatabase['sqlAs'] = async (user, password, statement, database) => {
    const connection = await mysql.createConnection({
      ...{ host: 'localhost', port, user, password },
      ...(database !== undefined && { database }),
      ...(ca !== '' && { ssl: { ca, verifyIdentity: true } }),
    });
    try {
      const [rows] = await connection.query({ sql: statement, rowsAsArray: true });
      return Array.isArray(rows) ? (rows as unknown[][]) : [];
    } finally {
      await connection.end();
    }
  };
  const sql = (statement: string) => sqlAs(superuser.username, superuser.password, statement);
  return {
    server,
    engine: mysqlEngine,
    secretEngine: server.engine,
    sql,
    sqlAs,
    identifier: mysql.escapeId,
    literal,
    async createUser(username, password) {
      await sql(`CREATE USER ${literal(username)}@'%' IDENTIFIED BY ${literal(password)}`);
    },
    async dropUser(username) {
      const hosts = await sql(`SELECT Host FROM mysql.user WHERE User = ${literal(username)}`);
      for (const [host] of hosts) await sql(`DROP USER ${literal(username)}@${literal(String(host))}`);
    },
    logsIn: (username, password) =>
      logsIn(() => sqlAs(username, password, 'SELECT 1'), ['ER_ACCESS_DENIED_ERROR']),
  };
}

async function logsIn(login: () => Promise<unknown>, rejections: readonly string[]): Promise<boolean> {
  try {
    await login();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && rejections.includes(String(error.code))) return false;
    throw error;
  }
}
