import { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Fault, within } from '@rotation/core';
import pg from 'pg';
import { closeWithin } from '../closing.ts';
import type { Login, Surroundings } from '../engine.ts';
import { trusting } from '../trust.ts';
import { loginFault } from './faults.ts';

/** A healthy server answers within a fraction of it. In ms; covers name resolution, TCP, TLS and authentication. */
const CONNECT_LIMIT = 10_000;
/** Exists in every cluster unless somebody dropped it. */
const DEFAULT_DATABASE = 'postgres';

const verifiedTls = trusting((ca) => ({
  secureContext: createSecureContext({ ca, minVersion: 'TLSv1.2' }),
  rejectUnauthorized: true,
}));

/** What a session learns as it begins. */
interface Beginning {
  /** The server's version, as in 160004 for 16.4. */
  readonly version: number;
  /** The role that the user's sessions act as from their start, which is another one where that is set. */
  readonly actor: string;
  /** The settings password_encryption and, since PostgreSQL 16, scram_iterations, as this user sees them. */
  readonly encryption: string;
  readonly iterations: number | null;
}

/** The rows of several statements, by their names. */
export type RowsOfEach<Rows> = { readonly [Name in keyof Rows]: readonly Rows[Name][] };

/** A logged-in connection as the statements see it. */
export interface Wire extends Beginning {
  /** The login was by SCRAM. A server may store other verifiers than its pg_hba.conf lets this user log in with. */
  readonly byScram: boolean;
  /** Runs one statement; waits no longer than the invocation may last. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs statements that take no values, all at once, each with a snapshot of its own, and returns the rows of each. */
  queryEach<Rows extends object>(texts: Readonly<Record<keyof Rows, string>>): Promise<RowsOfEach<Rows>>;
  /** Never throws, and never waits longer than a second. */
  close(): Promise<void>;
}

export async function openConnection(
  login: Login,
  { deadline, environment, admission }: Surroundings,
): Promise<Wire> {
  const socket = new Socket();
  const config: pg.ClientConfig & { scramMaxIterations: number } = {
    host: login.host,
    port: login.port,
    database: login.database ?? DEFAULT_DATABASE,
    user: login.username,
    password: async () => {
      await admission;
      return login.password.reveal();
    },
    ssl: login.tls && verifiedTls(environment),
    stream: () => socket,
    // As long again for the login that is waited for.
    connectionTimeoutMillis: within(deadline, admission === undefined ? CONNECT_LIMIT : 2 * CONNECT_LIMIT),
    // None: the verifiers that we store have as many as the server asks for, and a login with them must not fail for it.
    scramMaxIterations: 0,
    application_name: 'secrets-rotation',
  };
  const client = new pg.Client(config);
  // A connection that breaks between two statements is reported by the next one; unheard, the event would end the process.
  client.on('error', () => {});
  let byScram = false;
  client.connection.once('authenticationSASL', () => {
    byScram = true;
  });
  const close = () => closeWithin(() => client.end(), socket);
  // Before `close`: a server that waits for the password would log the driver's goodbye as a wrong answer.
  admission?.catch(() => client.connection.stream.end());
  const query: Wire['query'] = async <Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ) => {
    const statement = { text, ...(values && { values: [...values] }) };
    const { rows } = await client.query<Row>(limited(statement, deadline.remaining()));
    return rows;
  };
  const queryEach: Wire['queryEach'] = async <Rows extends object>(
    texts: Readonly<Record<keyof Rows, string>>,
  ) => {
    const names = Object.keys(texts);
    const answers = await queryTogether(client, Object.values(texts), deadline.remaining());
    return Object.fromEntries(answers.map((rows, index) => [names[index], rows])) as RowsOfEach<Rows>;
  };
  try {
    // Both: a server may not ask for the password, and the driver may not tell that the connection was ended.
    await Promise.all([client.connect(), admission]);
    const beginning = await begin(client, deadline.remaining());
    return { ...beginning, byScram, query, queryEach, close };
  } catch (error) {
    await close();
    throw loginFault(login, error);
  }
}

/**
 * Makes the settings that statements rely on whatever the role's own are: names that mean the system's objects, bounded waits,
 * the rights of the user that logged in rather than of a role set for it, and permission to write.
 * They are SET and no startup parameters, which connection poolers refuse; and a pooler may hand on a session that another
 * client has left with a role of its own, which RESET ROLE ends.
 */
async function begin(client: pg.Client, milliseconds: number): Promise<Beginning> {
  const statements = [
    // First: the role's own may be too short for all of them.
    `SET statement_timeout = ${Math.ceil(milliseconds)}`,
    'SET search_path = pg_catalog',
    // Half of it, so that a lock that is not to be had is told apart from a server that is slow.
    `SET lock_timeout = ${Math.ceil(milliseconds / 2)}`,
    'SET default_transaction_read_only = off',
    'RESET ROLE',
    `SELECT current_setting('server_version_num')::int AS version, current_user::text AS actor,
            current_setting('password_encryption') AS encryption,
            current_setting('scram_iterations', true)::int AS iterations`,
    'SET ROLE NONE',
  ];
  const [beginning] = (await queryTogether(client, statements, milliseconds)).flat();
  if (beginning === undefined) throw new Fault('the server did not say its version');
  return beginning;
}

/** @returns the rows of each of the statements, which take no values */
async function queryTogether(
  client: pg.Client,
  statements: readonly string[],
  milliseconds: number,
): Promise<readonly pg.QueryResult['rows'][]> {
  const results = await client.query(limited({ text: statements.join('; ') }, milliseconds));
  // Several statements have several results, which the driver's types leave out.
  return [results].flat().map(({ rows }) => rows);
}

/** A statement whose answer is waited for no longer; the driver's types leave out the option. */
function limited(
  statement: pg.QueryConfig,
  milliseconds: number,
): pg.QueryConfig & { query_timeout: number } {
  return { ...statement, query_timeout: milliseconds };
}
