import { connect, isIP, type Socket } from 'node:net';
import { Fault, within } from '@rotation/core';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2/promise';
import { closeWithin } from '../closing.ts';
import type { Login, Surroundings } from '../engine.ts';
import { trusting } from '../trust.ts';
import { loginFault, takenForAnonymous } from './faults.ts';

/** A healthy server answers within a fraction of it. In ms; covers name resolution, TCP, TLS and authentication. */
const CONNECT_LIMIT = 10_000;
const MILLISECONDS_PER_SECOND = 1_000;
/** It has every character. The driver is bundled for it alone: build/stand-ins/iconv-lite.ts. */
const CHARACTER_SET = 'utf8mb4';
/**
 * Nothing here is prepared, and 1 is the least that the driver takes. By default it makes room for 16,000 with each login, half a
 * megabyte that V8 gives back late.
 */
const MOST_PREPARED_STATEMENTS = 1;
/** What the driver says, without a code, to a statement on a connection that broke before it. */
const BROKEN_BEFORE = "Can't add new command when connection is in closed state";

/** One object for all connections: the driver keeps what it makes of it by the object's identity. */
const verifiedTls = trusting((ca) => ({
  ca,
  minVersion: 'TLSv1.2',
  rejectUnauthorized: true,
  // Without it the driver checks the chain but not the host name.
  verifyIdentity: true,
}));

/** A logged-in connection as the statements see it. */
export interface Wire {
  /** The server's, as it says it. */
  readonly version: string;
  /** Runs one statement and returns its rows, each an array of columns; waits no longer than the invocation may last. */
  query(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** Never throws, and never waits longer than a second. */
  close(): Promise<void>;
}

export async function openConnection(login: Login, surroundings: Surroundings): Promise<Wire> {
  const { deadline, admission } = surroundings;
  // No sooner: the servers count connections that are broken off before the login, and block an address that has too many.
  await admission;
  const options = connectionOptions(login, surroundings);
  // The driver may fail before it hands out a connection; the socket is ours to close in any case.
  const socket = openSocket(login);
  let connection: Connection | undefined;
  const close = () => closeWithin(async () => connection?.end(), socket);
  try {
    connection = await mysql.createConnection({ ...options, stream: () => socket });
    // A connection that breaks between two statements is reported by the next one; unheard, the event would end the process.
    connection.on('error', () => {});
    const query = queryOf(connection, () => deadline.remaining());
    await query(sessionSettings(deadline.remaining()));
    // Where an expired password may log in, SET is allowed and this is the first statement that is not.
    const [[account, version] = []] = await query('SELECT CURRENT_USER(), VERSION()');
    if (String(account).startsWith('@')) throw takenForAnonymous();
    return { version: String(version), query, close };
  } catch (error) {
    await close();
    throw loginFault(login, error);
  }
}

function queryOf(connection: Connection, timeLeft: () => number): Wire['query'] {
  return async (sql) => {
    try {
      const [rows] = await connection.query({ sql, rowsAsArray: true, timeout: timeLeft() });
      return Array.isArray(rows) ? (rows as unknown[][]) : [];
    } catch (error) {
      if (!(error instanceof Error) || error.message !== BROKEN_BEFORE) throw error;
      throw new Fault(BROKEN_BEFORE, 'PROTOCOL_CONNECTION_LOST');
    }
  };
}

function connectionOptions(login: Login, { deadline, environment }: Surroundings): ConnectionOptions {
  return {
    host: login.host,
    port: login.port,
    user: login.username,
    password: login.password.reveal(),
    ...(login.database !== undefined && { database: login.database }),
    charset: CHARACTER_SET,
    maxPreparedStatements: MOST_PREPARED_STATEMENTS,
    connectTimeout: within(deadline, CONNECT_LIMIT),
    ...(login.tls && { ssl: verifiedTls(environment) }),
  };
}

/**
 * The socket that the driver then speaks TLS on. For a host given as an IP address the driver names no server to Node, which
 * would check the certificate against the socket's host, unset for addresses, and then against "localhost".
 */
function openSocket({ host, port }: Login): Socket {
  const socket = connect({ host, port, noDelay: true });
  return isIP(host) ? Object.assign(socket, { _host: host }) : socket;
}

/**
 * What statements rely on. The character set is named once more, for a server may ignore the one that a client logs in with
 * (skip-character-set-client-handshake) or change it right after (init_connect), and the driver would not know. sql_mode comes
 * before all other statements: the driver's escaping is right only without NO_BACKSLASH_ESCAPES, and SHOW GRANTS quotes names
 * with backticks only without ANSI_QUOTES. MariaDB's GRANT makes an account that does not exist, one without a password, unless
 * it is told not to; MySQL's never does, and does not know the mode.
 */
function sessionSettings(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / MILLISECONDS_PER_SECOND);
  const mode = "IF(VERSION() LIKE '%MariaDB%', 'NO_AUTO_CREATE_USER', '')";
  return [
    `SET NAMES ${CHARACTER_SET}`,
    `SESSION sql_mode = ${mode}`,
    'SESSION sql_quote_show_create = 1',
    `SESSION lock_wait_timeout = ${seconds}`,
  ].join(', ');
}
