import {
  AccountLocked,
  ConnectionTimedOut,
  Fault,
  HostUnreachable,
  LoginRejected,
  PasswordExpired,
  PasswordRefused,
  PrivilegeMissing,
  type RotationError,
  StatementFailed,
  TlsFailed,
  TlsNotOffered,
  TooManyConnections,
  UnknownDatabase,
} from '@rotation/core';
import { connectionFault } from '../connection-fault.ts';
import type { Login } from '../engine.ts';

/** What a failed login means. @see https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html */
export function loginFault(login: Login, cause: unknown): RotationError {
  switch (errorNumber(cause)) {
    case 1045: // ER_ACCESS_DENIED_ERROR
    case 1698: // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    case 1130: // ER_HOST_NOT_PRIVILEGED: no account of any name may come from this host
    case 1251: // ER_NOT_SUPPORTED_AUTH_MODE
    case 1524: // ER_PLUGIN_IS_NOT_LOADED: the account's plugin is gone from the server
    case 3159: // ER_SECURE_TRANSPORT_REQUIRED: the server takes no plaintext login
      return new LoginRejected(login, cause);
    case 3118: // ER_ACCOUNT_HAS_BEEN_LOCKED
    case 3955: // ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
    case 4151: // MariaDB's ER_ACCOUNT_HAS_BEEN_LOCKED
    case 4166: // MariaDB's ER_USER_IS_BLOCKED, after max_password_errors
      return new AccountLocked(login, cause);
    case 1862: // ER_MUST_CHANGE_PASSWORD_LOGIN
      return new PasswordExpired(login, cause);
    case 1044: // ER_DBACCESS_DENIED_ERROR
    case 1049: // ER_BAD_DB_ERROR
      return new UnknownDatabase(login, login.database, cause);
  }
  return generalFault(login, cause) ?? new StatementFailed(login, 'complete the login', cause);
}

/** What a failed statement means. @param task what was to be done, as in "failed to <task>" */
export function statementFault(login: Login, task: string, cause: unknown): RotationError {
  switch (errorNumber(cause)) {
    case 1044: // ER_DBACCESS_DENIED_ERROR
    case 1045: // ER_ACCESS_DENIED_ERROR: a privilege that one lacks oneself cannot be granted
    case 1142: // ER_TABLEACCESS_DENIED_ERROR
    case 1143: // ER_COLUMNACCESS_DENIED_ERROR
    case 1227: // ER_SPECIFIC_ACCESS_DENIED_ERROR
    case 1370: // ER_PROCACCESS_DENIED_ERROR
    case 1410: // ER_CANT_CREATE_USER_WITH_GRANT
      return new PrivilegeMissing(
        login,
        task,
        'Grant it, then rotate again; the cause names the privilege.',
        cause,
      );
    case 1820: // ER_MUST_CHANGE_PASSWORD
      return new PasswordExpired(login, cause);
  }
  return generalFault(login, cause) ?? new StatementFailed(login, task, readable(cause));
}

/** What it means that the server did not take a password. */
export function passwordFault(login: Login, username: string, cause: unknown): RotationError {
  switch (errorNumber(cause)) {
    case 1819: // ER_NOT_VALID_PASSWORD
    case 3638: // ER_CREDENTIALS_CONTRADICT_TO_HISTORY
      return new PasswordRefused(login, username, cause);
  }
  return statementFault(login, `set the password of ${JSON.stringify(username)}`, cause);
}

/** Whether the account has PASSWORD REQUIRE CURRENT and the statement did not name its present password. */
export function asksForPresentPassword(cause: unknown): boolean {
  return errorNumber(cause) === 3892; // ER_MISSING_CURRENT_PASSWORD
}

function generalFault(login: Login, cause: unknown): RotationError | undefined {
  switch (errorNumber(cause)) {
    case 1040: // ER_CON_COUNT_ERROR
    case 1203: // ER_TOO_MANY_USER_CONNECTIONS
    case 1226: // ER_USER_LIMIT_REACHED
      return new TooManyConnections(login, cause);
    case 1053: // ER_SERVER_SHUTDOWN
      return new HostUnreachable(login, cause);
  }
  switch (code(cause)) {
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return new TlsNotOffered(login, cause);
    case 'HANDSHAKE_SSL_ERROR':
      return new TlsFailed(login, cause);
    case 'PROTOCOL_CONNECTION_LOST':
      return new HostUnreachable(login, cause);
    case 'PROTOCOL_SEQUENCE_TIMEOUT':
      return new ConnectionTimedOut(login, cause);
  }
  return connectionFault(login, cause);
}

function errorNumber(cause: unknown): number | undefined {
  return cause instanceof Error && 'errno' in cause && typeof cause.errno === 'number'
    ? cause.errno
    : undefined;
}

function code(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

/** A syntax error quotes the statement, and with it perhaps a password: then only its code is passed on. */
function readable(cause: unknown): unknown {
  return errorNumber(cause) === 1064 ? new Fault('syntax error', 'ER_PARSE_ERROR') : cause;
}
