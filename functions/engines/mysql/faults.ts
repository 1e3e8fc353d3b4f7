import {
  AccountLocked,
  AuthenticationUnsupported,
  ConnectionTimedOut,
  Fault,
  HostBlocked,
  HostUnreachable,
  LoginRejected,
  PasswordExpired,
  PasswordRefused,
  PrivilegeMissing,
  RotationError,
  ServerReadOnly,
  StaleGrant,
  StatementFailed,
  StorageFull,
  TlsFailed,
  TlsNotOffered,
  TooManyConnections,
  UnknownDatabase,
} from '@rotation/core';
import { connectionFault, type FaultTable, knownFault, WORDLESS } from '../connection-fault.ts';
import type { Login } from '../engine.ts';

/*
 * What the server's error numbers and the driver's error codes mean for a rotation.
 * https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html and https://mariadb.com/docs/server/reference/error-codes
 */

const LOGIN_FAULTS: FaultTable = {
  1045: LoginRejected, // ER_ACCESS_DENIED_ERROR
  1698: LoginRejected, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1130: LoginRejected, // ER_HOST_NOT_PRIVILEGED: no account of any name may come from this host
  1251: LoginRejected, // ER_NOT_SUPPORTED_AUTH_MODE
  1524: LoginRejected, // ER_PLUGIN_IS_NOT_LOADED: the account's plugin is gone from the server
  3159: LoginRejected, // ER_SECURE_TRANSPORT_REQUIRED: the server takes no plaintext login
  3118: AccountLocked, // ER_ACCOUNT_HAS_BEEN_LOCKED
  3955: AccountLocked, // ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
  4151: AccountLocked, // MariaDB's ER_ACCOUNT_HAS_BEEN_LOCKED
  4166: AccountLocked, // MariaDB's ER_USER_IS_BLOCKED, after max_password_errors
  1862: PasswordExpired, // ER_MUST_CHANGE_PASSWORD_LOGIN
  1820: PasswordExpired, // ER_MUST_CHANGE_PASSWORD, said to the first statement where disconnect_on_expired_password is off, as on MariaDB
  AUTH_SWITCH_PLUGIN_ERROR: AuthenticationUnsupported,
};

const PRIVILEGE_FAULTS: ReadonlySet<string> = new Set([
  '1044', // ER_DBACCESS_DENIED_ERROR
  '1045', // ER_ACCESS_DENIED_ERROR: a privilege that one lacks oneself cannot be granted
  '1142', // ER_TABLEACCESS_DENIED_ERROR
  '1143', // ER_COLUMNACCESS_DENIED_ERROR
  '1227', // ER_SPECIFIC_ACCESS_DENIED_ERROR
  '1370', // ER_PROCACCESS_DENIED_ERROR
  '1410', // ER_CANT_CREATE_USER_WITH_GRANT
  '1698', // ER_ACCESS_DENIED_NO_PASSWORD_ERROR: PROXY, which one may not pass on
  '3879', // ER_DB_ACCESS_DENIED, for what a partial revoke restricts
]);

const POLICY = '1819'; // ER_NOT_VALID_PASSWORD
const HISTORY = '3638'; // ER_CREDENTIALS_CONTRADICT_TO_HISTORY

const GENERAL_FAULTS: FaultTable = {
  1040: TooManyConnections, // ER_CON_COUNT_ERROR
  1203: TooManyConnections, // ER_TOO_MANY_USER_CONNECTIONS
  1226: TooManyConnections, // ER_USER_LIMIT_REACHED
  1053: HostUnreachable, // ER_SERVER_SHUTDOWN
  1129: HostBlocked, // ER_HOST_IS_BLOCKED
  1836: ServerReadOnly, // ER_READ_ONLY_MODE
  1021: StorageFull, // ER_DISK_FULL
  1114: StorageFull, // ER_RECORD_FILE_FULL
  HANDSHAKE_NO_SSL_SUPPORT: TlsNotOffered,
  HANDSHAKE_SSL_ERROR: TlsFailed,
  PROTOCOL_CONNECTION_LOST: HostUnreachable,
  PROTOCOL_SEQUENCE_TIMEOUT: ConnectionTimedOut,
};

/**
 * Whose words name users, privileges, options or resources, as those of missing privileges and of general faults do. Any other
 * that comes while a password is set may quote it: errors of syntax and of character sets do, and what checks passwords says
 * what its author had in mind.
 */
