import {
  AccountLocked,
  ConnectionTimedOut,
  Fault,
  HostUnreachable,
  LoginRejected,
  PasswordRefused,
  PrivilegeMissing,
  RotationError,
  ServerReadOnly,
  StatementFailed,
  StorageFull,
  TlsFailed,
  TlsNotOffered,
  TooManyConnections,
  UnknownDatabase,
} from '@rotation/core';
import pg from 'pg';
import { connectionFault, type FaultTable, knownFault, WORDLESS } from '../connection-fault.ts';
import type { Login } from '../engine.ts';

/*
 * What the server's SQLSTATEs and the driver's messages mean for a rotation.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */

const LOGIN_FAULTS: FaultTable = {
  '28P01': LoginRejected, // invalid_password
  '28000': LoginRejected, // invalid_authorization_specification: no such role, or no line of pg_hba.conf
};

/** Amazon RDS asks PAM about members of rds_iam: the password that it wants is a token of IAM. */
const PAM_REMEDY =
  'On Amazon RDS this user is a member of "rds_iam", perhaps through another role, and cannot log in with a password: revoke that membership.';

const DATABASE_FAULTS: ReadonlySet<string> = new Set([
  '3D000', // invalid_catalog_name
  '42501', // insufficient_privilege: no CONNECT on the database
  '55000', // object_not_in_prerequisite_state: the database does not accept connections
]);

/** Raised while a well-formed password is stored. */
const PASSWORD_FAULTS: ReadonlySet<string> = new Set([
  '22023', // invalid_parameter_value, as the passwordcheck module raises it
  '28P01', // invalid_password
  'P0001', // raise_exception, the default of a hook written in PL/pgSQL
]);

/**
 * Classes of errors about connections, transactions, rights, roles, resources and locks, in which the server names those. Any
 * other that is raised while a password is stored may quote it or its verifier: errors of syntax and of data do, and a hook
 * says what its author had in mind.
 */
const NAMES_ONLY = /^(08|25|40|42501|42704|53|55|57|58)/;

const GENERAL_FAULTS: FaultTable = {
  '53100': StorageFull, // disk_full
  '53300': TooManyConnections, // too_many_connections, of the server or of the role
  '25006': ServerReadOnly, // read_only_sql_transaction
  '57P01': HostUnreachable, // admin_shutdown
  '57P02': HostUnreachable, // crash_shutdown
  '57P03': HostUnreachable, // cannot_connect_now: starting up or shutting down
  // The driver's own errors carry no code, only these messages.
  'The server does not support SSL connections': TlsNotOffered,
  'There was an error establishing an SSL connection': TlsFailed,
  'timeout expired': ConnectionTimedOut,
  'Query read timeout': ConnectionTimedOut,
  'Connection terminated': HostUnreachable,
  'Connection terminated unexpectedly': HostUnreachable,
  'Client has encountered a connection error and is not queryable': HostUnreachable,
};

export function loginFault(login: Login, cause: unknown): RotationError {
  if (DATABASE_FAULTS.has(keyOf(cause))) return new UnknownDatabase(login, login.database, cause);
  if (mayNotLogIn(cause)) return new AccountLocked(login, cause);
  if (isBarredByPam(cause)) return new LoginRejected(login, cause, PAM_REMEDY);
  return (
    known(LOGIN_FAULTS, login, cause) ??
    generalFault(login, cause) ??
    new StatementFailed(login, 'complete the login', readable(cause))
  );
}

/**
 * @param task what was to be done, as in "failed to <task>"
 * @param missing the statement that gives the privilege that is missing, if one is
 */
export function statementFault(login: Login, task: string, cause: unknown, missing?: string): RotationError {
  if (cause instanceof RotationError) return cause;
  if (isDenied(cause)) {
    const remedy =
      missing === undefined
        ? 'Grant it, then rotate again; the cause names the privilege.'
        : `Run ${missing} as a user who may, then rotate again; no user was changed.`;
    return new PrivilegeMissing(login, task, remedy, withDetail(cause));
  }
  return generalFault(login, cause) ?? new StatementFailed(login, task, readable(cause));
}

export function passwordFault(
  login: Login,
  username: string,
  cause: unknown,
  missing?: string,
): RotationError {
  const said = withoutPassword(cause);
  if (PASSWORD_FAULTS.has(keyOf(cause))) return new PasswordRefused(login, username, said);
  return statementFault(login, `set the password of ${JSON.stringify(username)}`, said, missing);
}

/** Whether it is for want of a privilege that a statement failed. */
export function isDenied(cause: unknown): boolean {
  return keyOf(cause) === '42501'; // insufficient_privilege
}

function generalFault(login: Login, cause: unknown): RotationError | undefined {
  return known(GENERAL_FAULTS, login, cause) ?? connectionFault(login, cause);
}

function known(faults: FaultTable, login: Login, cause: unknown): RotationError | undefined {
  const Known = knownFault(faults, keyOf(cause));
  return Known && new Known(login, cause);
}

function isBarredByPam(cause: unknown): boolean {
  return keyOf(cause) === '28000' && (cause as Error).message.startsWith('PAM authentication failed');
}

/** NOLOGIN, of which the server tells only whoever has given it the right password. */
function mayNotLogIn(cause: unknown): boolean {
  return keyOf(cause) === '28000' && /^role ".*" is not permitted to log in$/.test((cause as Error).message);
}

/** The server's SQLSTATE, or the driver's message where the server said nothing. */
function keyOf(cause: unknown): string {
  if (cause instanceof pg.DatabaseError || cause instanceof Fault) return cause.code ?? '';
  return cause instanceof Error ? cause.message : '';
}

/** Since PostgreSQL 16 the detail of a permission error says which attribute or option it takes. */
function withDetail(cause: unknown): unknown {
  if (!(cause instanceof pg.DatabaseError) || cause.detail === undefined) return cause;
  return new Fault(`${cause.message}: ${cause.detail}`, cause.code);
}

function withoutPassword(cause: unknown): unknown {
  const mayQuote = cause instanceof pg.DatabaseError && !NAMES_ONLY.test(keyOf(cause));
  return mayQuote ? new Fault(WORDLESS, cause.code) : cause;
}

/** A syntax error quotes the statement, and with it perhaps a verifier: its words are left out. */
function readable(cause: unknown): unknown {
  return keyOf(cause) === '42601' ? new Fault('syntax error', '42601') : cause;
}
