import { describe, expect, it } from 'vitest';
import {
  asksForPresentPassword,
  loginFault,
  passwordFault,
  statementFault,
} from '../../../../functions/engines/mysql/faults.ts';
import { loginOf } from '../../../../functions/strategies/login.ts';
import { CANARY, witness } from '../../support/canaries.ts';
import { current } from '../../support/secret-values.ts';

const login = loginOf(current());
const said = 'what the server said';

/** As the driver reports what the server answered; its error holds the statement. */
const answered = (errno: number, message = said) =>
  Object.assign(new Error(message), {
    errno,
    code: 'ER_SOMETHING',
    sqlState: 'HY000',
    sqlMessage: message,
    sql: `ALTER USER app IDENTIFIED BY '${CANARY.pending}'`,
  });
/** As the driver and Node report what the server did not say. */
const driver = (code: string) => Object.assign(new Error('x'), { code, errno: -111, fatal: true });
const nameOf = (fault: Error) => {
  expect(witness(fault).message).toContain('db.example.com');
  return fault.name;
};

const GENERAL: [string | number, unknown, string][] = [
  [1040, answered(1040), 'TooManyConnections'],
  [1203, answered(1203), 'TooManyConnections'],
  [1226, answered(1226), 'TooManyConnections'],
  [1053, answered(1053), 'HostUnreachable'],
  [1129, answered(1129), 'HostBlocked'],
  [1836, answered(1836), 'ServerReadOnly'],
  [
    '1290 of a replica',
    answered(1290, 'The server is running with the --read-only option'),
    'ServerReadOnly',
  ],
  [1021, answered(1021), 'StorageFull'],
  [1114, answered(1114), 'StorageFull'],
  [
    '3501 of a full disk',
    answered(3501, 'The ACL operation failed due to the following error from SE: errcode 135 - No more room'),
    'StorageFull',
  ],
  ['no TLS', driver('HANDSHAKE_NO_SSL_SUPPORT'), 'TlsNotOffered'],
  ['TLS that failed', driver('HANDSHAKE_SSL_ERROR'), 'TlsFailed'],
  ['an end', driver('PROTOCOL_CONNECTION_LOST'), 'HostUnreachable'],
  ['a query timeout', driver('PROTOCOL_SEQUENCE_TIMEOUT'), 'ConnectionTimedOut'],
  ['a connect timeout', driver('ETIMEDOUT'), 'ConnectionTimedOut'],
  ['a refused connection', driver('ECONNREFUSED'), 'HostUnreachable'],
  ['a certificate', driver('CERT_HAS_EXPIRED'), 'TlsFailed'],
  ['a host without a name', driver('ENOTFOUND'), 'HostNotFound'],
];

describe('a login that fails', () => {
  it.each([
    ...GENERAL,
    [1045, answered(1045), 'LoginRejected'],
    [1698, answered(1698), 'LoginRejected'],
    [1130, answered(1130), 'LoginRejected'],
    [1251, answered(1251), 'LoginRejected'],
    [1524, answered(1524), 'LoginRejected'],
    [3159, answered(3159), 'LoginRejected'],
    [3118, answered(3118), 'AccountLocked'],
    [3955, answered(3955), 'AccountLocked'],
    [4151, answered(4151), 'AccountLocked'],
    [4166, answered(4166), 'AccountLocked'],
    [1862, answered(1862), 'PasswordExpired'],
    [1820, answered(1820), 'PasswordExpired'],
    [1044, answered(1044), 'UnknownDatabase'],
    [1049, answered(1049), 'UnknownDatabase'],
    ['a plugin that the driver lacks', driver('AUTH_SWITCH_PLUGIN_ERROR'), 'AuthenticationUnsupported'],
    ['another number', answered(1105), 'StatementFailed'],
    ['an error of nobody’s', new Error('x'), 'StatementFailed'],
    ['no error', 'x', 'StatementFailed'],
  ])('with %s', (_case, cause, name) => {
    expect(nameOf(loginFault(login, cause))).toBe(name);
  });

  it('keeps the server’s words and number', () => {
    const { cause } = loginFault(login, answered(1045));
    expect(cause).toMatchObject({ name: 'Fault', message: said, code: '1045' });
  });

  it('names the database that it cannot use', () => {
    expect(loginFault(login, answered(1049)).message).toContain('"orders"');
  });
});

describe('a statement that fails', () => {
  it.each([
    ...GENERAL,
    [1044, answered(1044), 'PrivilegeMissing'],
    [1045, answered(1045), 'PrivilegeMissing'],
    [1142, answered(1142), 'PrivilegeMissing'],
    [1143, answered(1143), 'PrivilegeMissing'],
    [1227, answered(1227), 'PrivilegeMissing'],
    [1370, answered(1370), 'PrivilegeMissing'],
    [1410, answered(1410), 'PrivilegeMissing'],
    [4006, answered(4006), 'PrivilegeMissing'],
    [1064, answered(1064), 'StatementFailed'],
    [1819, answered(1819), 'StatementFailed'],
    ['3501 of another cause', answered(3501, 'errcode 1350 - something else'), 'StatementFailed'],
    ['no error', undefined, 'StatementFailed'],
  ])('with %s', (_case, cause, name) => {
    expect(nameOf(statementFault(login, 'do it', cause))).toBe(name);
  });

  it('has no words of a syntax error, which quotes the statement', () => {
    const cause = answered(1064, `You have an error in your SQL syntax near '${CANARY.pending}'`);
    expect(witness(statementFault(login, 'do it', cause)).cause).toMatchObject({ message: 'syntax error' });
    expect(witness(loginFault(login, cause)).cause).toMatchObject({ message: 'syntax error' });
  });
});

describe('a password that is not taken', () => {
  it.each([
    ...GENERAL,
    [1819, answered(1819), 'PasswordRefused'],
    [3638, answered(3638), 'PasswordRefused'],
    [1227, answered(1227), 'PrivilegeMissing'],
    [1064, answered(1064, CANARY.pending), 'StatementFailed'],
    [1396, answered(1396), 'StatementFailed'],
  ])('with %s', (_case, cause, name) => {
    expect(nameOf(passwordFault(login, 'app_clone', cause))).toBe(name);
  });

  it('may be missing the present one', () => {
    expect(asksForPresentPassword(answered(3892))).toBe(true);
    expect(asksForPresentPassword(answered(3891))).toBe(false);
    expect(asksForPresentPassword(undefined)).toBe(false);
  });
});