const NAMES_ONLY: ReadonlySet<string> = new Set([
  '1205', // ER_LOCK_WAIT_TIMEOUT
  '1213', // ER_LOCK_DEADLOCK
  '1290', // ER_OPTION_PREVENTS_STATEMENT
  '1396', // ER_CANNOT_USER
  '1820', // ER_MUST_CHANGE_PASSWORD
  '3501', // ER_ACL_OPERATION_FAILED
  HISTORY,
  '3892', // ER_MISSING_CURRENT_PASSWORD
]);

export function loginFault(login: Login, cause: unknown): RotationError {
  const key = keyOf(cause);
  // ER_DBACCESS_DENIED_ERROR, ER_BAD_DB_ERROR
  if (key === '1044' || key === '1049') return new UnknownDatabase(login, login.database, readable(cause));
  return (
    known(LOGIN_FAULTS, login, cause) ??
    generalFault(login, cause) ??
    new StatementFailed(login, 'complete the login', readable(cause))
  );
}

/** @param task what was to be done, as in "failed to <task>" */
export function statementFault(login: Login, task: string, cause: unknown): RotationError {
  if (cause instanceof RotationError) return cause;
  if (PRIVILEGE_FAULTS.has(keyOf(cause))) {
    const remedy = 'Grant it, then rotate again; the cause names the privilege.';
    return new PrivilegeMissing(login, task, remedy, readable(cause));
  }
  // ER_CANNOT_USER_REFERENCED_AS_DEFINER, of a user that is dropped, for something that the session does not see
  if (keyOf(cause) === '4006') {
    const remedy =
      'Give what the user is the definer of another one, then rotate again; the cause names the user.';
    return new PrivilegeMissing(login, task, remedy, readable(cause));
  }
  return generalFault(login, cause) ?? new StatementFailed(login, task, readable(cause));
}

/** @param task what is done, as in "failed to <task>" */
export async function explained<T>(login: Login, task: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw statementFault(login, task, error);
  }
}

export function passwordFault(login: Login, username: string, cause: unknown): RotationError {
  const said = withoutPassword(cause);
  if (violatesPolicy(cause) || contradictsHistory(cause))
    return new PasswordRefused(login, username, readable(said));
  return statementFault(login, `set the password of ${JSON.stringify(username)}`, said);
}

/** A login that the server has let in, but as nobody in particular: it proves nothing about the user that it names. */
export function takenForAnonymous(): Fault {
  return new Fault('the server takes the login for its anonymous account', '1045');
}

/** Whether the account has PASSWORD REQUIRE CURRENT and the statement did not name its present password. */
export function asksForPresentPassword(cause: unknown): boolean {
  return keyOf(cause) === '3892'; // ER_MISSING_CURRENT_PASSWORD
}

/** Whether the password that REPLACE names is not the account's primary one. */
export function isNotPrimary(cause: unknown): boolean {
  return keyOf(cause) === '3891'; // ER_INCORRECT_CURRENT_PASSWORD
}

/** Whether a password cannot be retained because the new one is empty. */
export function isEmptyBesideAnother(cause: unknown): boolean {
  return keyOf(cause) === '3895'; // ER_CURRENT_PASSWORD_CANNOT_BE_RETAINED
}

/** What an account needs for a second password of its own; CREATE USER serves as well. */
export const DUAL_PRIVILEGE = 'APPLICATION_PASSWORD_ADMIN';
export const DUAL_PRIVILEGE_MISSING = `the privilege ${DUAL_PRIVILEGE} is missing`;

/** Why an account has no second password, as far as that is what the server says to RETAIN or DISCARD. */
export function whyOnlyOne(cause: unknown): string | undefined {
  switch (keyOf(cause)) {
    case '1227': // ER_SPECIFIC_ACCESS_DENIED_ERROR
      return DUAL_PRIVILEGE_MISSING;
    case '1064': // ER_PARSE_ERROR
      return 'the server is older than MySQL 8.0.14';
    default:
      return undefined;
  }
}

export function contradictsHistory(cause: unknown): boolean {
  return keyOf(cause) === HISTORY;
}

export function violatesPolicy(cause: unknown): boolean {
  return keyOf(cause) === POLICY;
}

/** Whether the server checks passwords itself (strict_password_validation) and so takes no hash of one. */
export function asksForClearText(cause: unknown): boolean {
  return isPrevented(cause, /strict[-_]password[-_]validation/);
}

