import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { loginFault, passwordFault, statementFault } from '../../../../functions/engines/postgres/faults.ts';
import { loginOf } from '../../../../functions/strategies/login.ts';
import { CANARY, witness } from '../../support/canaries.ts';
import { current } from '../../support/secret-values.ts';

const login = loginOf(current());
const said = 'what the server said';

/** As the driver reports what the server answered, with all the places where a statement may show. */
const answered = (code: string, message = said) =>
  Object.assign(new pg.DatabaseError(message, message.length, 'error'), {
    code,
    detail: CANARY.pending,
    internalQuery: CANARY.pending,
    where: CANARY.pending,
  });
/** As PostgreSQL 16 and later word it: the detail of this error never quotes a statement. */
const forbidden = () =>
  Object.assign(answered('42501'), { detail: 'Only roles with the ADMIN option on role "app" may do it.' });
const nameOf = (fault: Error) => {
  expect(witness(fault).message).toContain('db.example.com');
  return fault.name;
};

const GENERAL: [string, Error, string][] = [
  ['53100', answered('53100'), 'StorageFull'],
  ['53300', answered('53300'), 'TooManyConnections'],
  ['25006', answered('25006'), 'ServerReadOnly'],
  ['57P01', answered('57P01'), 'HostUnreachable'],
  ['57P02', answered('57P02'), 'HostUnreachable'],
  ['57P03', answered('57P03'), 'HostUnreachable'],
  ['no TLS', new Error('The server does not support SSL connections'), 'TlsNotOffered'],
  ['TLS that failed', new Error('There was an error establishing an SSL connection'), 'TlsFailed'],
  ['a connect timeout', new Error('timeout expired'), 'ConnectionTimedOut'],
  ['a query timeout', new Error('Query read timeout'), 'ConnectionTimedOut'],
  ['an end', new Error('Connection terminated'), 'HostUnreachable'],
  ['an unexpected end', new Error('Connection terminated unexpectedly'), 'HostUnreachable'],
  [
    'a broken connection',
    new Error('Client has encountered a connection error and is not queryable'),
    'HostUnreachable',
  ],
  ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'HostUnreachable'],
  ['a certificate', Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), 'TlsFailed'],
];

describe('a login that fails', () => {
  it.each([
    ...GENERAL,
    ['28P01', answered('28P01'), 'LoginRejected'],
    ['28000', answered('28000'), 'LoginRejected'],
    ['NOLOGIN', answered('28000', 'role "app" is not permitted to log in'), 'AccountLocked'],
    ['no such role', answered('28000', 'role "app" does not exist'), 'LoginRejected'],
    [
      'NOLOGIN of another SQLSTATE',
      answered('28P01', 'role "app" is not permitted to log in'),
      'LoginRejected',
    ],
    ['3D000', answered('3D000'), 'UnknownDatabase'],
    ['42501', answered('42501'), 'UnknownDatabase'],
    ['55000', answered('55000'), 'UnknownDatabase'],
    ['another SQLSTATE', answered('XX000'), 'StatementFailed'],
    ['an error of nobody’s', new Error('x'), 'StatementFailed'],
    ['no error', 'x', 'StatementFailed'],
  ])('with %s', (_case, cause, name) => {
    expect(nameOf(loginFault(login, cause))).toBe(name);
  });

  it('keeps what the server said, and its code', () => {
    expect(loginFault(login, answered('28P01')).cause).toMatchObject({
      name: 'Fault',
      message: said,
      code: '28P01',
    });
  });

  it('is no rejection when only a text looks like one', () => {
    const cause = Object.assign(new Error('password authentication failed'), { code: '28P01' });
    expect(loginFault(login, cause).name).toBe('StatementFailed');
  });

  it('names the database that it cannot use', () => {
    expect(loginFault(login, answered('3D000')).message).toContain('"orders"');
  });
});

describe('a statement that fails', () => {
  it.each([
    ...GENERAL,
    ['42501', forbidden(), 'PrivilegeMissing'],
    ['28P01', answered('28P01'), 'StatementFailed'],
    ['42601', answered('42601'), 'StatementFailed'],
    ['55P03', answered('55P03'), 'StatementFailed'],
    ['no error', undefined, 'StatementFailed'],
  ])('with %s', (_case, cause, name) => {
    expect(nameOf(statementFault(login, 'do it', cause))).toBe(name);
  });

  it('says what was to be done', () => {
    expect(statementFault(login, 'do it', answered('XX000')).message).toContain('failed to do it.');
    expect(statementFault(login, 'do it', answered('42501')).message).toContain(
      'lacks the privilege to do it.',
    );
  });

  it('says which privilege is missing, where the server does', () => {
    expect(statementFault(login, 'do it', forbidden()).cause).toMatchObject({
      name: 'Fault',
      message: `${said}: Only roles with the ADMIN option on role "app" may do it.`,
      code: '42501',
    });
    const older = Object.assign(answered('42501'), { detail: undefined });
    expect(statementFault(login, 'do it', older).cause).toMatchObject({ message: said, code: '42501' });
  });

  it('says which statement is missing, where the caller knows', () => {
    const missing = 'GRANT "app" TO "admin" WITH ADMIN OPTION';
    expect(statementFault(login, 'do it', forbidden(), missing).message).toContain(
      `Run ${missing} as a user who may`,
    );
    expect(passwordFault(login, 'app', forbidden(), missing).message).toContain(
      `Run ${missing} as a user who may`,
    );
  });

  it('leaves an error as it is that has been explained already', () => {
    const explained = statementFault(login, 'do it', forbidden());
    expect(statementFault(login, 'do more', explained)).toBe(explained);
  });

  it('has no words of a syntax error, which quotes the statement', () => {
    const cause = answered('42601', `syntax error at or near "${CANARY.pending}"`);
    const fault = witness(statementFault(login, 'do it', cause));
    expect(fault.cause).toMatchObject({ message: 'syntax error', code: '42601' });
  });
});

describe('a password that is not taken', () => {
  it.each([
    ...GENERAL,
    ['22023', answered('22023'), 'PasswordRefused'],
    ['28P01', answered('28P01'), 'PasswordRefused'],
    ['P0001', answered('P0001'), 'PasswordRefused'],
    ['42501', forbidden(), 'PrivilegeMissing'],
    ['42601', answered('42601', `near "${CANARY.pending}"`), 'StatementFailed'],
    ['another SQLSTATE', answered('42704'), 'StatementFailed'],
  ])('with %s', (_case, cause, name) => {
    expect(nameOf(passwordFault(login, 'app_clone', cause))).toBe(name);
  });
});
