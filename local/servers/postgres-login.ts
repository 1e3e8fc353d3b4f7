import { Client } from 'pg';
import type { LogIn } from './server-engine.ts';

/** A server that accepts a connection answers it within moments. In ms. */
const CONNECT_TIMEOUT = 10_000;

/** Logs in to the database `postgres`. */
export const logInToPostgres: LogIn = async ({ host, port, ca }, { username, password, tls }) => {
  const client = new Client({
    ...{ host, port, password, user: username, database: 'postgres' },
    ssl: tls === 'none' ? false : { ca, rejectUnauthorized: tls === 'verified' },
    connectionTimeoutMillis: CONNECT_TIMEOUT,
  });
  // A server that is stopped ends its connections; that is no reason for the process to die.
  client.on('error', () => {});
  await client.connect();
  return {
    query: async (statement) => (await client.query<Record<string, unknown>>(statement)).rows,
    close: () => client.end(),
  };
};
