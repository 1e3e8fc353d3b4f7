import {
  AccountLocked,
  ConnectionTimedOut,
  Fault,
  HostNotFound,
  HostUnreachable,
  LoginRejected,
  PasswordExpired,
  PasswordRefused,
  StatementFailed,
  TlsFailed,
  TokenNotPending,
  TooManyConnections,
  UnknownDatabase,
  type VersionId,
} from '@rotation/core';
import { afterEach, describe, expect, it } from 'vitest';
import { singleUser } from '../../../functions/strategies/single-user.ts';
import { CANARY, failureOf, thrownBy } from '../support/canaries.ts';
import { type FakeDatabase, fakeDatabase } from '../support/fake-database.ts';
import { preflight } from '../support/preflight.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { current, parsed, pending, previous, superuser } from '../support/secret-values.ts';

const versions = () => ({ current: current(), pending: pending() });
const promoted = () => ({ ...versions(), isProven: true });
const login = { host: 'db.example.com', port: 5432, username: 'app' };
let database: FakeDatabase;

/** A database in which `app` has this password. */
function databaseWith(password: string) {
  database = fakeDatabase({ app: { password } });
  return singleUser(database.engine);
}

/** A version without a label. */
const cancelled = (version: string, password: string, replaced: Record<string, unknown> = {}) =>
  parsed(version, { password, ...replaced });

const MANGLED = 'mangled on its way';

/** Has the database store something else than the first password that it is given. */
function mangle(): void {
  let changes = 0;
  database.watch = (point) => {
    if (point !== 'after app changes its password') return;
    changes += 1;
    if (changes === 1) database.users['app'] = { password: MANGLED };
  };
}

/** Has the server take no second login while there is a session. */
function allowOneSession(): void {
  const { watch } = database;
  database.watch = (point) => {
    const isLogin = point === 'before app logs in' || point === 'before app is rejected';
    if (isLogin && database.openSessions() > 0)
      throw new TooManyConnections(login, new Fault('one session only'));
    watch(point);
  };
}

/** Has the database refuse the new password, after something else has happened. */
function refuse(meanwhile: () => void = () => {}): PasswordRefused {
  const refusal = new PasswordRefused(login, 'app', new Fault('too weak'));
  database.watch = (point) => {
    if (point !== 'before app changes its password') return;
    meanwhile();
    throw refusal;
  };
  return refusal;
}

afterEach(() => {
  expect(database.openSessions()).toBe(0);
});

