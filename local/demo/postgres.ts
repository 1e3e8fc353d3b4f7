import { Client } from 'pg';
import type { DatabaseServer } from '../servers/database-server.ts';
import { startPostgres } from '../servers/postgres.ts';
import type { Credentials, Database, Session } from './database.ts';
import { CREATE_TABLE, FILL_TABLE } from './orders-table.ts';

/** A server on this machine answers within moments. In ms. */
const CONNECT_LIMIT = 10_000;
/** Exists in every server. */
const DEFAULT_DATABASE = 'postgres';
/** invalid_password and invalid_authorization_specification */
const REJECTIONS = ['28P01', '28000'];

export const postgres: Database = {
  title: 'PostgreSQL',
  secretEngine: 'postgres',
  functions: 'postgres',
  authentication: 'scram-sha-256',
  start: startPostgres,
  logIn,

  isRejection: (error) =>
    error instanceof Error && 'code' in error && REJECTIONS.includes(String(error.code)),

  async createApplication(server, application, password) {
    {
      await using superuser = await logIn(server, server.superuser);
      await superuser.query(`CREATE ROLE ${application} LOGIN PASSWORD '${password}'`);
      await superuser.query(`CREATE DATABASE ${application}`);
    }
    {
      await using superuser = await logIn(server, server.superuser, application);
      await superuser.query(`CREATE SCHEMA AUTHORIZATION ${application}`);
    }
    // As the application, so that the table is its own, as in most applications.
    await using owner = await logIn(server, { username: application, password }, application);
    await owner.query(CREATE_TABLE(application));
    await owner.query(FILL_TABLE(application));
  },

  async rights(server, application, username) {
    await using superuser = await logIn(server, server.superuser, application);
    const rows = await superuser.query(RIGHTS(application, username));
    return rows.map((row) => String(row['right']));
  },
};

async function logIn(
  { host, port, ca }: DatabaseServer,
  { username, password }: Credentials,
  database = DEFAULT_DATABASE,
): Promise<Session> {
  const client = new Client({
    ...{ host, port, database, password, user: username },
    ssl: { ca, rejectUnauthorized: true },
    connectionTimeoutMillis: CONNECT_LIMIT,
  });
  // A server that is stopped ends its connections; that is no reason for the process to die.
  client.on('error', () => {});
  await client.connect();
  return {
    query: async (statement) => (await client.query<Record<string, unknown>>(statement)).rows,
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** As the server itself judges, roles that the user is a member of included. */
const RIGHTS = (application: string, username: string) => `
  SELECT privilege || ' on ' || oid::regclass AS "right"
  FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
  WHERE relnamespace = '${application}'::regnamespace AND relkind = 'r'
    AND has_table_privilege('${username}', oid, privilege)
  UNION ALL
  SELECT privilege || ' in the schema' FROM unnest(ARRAY['USAGE', 'CREATE']) AS privilege
  WHERE has_schema_privilege('${username}', '${application}', privilege)
  UNION ALL
  SELECT 'ownership of ' || oid::regclass FROM pg_class
  WHERE relnamespace = '${application}'::regnamespace AND pg_has_role('${username}', relowner, 'USAGE')`;
