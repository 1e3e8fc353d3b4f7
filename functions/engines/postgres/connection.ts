import { setTimeout } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { within } from '@rotation/core';
import pg from 'pg';
import type { Login, Surroundings } from '../engine.ts';
import { trusting } from '../trust.ts';
import { loginFault } from './faults.ts';

/** A healthy server answers within a fraction of it. In ms; covers name resolution, TCP, TLS and authentication. */
const CONNECT_LIMIT = 10_000;
/** How long a server may take to say goodbye, in ms. */
const CLOSE_LIMIT = 1_000;
/** Exists in every cluster unless somebody dropped it. */
const DEFAULT_DATABASE = 'postgres';

const verifiedTls = trusting((ca) => ({
  secureContext: createSecureContext({ ca, minVersion: 'TLSv1.2' }),
  rejectUnauthorized: true,
}));

/** A logged-in connection. */
export interface Connection {
  readonly client: pg.Client;
  /** The login was by SCRAM. A server may store other verifiers than its pg_hba.conf lets this user log in with. */
  readonly byScram: boolean;
}

/** Logs in; every later statement is bounded by the time that the invocation has left now. */
export async function openConnection(
  login: Login,
  { deadline, environment }: Surroundings,
): Promise<Connection> {
  const client = new pg.Client({
    host: login.host,
    port: login.port,
    database: login.database ?? DEFAULT_DATABASE,
    user: login.username,
    password: login.password.reveal(),
    ssl: login.tls && verifiedTls(environment),
    connectionTimeoutMillis: within(deadline, CONNECT_LIMIT),
    query_timeout: deadline.remaining(),
    application_name: 'secrets-rotation',
  });
  // A connection that breaks between two statements is reported by the next one; unheard, the event would end the process.
  client.on('error', () => {});
  let byScram = false;
  client.connection.once('authenticationSASL', () => {
    byScram = true;
  });
  try {
    await client.connect();
    await client.query(sessionSettings(deadline.remaining()));
  } catch (error) {
    await closeConnection(client);
    throw loginFault(login, error);
  }
  return { client, byScram };
}

/**
 * The settings that statements rely on whatever the role's own are: names that mean the system's objects, bounded waits,
 * the rights of the user that logged in rather than of a role set for it, and permission to write.
 * They are SET and no startup parameters, which connection poolers refuse.
 */
function sessionSettings(milliseconds: number): string {
  return [
    'SET search_path = pg_catalog',
    `SET statement_timeout = ${Math.ceil(milliseconds)}`,
    `SET lock_timeout = ${Math.ceil(milliseconds)}`,
    'SET default_transaction_read_only = off',
    'SET ROLE NONE',
  ].join('; ');
}

/** Never throws, and never waits longer than CLOSE_LIMIT. */
export async function closeConnection(client: pg.Client): Promise<void> {
  const ended = client.end().catch(() => {});
  await Promise.race([ended, setTimeout(CLOSE_LIMIT, undefined, { ref: false })]);
}