describe('single user', () => {
  it('keeps the user', async () => {
    const strategy = databaseWith('');
    expect(await strategy.nextUsername(current(), rotationStub())).toBe('app');
    expect(strategy.name).toBe('single-user');
  });

  it('rotates with three logins, none of them rejected', async () => {
    const strategy = databaseWith(CANARY.current);
    const rotation = rotationStub();

    await strategy.setSecret(versions(), rotation);
    await strategy.testSecret(versions(), rotation);

    expect(database.events).toEqual([
      'app logs in',
      'app takes the lock',
      'app changes its password',
      'app logs in',
      'app logs in',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.pending);
    expect(rotation.previous).not.toHaveBeenCalled();
    expect(rotation.unlabelled).not.toHaveBeenCalled();
    expect(rotation.loginGapBegins).toHaveBeenCalledTimes(1);
    expect(rotation.lines).toMatchObject([
      {
        level: 'info',
        message: 'the password of AWSCURRENT stops working before AWSCURRENT is moved',
        fields: { reason: 'there is one' },
      },
    ]);
  });

  it('logs in to what AWSCURRENT describes', async () => {
    await databaseWith(CANARY.current).setSecret(versions(), rotationStub());
    const { password, ...place } = database.logins[0] ?? {};
    expect(place).toEqual({
      host: 'db.example.com',
      port: 5432,
      database: 'orders',
      username: 'app',
      tls: true,
    });
    expect(password?.reveal()).toBe(CANARY.current);
  });

  it('reads the labels again, once, between the lock of its user and the change', async () => {
    const strategy = databaseWith(CANARY.current);
    const readAt: (readonly string[])[] = [];
    await strategy.setSecret(
      versions(),
      rotationStub({ stillPending: () => void readAt.push([...database.events]) }),
    );
    expect(readAt).toEqual([['app logs in', 'app takes the lock']]);
    expect(database.locks).toEqual(['secrets-rotation ["app"]']);
  });

  it('changes nothing when it lost its label while it waited for the lock', async () => {
    const strategy = databaseWith(CANARY.current);
    const stillPending = () => {
      throw new TokenNotPending([]);
    };
    const failure = await failureOf(strategy.setSecret(versions(), rotationStub({ stillPending })));
    expect(failure.name).toBe('TokenNotPending');
    expect(database.events).toEqual(['app logs in', 'app takes the lock']);
    expect(database.users['app']?.password).toBe(CANARY.current);
  });

  it('has nothing to do when an earlier try got as far as the change', async () => {
    const rotation = rotationStub();
    await databaseWith(CANARY.pending).setSecret(versions(), rotation);
    // It began no later.
    expect(rotation.loginGapBegins).toHaveBeenCalledTimes(1);
    expect(database.events).toEqual(['app is rejected', 'app logs in']);
    expect(database.users['app']?.password).toBe(CANARY.pending);
    expect(rotation.previous).not.toHaveBeenCalled();
    expect(rotation.unlabelled).not.toHaveBeenCalled();
  });

  it('goes on from AWSPREVIOUS when a restored database has gone back to it', async () => {
    const rotation = rotationStub({ previous: previous() });
    await databaseWith(CANARY.previous).setSecret(versions(), rotation);
    expect(database.events).toEqual([
      'app is rejected',
      'app is rejected',
      'app logs in',
      'app takes the lock',
      'app changes its password',
      'app logs in',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.pending);
    expect(rotation.unlabelled).not.toHaveBeenCalled();
  });

  it('tries no more than five versions without a label: each may count towards a lock-out', async () => {
    const unlabelled = ['one', 'two', 'three', 'four', 'five', 'six'].map((word) => cancelled(word, word));
    await failureOf(databaseWith('six').setSecret(versions(), rotationStub({ unlabelled })));
    expect(database.logins.map(({ password }) => password.reveal())).toEqual([
      CANARY.current,
      CANARY.pending,
      'one',
      'two',
      'three',
      'four',
      'five',
    ]);
  });

  it('goes on from what a cancelled rotation set, and tries no version after it', async () => {
    const rotation = rotationStub({
      previous: previous(),
      unlabelled: [cancelled('v1', 'one'), cancelled('v2', 'two'), cancelled('v3', 'three')],
    });
    await databaseWith('two').setSecret(versions(), rotation);
    expect(database.logins.map(({ password }) => password.reveal())).toEqual([
      CANARY.current,
      CANARY.pending,
      CANARY.previous,
      'one',
      'two',
      CANARY.pending,
    ]);
    expect(database.events.slice(4)).toEqual([
      'app logs in',
      'app takes the lock',
      'app changes its password',
      'app logs in',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('tries no password twice', async () => {
    const strategy = databaseWith('something else');
    const rotation = rotationStub({
      previous: previous({ password: CANARY.current }),
      unlabelled: [
        cancelled('v1', CANARY.pending),
        cancelled('v2', 'one'),
        cancelled('v3', 'one'),
        cancelled('v4', CANARY.current),
      ],
    });
    const failure = await failureOf(strategy.setSecret(versions(), rotation));
    expect(failure.name).toBe('NoStoredLoginWorks');
    expect(failure.message).toContain(
      '(AWSCURRENT: no login for app; AWSPENDING: no login for app; v2: no login for app)',
    );
    expect(database.logins.map(({ password }) => password.reveal())).toEqual([
      CANARY.current,
      CANARY.pending,
      'one',
    ]);
  });

  it.each([
    ['host', { host: 'old.example.com' }],
    ['port', { port: 1 }],
    ['user', { username: 'older' }],
    ['TLS', { ssl: false }],
    ['engine', { engine: 'aurora-postgresql' }],
  ])('sends AWSPREVIOUS to nobody when it has another %s', async (_key, replaced) => {
    const strategy = databaseWith(CANARY.previous);
    const failure = await failureOf(
      strategy.setSecret(versions(), rotationStub({ previous: previous(replaced) })),
    );
    expect(failure.name).toBe('NoStoredLoginWorks');
    expect(database.logins).toHaveLength(2);
  });

  it.each([
    ['host', { host: 'old.example.com' }],
    ['port', { port: 1 }],
    ['user', { username: 'older' }],
    ['TLS', { ssl: false }],
    ['engine', { engine: 'aurora-postgresql' }],
  ])('passes over a version without a label that has another %s', async (_key, replaced) => {
    const unlabelled = [cancelled('v1', CANARY.previous, replaced), cancelled('v2', 'two')];
    await databaseWith('two').setSecret(versions(), rotationStub({ unlabelled }));
    expect(database.logins.map(({ password }) => password.reveal())).toEqual([
      CANARY.current,
      CANARY.pending,
      'two',
      CANARY.pending,
    ]);
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('names each version that was rejected, and why', async () => {
    const strategy = databaseWith('something else');
    const rotation = rotationStub({ previous: previous(), unlabelled: [cancelled('version v1', 'one')] });
    const failure = await failureOf(strategy.setSecret(versions(), rotation));
    expect(failure.name).toBe('NoStoredLoginWorks');
    expect(failure.message).toContain(
      '(AWSCURRENT: no login for app; AWSPENDING: no login for app; AWSPREVIOUS: no login for app; version v1: no login for app)',
    );
    expect(failure.cause).toMatchObject({ name: 'LoginRejected' });
    expect(rotation.lines.map(({ fields }) => fields['candidate'])).toEqual([
      'AWSCURRENT',
      'AWSPENDING',
      'AWSPREVIOUS',
      'version v1',
    ]);
    expect(new Set(rotation.lines.map(({ message }) => message))).toEqual(
      new Set(['a stored login was rejected']),
    );
    expect(database.users['app']?.password).toBe('something else');
  });

  it('says of a version no more than that it was rejected when nobody said why', async () => {
    databaseWith(CANARY.current);
    const connect = () => Promise.reject(new LoginRejected(login, undefined));
    const strategy = singleUser({ ...database.engine, connect });
    const failure = await failureOf(strategy.setSecret(versions(), rotationStub()));
    expect(failure.message).toContain('(AWSCURRENT: rejected; AWSPENDING: rejected)');
  });

  it.each([
    ['a host that is not there', (target: typeof login) => new HostUnreachable(target, new Fault('refused'))],
    ['a locked account', (target: typeof login) => new AccountLocked(target, new Fault('locked'))],
  ])('does not try the next version after %s', async (_case, fault) => {
    const strategy = databaseWith(CANARY.pending);
    database.watch = (point) => {
      if (point === 'before app is rejected') throw fault(login);
    };
    const failure = await failureOf(strategy.setSecret(versions(), rotationStub({ previous: previous() })));
    expect(failure.name).toBe(fault(login).name);
    expect(database.logins).toHaveLength(1);
  });

  it.each([
    ['AWSCURRENT', CANARY.current],
    ['AWSPREVIOUS', CANARY.previous],
  ])('puts the password of %s back when the new one is not accepted', async (_version, present) => {
    const strategy = databaseWith(present);
    mangle();
    const rotation = rotationStub({ previous: previous() });

    const failure = await failureOf(strategy.setSecret(versions(), rotation));

    expect(failure.name).toBe('PasswordRefused');
    expect(failure.message).toContain('db.example.com:5432 does not accept the new password of "app"');
    expect(failure.cause).toMatchObject({ name: 'LoginRejected' });
    expect(database.events.slice(-5)).toEqual([
      'app logs in',
      'app takes the lock',
      'app changes its password',
      'app is rejected',
      'app changes its password',
    ]);
    expect(database.users['app']?.password).toBe(present);
  });

  it('ends its session before the proof where the user may have only one', async () => {
    const strategy = databaseWith(CANARY.current);
    allowOneSession();
    await strategy.setSecret(versions(), rotationStub());
    expect(database.events).toEqual([
      'app logs in',
      'app takes the lock',
      'app changes its password',
      'app logs in',
    ]);
    expect(database.logins).toHaveLength(3);
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('says so when the old password cannot be put back, as its only session has ended', async () => {
    const strategy = databaseWith(CANARY.current);
    mangle();
    allowOneSession();
    const failure = await failureOf(strategy.setSecret(versions(), rotationStub()));
    expect(failure.name).toBe('PasswordNotPutBack');
    expect(database.users['app']?.password).toBe(MANGLED);
  });

  it('does not give the password up when no second login is possible at all', async () => {
    const strategy = databaseWith(CANARY.current);
    let logins = 0;
    database.watch = (point) => {
      if (point === 'before app logs in' && ++logins > 1)
        throw new TooManyConnections(login, new Fault('full'));
    };
    const failure = await failureOf(strategy.setSecret(versions(), rotationStub()));
    expect(failure.name).toBe('TooManyConnections');
    expect(logins).toBe(3);
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('says so when the old password cannot be put back', async () => {
    const strategy = databaseWith(CANARY.current);
    mangle();
    const mangling = database.watch;
    database.watch = (point) => {
      if (point === 'before app changes its password' && database.users['app']?.password === MANGLED)
        throw new StatementFailed(login, 'set the password', new Fault('read only'));
      mangling(point);
    };

    const failure = await failureOf(strategy.setSecret(versions(), rotationStub()));

    expect(failure.name).toBe('PasswordNotPutBack');
    expect(failure.message).toContain(
      'db.example.com:5432 took the new password of "app" but does not accept it',
    );
    expect(failure.cause).toMatchObject({ name: 'StatementFailed' });
    expect(database.users['app']?.password).toBe(MANGLED);
  });

  it('gives a refused password up after a login has shown that it does not work', async () => {
    const strategy = databaseWith(CANARY.current);
    const refusal = refuse();
    const failure = await failureOf(strategy.setSecret(versions(), rotationStub()));
    expect(failure).toBe(refusal);
    expect(database.events).toEqual(['app logs in', 'app takes the lock', 'app is rejected']);
    expect(database.logins.at(-1)?.password.reveal()).toBe(CANARY.pending);
    expect(database.users['app']?.password).toBe(CANARY.current);
  });

  it('is done when a password was refused that a twin has set already', async () => {
    const strategy = databaseWith(CANARY.current);
    refuse(() => {
      database.users['app'] = { password: CANARY.pending };
    });
    await strategy.setSecret(versions(), rotationStub());
    expect(database.events).toEqual(['app logs in', 'app takes the lock', 'app logs in']);
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('does not give a refused password up when nothing is known about its login', async () => {
    const strategy = databaseWith(CANARY.current);
    refuse();
    const refusing = database.watch;
    database.watch = (point) => {
      refusing(point);
      if (point === 'before app is rejected') throw new HostUnreachable(login, new Fault('cut'));
    };
    expect((await failureOf(strategy.setSecret(versions(), rotationStub()))).name).toBe('HostUnreachable');
  });

  it('asks for no proof when the change failed for another reason', async () => {
    const strategy = databaseWith(CANARY.current);
    const failed = new StatementFailed(login, 'set the password', new Fault('read only'));
    database.watch = (point) => {
      if (point === 'before app changes its password') throw failed;
    };
    expect(await failureOf(strategy.setSecret(versions(), rotationStub()))).toBe(failed);
    expect(database.events).toEqual(['app logs in', 'app takes the lock']);
  });

  it('leaves the new password when its proof failed for another reason', async () => {
    const strategy = databaseWith(CANARY.current);
    let loginsSoFar = 0;
    database.watch = (point) => {
      if (point === 'before app logs in' && ++loginsSoFar === 2)
        throw new HostUnreachable(login, new Fault('cut'));
    };
    expect((await failureOf(strategy.setSecret(versions(), rotationStub()))).name).toBe('HostUnreachable');
    expect(database.users['app']?.password).toBe(CANARY.pending);
    expect(database.events).not.toContain('app is rejected');
  });

  it('fails testSecret when AWSPENDING does not log in', async () => {
    const strategy = databaseWith(CANARY.current);
    expect((await failureOf(strategy.testSecret(versions(), rotationStub()))).name).toBe('LoginRejected');
  });

  it('holds the new login under the lock of its user until the labels are moved', async () => {
    const strategy = databaseWith(CANARY.pending);
    {
      await using _held = await strategy.hold(versions(), rotationStub());
      expect(database.openSessions()).toBe(1);
    }
    expect(database.events).toEqual(['app logs in', 'app takes the lock']);
    expect(database.locks).toEqual(['secrets-rotation ["app"]']);
  });

  it('tries out the login of AWSCURRENT and the change of its password, and changes nothing', async () => {
    const { outcomes, detail } = await preflight(databaseWith(CANARY.current), current(), rotationStub());
    expect(database.events).toEqual(['app logs in', 'app rehearses a change of its password']);
    expect(outcomes).toEqual({
      'host name': 'passed',
      port: 'passed',
      TLS: 'passed',
      login: 'passed',
      dbname: 'passed',
      'change of the password': 'passed',
      'two passwords': 'passed',
      'password policy': 'passed',
    });
    expect(detail('login')).toBe('PostgreSQL 18.1.');
    expect(database.openSessions()).toBe(0);
  });

  it.each([
    [new HostNotFound(login, undefined), { 'host name': 'failed', port: 'skipped' }],
    [new ConnectionTimedOut(login, undefined), { 'host name': 'passed', port: 'failed', TLS: 'skipped' }],
    [new TooManyConnections(login, undefined), { port: 'failed', TLS: 'skipped' }],
    [new TlsFailed(login, undefined), { port: 'passed', TLS: 'failed', login: 'skipped' }],
    [new AccountLocked(login, undefined), { TLS: 'passed', login: 'failed', dbname: 'skipped' }],
    [new UnknownDatabase(login, 'nowhere', undefined), { login: 'passed', dbname: 'failed' }],
  ])('says how far a login gets that ends in %s', async (error, expected) => {
    const strategy = databaseWith(CANARY.current);
    database.watch = (point) => {
      if (point === 'before app logs in') throw error;
    };
    const { outcomes, failure } = await preflight(strategy, current(), rotationStub());
    expect(outcomes).toMatchObject({
      ...expected,
      'change of the password': 'skipped',
      'two passwords': 'skipped',
    });
    expect(outcomes).not.toHaveProperty('other stored logins');
    expect(failure).toBe(error);
  });

  it('looks for the stored login that works when AWSCURRENT is rejected, each of them once', async () => {
    const strategy = databaseWith(CANARY.previous);
    const rotation = rotationStub({
      pending: pending(),
      previous: parsed('AWSPREVIOUS', { password: CANARY.current }),
      unlabelled: [cancelled('version 3', CANARY.previous)],
    });
    const { findings, outcomes } = await preflight(strategy, current(), rotation);
    expect(database.events).toEqual(['app is rejected', 'app is rejected', 'app logs in']);
    expect(outcomes).toMatchObject({ login: 'failed', 'other stored logins': 'warning', dbname: 'skipped' });
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'other stored logins',
        detail: 'The login of version 3 works (version unknown).',
        remedy: '`rotation-doctor unstick` makes it AWSCURRENT.',
      }),
    );
  });

  it('names the version whose login works for a program that moves AWSCURRENT', async () => {
    const strategy = databaseWith(CANARY.previous);
    const stored = { ...previous(), versionId: 'a3f1' as VersionId };
    const { findings } = await preflight(strategy, current(), rotationStub({ previous: stored }));
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'other stored logins',
        detail: 'The login of AWSPREVIOUS works (version a3f1).',
        versionId: 'a3f1',
      }),
    );
  });

  it('stops looking at the first account that is locked by it', async () => {
    const strategy = databaseWith(CANARY.previous);
    let rejections = 0;
    database.watch = (point) => {
      if (point !== 'before app is rejected') return;
      rejections += 1;
      if (rejections === 2) throw new AccountLocked(login, new Fault('too many failed logins'));
    };
    const rotation = rotationStub({ pending: pending(), previous: previous() });
    const { findings, outcomes } = await preflight(strategy, current(), rotation);
    expect(outcomes).toMatchObject({ login: 'failed', 'other stored logins': 'failed' });
    expect(findings.find(({ check }) => check === 'other stored logins')?.error).toBe('AccountLocked');
    expect(database.logins).toHaveLength(2);
  });

  it('names the keys in which a version that works is not as AWSCURRENT', async () => {
    const strategy = databaseWith(CANARY.previous);
    const rotation = rotationStub({
      previous: {
        ...previous({ dbname: 'orders_old', team: 'blue' }),
        versionId: rotationStub().event.versionId,
      },
    });
    const { findings } = await preflight(strategy, current(), rotation);
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'other stored logins',
        detail: expect.stringContaining('It is not as AWSCURRENT in dbname, team.'),
        differs: ['dbname', 'team'],
      }),
    );
  });

  it('warns of another engine than the secret says', async () => {
    const { findings } = await preflight(
      databaseWith(CANARY.current),
      { ...current(), engine: 'mysql' },
      rotationStub(),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'login',
        outcome: 'warning',
        detail: 'PostgreSQL 18.1. The secret says "engine": "mysql".',
      }),
    );
  });

  it('sends no stored login to another server, and says what to do when none works', async () => {
    const strategy = databaseWith('changed by hand');
    const elsewhere = previous({ host: 'old.example.com' });
    const { findings } = await preflight(strategy, current(), rotationStub({ previous: elsewhere }));
    expect(database.logins.map(({ host }) => host)).toEqual([login.host]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'other stored logins',
        outcome: 'warning',
        detail: 'None of them works either.',
        remedy:
          'Give the user the password of AWSCURRENT in the database, or store a login that works with PutSecretValue.',
      }),
    );
  });

  it('warns of a login without TLS', async () => {
    const { outcomes } = await preflight(
      databaseWith(CANARY.current),
      current({ ssl: false }),
      rotationStub(),
    );
    expect(outcomes).toMatchObject({ TLS: 'warning', login: 'passed' });
  });
});

describe('a proposal for a single user', () => {
  it('has the password alone in its own way', () => {
    expect(() => databaseWith('').assertProposal(versions(), {})).not.toThrow();
  });

  it.each([
    ['engine', { engine: 'aurora-postgresql' }],
    ['host', { host: 'evil.example.com' }],
    ['port', { port: 5433 }],
    ['ssl', { ssl: false }],
    ['username', { username: 'admin' }],
  ])('with another %s is refused, and nobody is asked', async (key, replaced) => {
    const strategy = databaseWith(CANARY.current);
    const failure = await thrownBy(() =>
      strategy.assertProposal({ current: current(), pending: pending(replaced) }, {}),
    );
    expect(failure.name).toBe('IdentityChanged');
    expect(failure.message).toContain(`differ in "${key}"`);
    expect(database.logins).toEqual([]);
  });
});

describe('a single user that may have two passwords', () => {
  const GIVES = 'app gives app a second password';

  /** A database in which `app` has this password, and may have another. */
  function dualDatabaseWith(password: string) {
    const strategy = databaseWith(password);
    database.onePassword = undefined;
    return strategy;
  }

  it('gets the new one beside that of AWSCURRENT, and logs in with it', async () => {
    const rotation = rotationStub();
    await dualDatabaseWith(CANARY.current).setSecret(versions(), rotation);
    expect(database.events).toEqual(['app logs in', 'app takes the lock', GIVES, 'app logs in']);
    expect(database.users['app']).toEqual({ password: CANARY.pending, retained: CANARY.current });
    expect(rotation.lines).toEqual([]);
    expect(rotation.loginGapBegins).not.toHaveBeenCalled();
  });

  it.each(['never', 'NEVER'])('gets the new one in place of it where DUAL_PASSWORDS is %s', async (text) => {
    const rotation = rotationStub({ environment: { DUAL_PASSWORDS: text } });
    await dualDatabaseWith(CANARY.current).setSecret(versions(), rotation);
    expect(database.users['app']).toEqual({ password: CANARY.pending });
    expect(database.events).toEqual([
      'app logs in',
      'app takes the lock',
      'app changes its password',
      'app discards the old password of app',
      'app logs in',
    ]);
    expect(rotation.lines).toEqual([]);
  });

  it('is a setting with three values', async () => {
    const rotation = rotationStub({ environment: { DUAL_PASSWORDS: 'sometimes' } });
    const failure = await failureOf(dualDatabaseWith(CANARY.current).setSecret(versions(), rotation));
    expect(failure).toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringMatching(/DUAL_PASSWORDS.*prefer, require and never/),
    });
    expect(database.users['app']).toEqual({ password: CANARY.current });
  });

  it('may name its primary password, which is AWSPENDING or that of a version before', async () => {
    const strategy = dualDatabaseWith(CANARY.current);
    const asked: string[] = [];
    const connect: typeof database.engine.connect = async (...login) => {
      const session = await database.engine.connect(...login);
      return {
        ...session,
        async retainOwnPassword(present, next, others) {
          for await (const other of others) asked.push(other.reveal());
          return session.retainOwnPassword(present, next, others);
        },
      };
    };
    const rotation = rotationStub({ previous: previous(), unlabelled: [cancelled('v1', 'one')] });
    await singleUser({ ...database.engine, connect }).setSecret(versions(), rotation);
    expect(asked).toEqual([CANARY.pending, CANARY.previous, 'one']);
    expect(strategy.name).toBe('single-user');
  });

  it('keeps nothing of a login that is not AWSCURRENT', async () => {
    const strategy = dualDatabaseWith(CANARY.previous);
    await strategy.setSecret(versions(), rotationStub({ previous: previous() }));
    expect(database.users['app']).toEqual({ password: CANARY.pending });
    expect(database.events).toContain('app changes its password');
  });

  it('fails where two are required and cannot be had, and nothing is changed', async () => {
    const strategy = databaseWith(CANARY.current);
    const rotation = rotationStub({ environment: { DUAL_PASSWORDS: 'require' } });
    const { failure } = await preflight(strategy, current(), rotation);
    for (const error of [await failureOf(strategy.setSecret(versions(), rotation)), failure]) {
      expect(error).toMatchObject({
        name: 'DualPasswordsUnavailable',
        message: expect.stringContaining('cannot have two passwords: there is one'),
      });
    }
    expect(database.users['app']?.password).toBe(CANARY.current);
  });

  it('takes nothing back when the new one is not accepted: that of AWSCURRENT works on', async () => {
    const strategy = dualDatabaseWith(CANARY.current);
    database.watch = (point) => {
      if (point === `after ${GIVES}`) database.users['app'] = { password: MANGLED, retained: CANARY.current };
    };
    expect((await failureOf(strategy.setSecret(versions(), rotationStub()))).name).toBe('PasswordRefused');
    expect(database.events.at(-1)).toBe('app is rejected');
    expect(database.users['app']?.retained).toBe(CANARY.current);
  });

  it('is done when a password was refused that a twin has set already', async () => {
    const strategy = dualDatabaseWith(CANARY.current);
    database.watch = (point) => {
      if (point !== `before ${GIVES}`) return;
      database.users['app'] = { password: CANARY.pending, retained: CANARY.current };
      throw new PasswordRefused(login, 'app', new Fault('used before'));
    };
    await strategy.setSecret(versions(), rotationStub());
    expect(database.users['app']).toEqual({ password: CANARY.pending, retained: CANARY.current });
  });

  it.each([
    ['leaves nothing to settle', {}, true],
    ['leaves the old one to be discarded', { DISCARD_OLD_PASSWORD: 'true' }, false],
  ])('%s', async (_case, environment, isSettled) => {
    const strategy = dualDatabaseWith(CANARY.current);
    expect(await strategy.setSecret(versions(), rotationStub({ environment }))).toBe(isSettled);
  });

  it('keeps the old one after AWSCURRENT has moved, unless it is to be discarded', async () => {
    const both = { password: CANARY.pending, retained: CANARY.current };
    const strategy = dualDatabaseWith('');
    database.users['app'] = { ...both };
    await strategy.settle(promoted(), rotationStub());
    expect(database.events).toEqual([]);

    const environment = { DISCARD_OLD_PASSWORD: 'true' };
    const late = rotationStub({ environment, isCurrent: false });
    await strategy.settle(promoted(), late);
    expect(database.users['app']).toEqual(both);
    expect(late.lines).toMatchObject([{ fields: { reason: 'another rotation has begun meanwhile' } }]);
    const asked = strategy.discardOldPassword(pending(), rotationStub({ isCurrent: false }));
    expect((await failureOf(asked)).name).toBe('NothingToDiscard');
    expect(database.users['app']).toEqual(both);

    const timely = rotationStub({ environment });
    await strategy.settle(promoted(), timely);
    expect(timely.lines).toEqual([]);
    expect(new Set(database.locks)).toEqual(new Set(['secrets-rotation ["app"]']));
    expect(database.users['app']).toEqual({ password: CANARY.pending });
    expect(database.events.slice(-3)).toEqual([
      'app logs in',
      'app takes the lock',
      'app discards the old password of app',
    ]);
  });

  it('says so when nothing can be discarded: in the log of a rotation, and to an operator', async () => {
    const strategy = databaseWith(CANARY.current);
    const rotation = rotationStub({ environment: { DISCARD_OLD_PASSWORD: 'true' } });
    await strategy.settle({ current: previous(), pending: current(), isProven: true }, rotation);
    expect(rotation.lines).toMatchObject([
      { level: 'warn', message: 'no old password was discarded', fields: { reason: 'there is one' } },
    ]);
    expect(await failureOf(strategy.discardOldPassword(current(), rotationStub()))).toMatchObject({
      name: 'NothingToDiscard',
      message: expect.stringContaining('there is one'),
    });
  });

  it('loses the old one when an operator asks for it', async () => {
    const strategy = dualDatabaseWith('');
    database.users['app'] = { password: CANARY.current, retained: CANARY.previous };
    await strategy.discardOldPassword(current(), rotationStub());
    expect(database.users['app']).toEqual({ password: CANARY.current });
  });

  it('is tried out beforehand, and so is the policy for its passwords', async () => {
    const strategy = databaseWith(CANARY.current);
    const twoPasswords = async (environment = {}) =>
      (await preflight(strategy, current(), rotationStub({ environment }))).detail('two passwords');
    const gap = 'AWSCURRENT is rejected from the change of the password to the move of AWSCURRENT';
    expect(await twoPasswords()).toBe(`${gap}: there is one.`);
    expect(await twoPasswords({ DUAL_PASSWORDS: 'never' })).toBe(`${gap}: DUAL_PASSWORDS is never.`);
    database.onePassword = undefined;
    expect(await twoPasswords()).toBe('AWSCURRENT works throughout.');
    database.policy = { length: 40 };
    const { failure, outcomes } = await preflight(strategy, current(), rotationStub());
    expect(outcomes).toMatchObject({ 'two passwords': 'passed', 'password policy': 'failed' });
    expect(failure).toMatchObject({
      name: 'PasswordPolicyUnmet',
      message: expect.stringContaining('it wants 40 characters'),
    });
    const longer = rotationStub({ environment: { PASSWORD_LENGTH: '40' } });
    expect((await preflight(strategy, current(), longer)).outcome).toBe('passed');
  });
});

