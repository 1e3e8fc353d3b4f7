import mysql from 'mysql2/promise';
import type { TestDatabase } from '../../support/test-database.ts';

/** The same database for a test of many statements, all of them in one session. */
export async function overOneConnection(database: TestDatabase): Promise<TestDatabase & AsyncDisposable> {
  const { superuser, port, ca } = database.server;
  const connection = await mysql.createConnection({
    host: 'localhost',
    port,
    user: superuser.username,
    password: superuser.password,
    ...(ca !== '' && { ssl: { ca, verifyIdentity: true } }),
  });
  const sql: TestDatabase['sql'] = async (statement) => {
    const [rows] = await connection.query({ sql: statement, rowsAsArray: true });
    return Array.isArray(rows) ? (rows as unknown[][]) : [];
  };
  return {
    ...database,
    sql,
    async dropUser(username) {
      const name = database.literal(username);
      for (const [host] of await sql(`SELECT Host FROM mysql.user WHERE User = ${name}`))
        await sql(`DROP USER ${name}@${database.literal(String(host))}`);
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}