/** ER_OPTION_PREVENTS_STATEMENT, whose words name the option. */
function isPrevented(cause: unknown, option: RegExp): boolean {
  return says(cause, '1290', option);
}

/** ER_ACL_OPERATION_FAILED, whose words give the storage engine's own number: HA_ERR_RECORD_FILE_FULL. */
function hasNoRoomForAccounts(cause: unknown): boolean {
  return says(cause, '3501', /\berrcode 135\b/);
}

function says(cause: unknown, key: string, words: RegExp): boolean {
  return keyOf(cause) === key && cause instanceof Error && words.test(cause.message);
}

/** Whether privileges cannot be granted on the table because it does not exist. */
export function missesTable(cause: unknown): boolean {
  return keyOf(cause) === '1146'; // ER_NO_SUCH_TABLE
}

const MISSING_OBJECTS: ReadonlySet<string> = new Set([
  '1049', // ER_BAD_DB_ERROR
  '1054', // ER_BAD_FIELD_ERROR
  '1146', // ER_NO_SUCH_TABLE: columns of a table that does not exist are not granted together with CREATE either
  '1305', // ER_SP_DOES_NOT_EXIST
]);

/** Whether privileges cannot be granted on an object because it does not exist, or not any more. */
export function missesObject(cause: unknown): boolean {
  return MISSING_OBJECTS.has(keyOf(cause));
}

const MISSING_ACCOUNTS: ReadonlySet<string> = new Set([
  '1133', // ER_PASSWORD_NO_MATCH, which MariaDB says to GRANT
  '1141', // ER_NONEXISTING_GRANT
  '1147', // ER_NONEXISTING_TABLE_GRANT
  '1396', // ER_CANNOT_USER
  '1403', // ER_NONEXISTING_PROC_GRANT
  '1410', // ER_CANT_CREATE_USER_WITH_GRANT
  '1959', // MariaDB's ER_INVALID_ROLE
  '1960', // MariaDB's ER_INVALID_CURRENT_USER, which it says to SET DEFAULT ROLE NONE
  '1962', // MariaDB's ER_CANNOT_REVOKE_ROLE
  '3523', // ER_UNKNOWN_AUTHID
  '3530', // ER_ROLE_NOT_GRANTED
]);

/** Whether a statement that gives or takes something could not because there is no such account. */
export function missesAccount(cause: unknown): boolean {
  return MISSING_ACCOUNTS.has(keyOf(cause));
}

/** @param revoke the statement that takes the privileges from the user */
export function staleGrant(login: Login, username: string, revoke: string, cause: unknown): RotationError {
  return new StaleGrant(login, username, revoke, readable(cause));
}

/** Whether MariaDB says only that ALTER USER failed, and keeps the reason for SHOW WARNINGS. */
export function hidesItsReason(cause: unknown): boolean {
  return keyOf(cause) === '1396'; // ER_CANNOT_USER
}

function generalFault(login: Login, cause: unknown): RotationError | undefined {
  if (isPrevented(cause, /read[-_]only/)) return new ServerReadOnly(login, readable(cause));
  if (hasNoRoomForAccounts(cause)) return new StorageFull(login, readable(cause));
  return known(GENERAL_FAULTS, login, cause) ?? connectionFault(login, cause);
}

function known(faults: FaultTable, login: Login, cause: unknown): RotationError | undefined {
  const Known = knownFault(faults, keyOf(cause));
  return Known && new Known(login, readable(cause));
}

/** The server's error number, or the driver's code where the server said nothing. */
function keyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if ('errno' in cause && typeof cause.errno === 'number' && cause.errno > 0) return String(cause.errno);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function withoutPassword(cause: unknown): unknown {
  const key = keyOf(cause);
  const isServers = /^\d+$/.test(key);
  const namesOnly = PRIVILEGE_FAULTS.has(key) || Object.hasOwn(GENERAL_FAULTS, key) || NAMES_ONLY.has(key);
  return isServers && !namesOnly ? new Fault(WORDLESS, key) : cause;
}

/**
 * The server's own number and words. The driver names numbers as MySQL does, which is wrong for MariaDB's; and a syntax error
 * quotes the statement, and with it perhaps a password, so that its words are left out.
 */
function readable(cause: unknown): Fault {
  const key = keyOf(cause);
  const words = cause instanceof Error ? cause.message : 'unknown';
  return new Fault(key === '1064' ? 'syntax error' : words, key);
}