describe('a superuser that changes the password of a single user', () => {
  const environment = { SUPERUSER_SECRET_ARN: 'arn:superuser' };
  const withSuperuser = (replaced: Parameters<typeof rotationStub>[0] = {}) =>
    rotationStub({ environment, other: superuser(), ...replaced });

  function databaseWithAdmin(password: string) {
    database = fakeDatabase({ app: { password }, admin: { password: CANARY.superuser } });
    return singleUser(database.engine);
  }

  it('reads its secret ahead, where there is one', async () => {
    const strategy = databaseWithAdmin(CANARY.current);
    const configured = withSuperuser();
    await strategy.readAhead(current(), configured);
    expect(configured.otherSecret).toHaveBeenCalledOnce();
    const unaided = rotationStub();
    await strategy.readAhead(current(), unaided);
    expect(unaided.otherSecret).not.toHaveBeenCalled();
  });

  it('does so while the user itself holds the lock', async () => {
    await databaseWithAdmin(CANARY.current).setSecret(versions(), withSuperuser());
    expect(database.events).toEqual([
      'app logs in',
      'admin logs in',
      'app takes the lock',
      'admin sets the password of app',
      'app logs in',
    ]);
  });

  it('keeps that of AWSCURRENT where the user may have two', async () => {
    const strategy = databaseWithAdmin(CANARY.current);
    database.onePassword = undefined;
    await strategy.setSecret(versions(), withSuperuser());
    expect(database.events).toContain('admin gives app a second password');
    await strategy.settle(
      promoted(),
      withSuperuser({ environment: { ...environment, DISCARD_OLD_PASSWORD: 'true' } }),
    );
    expect(database.events.at(-1)).toBe('admin discards the old password of app');
    expect(database.users['app']).toEqual({ password: CANARY.pending });
  });

  it('leaves it to the user where it cannot keep that of AWSCURRENT itself', async () => {
    databaseWithAdmin(CANARY.current);
    database.onePassword = undefined;
    const connect: typeof database.engine.connect = async (...login) => ({
      ...(await database.engine.connect(...login)),
      retainPassword: async () => 'it cannot tell',
    });
    await singleUser({ ...database.engine, connect }).setSecret(versions(), withSuperuser());
    expect(database.events).toContain('app gives app a second password');
  });

  it('changes it beside what the user has retained, and even where it has expired', async () => {
    databaseWithAdmin(CANARY.current);
    const asked: unknown[] = [];
    const connect: typeof database.engine.connect = async (...login) => {
      const session = await database.engine.connect(...login);
      return {
        ...session,
        async setPassword(username, password, options) {
          asked.push(options);
          await session.setPassword(username, password, options);
        },
      };
    };
    await singleUser({ ...database.engine, connect }).setSecret(versions(), withSuperuser());
    expect(asked).toEqual([{ evenExpired: true, besideRetained: true }]);
    // AWSCURRENT may be what it has retained.
    expect(database.events).not.toContain('admin discards the old password of app');
  });

  it('leaves the user one password alone where it is to have one', async () => {
    const strategy = databaseWithAdmin(CANARY.current);
    database.onePassword = undefined;
    const never = { ...environment, DUAL_PASSWORDS: 'never' };
    await strategy.setSecret(versions(), withSuperuser({ environment: never }));
    expect(database.events.slice(-3)).toEqual([
      'admin sets the password of app',
      'admin discards the old password of app',
      'app logs in',
    ]);
    // Also when a try before has got as far as the change.
    database.users['app'] = { password: CANARY.pending, retained: 'older' };
    await strategy.setSecret(versions(), withSuperuser({ environment: never }));
    expect(database.users['app']).toEqual({ password: CANARY.pending });
  });

  it('gives the new password up to nobody when there is no connection left for its proof', async () => {
    const strategy = databaseWithAdmin('changed by hand');
    database.watch = (point) => {
      if (point === 'before app logs in') throw new TooManyConnections(login, new Fault('full'));
    };
    const rotation = withSuperuser({ environment: { ...environment, REPAIR_AWSCURRENT: 'true' } });
    expect((await failureOf(strategy.setSecret(versions(), rotation))).name).toBe('TooManyConnections');
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('waits for a replica that the user logs in to', async () => {
    const strategy = databaseWithAdmin(CANARY.current);
    let isKnown = false;
    database.watch = (point) => {
      if (point === 'after admin sets the password of app') setTimeout(() => (isKnown = true), 50);
      if (point === 'before app logs in' && database.users['app']?.password === CANARY.pending && !isKnown)
        throw new LoginRejected(login, new Fault('not replicated yet'));
    };
    const rotation = withSuperuser({ other: superuser({ host: 'writer.example.com' }) });
    await strategy.setSecret(versions(), rotation);
    await strategy.testSecret(versions(), rotation);
    await (await strategy.hold(versions(), rotation))[Symbol.asyncDispose]();
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('puts the old password back when the new one is not accepted', async () => {
    const strategy = databaseWithAdmin(CANARY.current);
    let changes = 0;
    database.watch = (point) => {
      if (point === 'after admin sets the password of app' && ++changes === 1)
        database.users['app'] = { password: MANGLED };
    };
    expect((await failureOf(strategy.setSecret(versions(), withSuperuser()))).name).toBe('PasswordRefused');
    expect(database.users['app']?.password).toBe(CANARY.current);
  });

  it('ends an expiry, which a server tells only to whoever has the right password', async () => {
    const strategy = databaseWithAdmin(CANARY.current);
    let isExpired = true;
    database.watch = (point) => {
      if (point === 'before app logs in' && isExpired) throw new PasswordExpired(login, new Fault('expired'));
      if (point === 'after admin sets the password of app') isExpired = false;
    };
    expect((await failureOf(strategy.setSecret(versions(), rotationStub()))).name).toBe('PasswordExpired');
    await strategy.setSecret(versions(), withSuperuser());
    expect(database.events.slice(-4)).toEqual([
      'admin logs in',
      'admin takes the lock',
      'admin sets the password of app',
      'app logs in',
    ]);
  });

  it('does not give a password to a user whose login the secret does not have', async () => {
    const strategy = databaseWithAdmin('changed by hand');
    expect((await failureOf(strategy.setSecret(versions(), withSuperuser()))).name).toBe(
      'NoStoredLoginWorks',
    );
    const unaided = rotationStub({ environment: { REPAIR_AWSCURRENT: 'true' } });
    expect((await failureOf(strategy.setSecret(versions(), unaided))).name).toBe('NoStoredLoginWorks');
    expect(database.logins.every(({ username }) => username === 'app')).toBe(true);
  });

  it('does so where the function is configured to repair AWSCURRENT, and takes nothing back', async () => {
    const strategy = databaseWithAdmin('changed by hand');
    const rotation = withSuperuser({ environment: { ...environment, REPAIR_AWSCURRENT: 'true' } });
    await strategy.setSecret(versions(), rotation);
    expect(database.users['app']?.password).toBe(CANARY.pending);
    expect(rotation.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'no stored login works, and the superuser gives the user a new password',
      fields: { user: 'app' },
    });

    database.users['app'] = { password: 'changed again' };
    database.watch = (point) => {
      if (point === 'after admin sets the password of app') database.users['app'] = { password: MANGLED };
    };
    expect((await failureOf(strategy.setSecret(versions(), rotation))).name).toBe('PasswordNotPutBack');
    expect(database.users['app']?.password).toBe(MANGLED);
  });

  it('needs the labels to be as they were, also to repair', async () => {
    const strategy = databaseWithAdmin('changed by hand');
    const stillPending = () => {
      throw new TokenNotPending([]);
    };
    const rotation = withSuperuser({
      environment: { ...environment, REPAIR_AWSCURRENT: 'true' },
      stillPending,
    });
    expect((await failureOf(strategy.setSecret(versions(), rotation))).name).toBe('TokenNotPending');
    expect(database.users['app']?.password).toBe('changed by hand');
  });

  it('is tried out beforehand, and may allow two passwords that the user may not have itself', async () => {
    databaseWithAdmin(CANARY.current);
    database.onePassword = undefined;
    const connect: typeof database.engine.connect = async (login, ...surroundings) => {
      const session = await database.engine.connect(login, ...surroundings);
      return login.username === 'admin' ? session : { ...session, whyOnePassword: async () => 'it may not' };
    };
    const required = withSuperuser({ environment: { ...environment, DUAL_PASSWORDS: 'require' } });
    const strategy = singleUser({ ...database.engine, connect });
    expect((await preflight(strategy, current(), required)).outcome).toBe('passed');
    expect(database.events).toEqual([
      'app logs in',
      'admin logs in',
      'admin rehearses a change of the password of app',
    ]);
    database.onePassword = 'nobody may';
    expect((await preflight(strategy, current(), required)).failure?.name).toBe('DualPasswordsUnavailable');
  });
});
