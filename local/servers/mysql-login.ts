import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { LogIn } from './server-engine.ts';

/** A server that accepts a connection answers it within moments. In ms. */
const CONNECT_TIMEOUT = 10_000;

/** Logs in to MySQL or MariaDB, to no database in particular. */
export const logInToMySql: LogIn = async ({ host, port, ca }, { username, password, tls }) => {
  const verified = tls === 'verified';
  const connection = await createConnection({
    ...{ host, port, password, user: username, connectTimeout: CONNECT_TIMEOUT },
    ...(tls === 'none' ? {} : { ssl: { ca, rejectUnauthorized: verified, verifyIdentity: verified } }),
  });
  // A server that is stopped ends its connections; that is no reason for the process to die.
  connection.on('error', () => {});
  return {
    async query(statement) {
      const [rows] = await connection.query<RowDataPacket[]>(statement);
      return rows;
    },
    close: () => connection.end(),
  };
};
