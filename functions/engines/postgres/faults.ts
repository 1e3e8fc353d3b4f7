import {
  ConnectionTimedOut,
  Fault,
  HostUnreachable,
  LoginRejected,
  PasswordRefused,
  PrivilegeMissing,
  type RotationError,
  StatementFailed,
  TlsFailed,
  TlsNotOffered,
  TooManyConnections,
  UnknownDatabase,
} from '@rotation/core';
import { DatabaseError } from 'pg';
import { connectionFault } from '../connection-fault.ts';
import type { Login } from '../engine.ts';

/** What a failed login means. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function loginFault(login: Login, cause: unknown): RotationError {
  switch (sqlState(cause)) {
    case '28P01': // invalid_password
    case '28000': // invalid_authorization_specification: no such role, NOLOGIN, or no line of pg_hba.conf
      return new LoginRejected(login, cause);
    case '3D000': // invalid_catalog_name
    case '42501': // insufficient_privilege: no CONNECT on the database
    case '55000': // object_not_in_prerequisite_state: the database does not accept connections
      return new UnknownDatabase(login, login.database, cause);
  }
  return generalFault(login, cause) ?? new StatementFailed(login, 'complete the login', cause);
}

/** What a failed statement means. @param task what was to be done, as in "failed to <task>" */
export function statementFault(login: Login, task: string, cause: unknown): RotationError {
  if (sqlState(cause) === '42501') {
    return new PrivilegeMissing(
      login,
      task,
      'Grant it, then rotate again; the cause names the privilege.',
      cause,
    );
  }
  return generalFault(login, cause) ?? new StatementFailed(login, task, readable(cause));
}

/** What it means that the server did not take a password that was well-formed. */
export function passwordFault(login: Login, username: string, cause: unknown): RotationError {
  switch (sqlState(cause)) {
    case '22023': // invalid_parameter_value, as the passwordcheck module raises it
    case '28P01':
    case 'P0001': // raise_exception, the default of a hook written in PL/pgSQL
      return new PasswordRefused(login, username, cause);
  }
  return statementFault(login, `set the password of ${JSON.stringify(username)}`, cause);
}

function generalFault(login: Login, cause: unknown): RotationError | undefined {
  switch (sqlState(cause)) {
    case '53300': // too_many_connections, of the server or of the role
      return new TooManyConnections(login, cause);
    case '57P01': // admin_shutdown
    case '57P02': // crash_shutdown
    case '57P03': // cannot_connect_now: starting up or shutting down
      return new HostUnreachable(login, cause);
  }
  return driverFault(login, cause) ?? connectionFault(login, cause);
}

/** The driver's own errors carry no code, only these messages. */
function driverFault(login: Login, cause: unknown): RotationError | undefined {
  const message = cause instanceof Error ? cause.message : '';
  switch (message) {
    case 'The server does not support SSL connections':
      return new TlsNotOffered(login, cause);
    case 'There was an error establishing an SSL connection':
      return new TlsFailed(login, cause);
    case 'timeout expired':
    case 'Query read timeout':
      return new ConnectionTimedOut(login, cause);
    case 'Connection terminated':
    case 'Connection terminated unexpectedly':
    case 'Client has encountered a connection error and is not queryable':
      return new HostUnreachable(login, cause);
    default:
      return undefined;
  }
}

function sqlState(cause: unknown): string | undefined {
  return cause instanceof DatabaseError ? cause.code : undefined;
}

/** A syntax error quotes the statement, and with it perhaps a verifier: then only its code is passed on. */
function readable(cause: unknown): unknown {
  return sqlState(cause) === '42601' ? new Fault('syntax error', '42601') : cause;
}
