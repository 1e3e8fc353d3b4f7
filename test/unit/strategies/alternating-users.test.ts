import {
  AccountLocked,
  Fault,
  HostUnreachable,
  PasswordRefused,
  PrivilegeMissing,
  StatementFailed,
  TokenNotPending,
  UserNameRefused,
} from '@rotation/core';
import { afterEach, describe, expect, it } from 'vitest';
import { alternatingUsers } from '../../../functions/strategies/alternating-users.ts';
import { CANARY, failureOf, thrownBy } from '../support/canaries.ts';
import { type FakeDatabase, fakeDatabase, type User } from '../support/fake-database.ts';
import { preflight } from '../support/preflight.ts';
import { type RotationParts, rotationStub } from '../support/rotation-stub.ts';
import { current, parsed, pending, previous, superuser } from '../support/secret-values.ts';

const environment = { SUPERUSER_SECRET_ARN: 'arn:superuser' };
const rotationWith = (replaced: RotationParts = {}) =>
  rotationStub({ environment, other: superuser(), ...replaced });
const versions = (replaced: Record<string, unknown> = {}) => ({
  current: current(),
  pending: pending({ username: 'app_clone', ...replaced }),
});
let database: FakeDatabase;

/** A database with `app`, which may read and write, and the superuser. */
function databaseWith(users: Record<string, User> = {}) {
  database = fakeDatabase({
    app: { password: CANARY.current, traits: ['read', 'write'] },
    admin: { password: CANARY.superuser },
    ...users,
  });
  return alternatingUsers(database.engine);
}

const target = { host: 'db.example.com', port: 5432, username: 'app_clone' };
const OPENING = 'before admin opens app_clone';
/** The user of AWSCURRENT has to be in before the superuser's password leaves; its lock and the superuser's login overlap. */
const BOTH_IN = ['app logs in', 'admin logs in', 'app takes the lock'];

/** Throws at a point, in addition to what is thrown elsewhere. */
function alsoThrow(at: string, error: Error): void {
  const { watch } = database;
  database.watch = (point) => {
    if (point === at) throw error;
    watch(point);
  };
}

/** Has the database refuse the new password, after something else has happened. */
function refuse(meanwhile: () => void = () => {}): PasswordRefused {
  const refusal = new PasswordRefused(target, 'app_clone', new Fault('too weak'));
  database.watch = (point) => {
    if (point !== OPENING) return;
    meanwhile();
    throw refusal;
  };
  return refusal;
}

afterEach(() => {
  expect(database.openSessions()).toBe(0);
});

describe('setSecret of alternating users', () => {
  it('aligns the other user, and sets its password last', async () => {
    await databaseWith().setSecret(versions(), rotationWith());
    expect(database.events).toEqual([
      ...BOTH_IN,
      'admin takes the lock',
      'admin aligns app_clone with app',
      'admin opens app_clone',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.current);
    expect(database.users['app_clone']).toEqual({
      password: CANARY.pending,
      locked: false,
      traits: ['read', 'write'],
    });
  });

  const older = (password: string, replaced: Record<string, unknown> = {}) =>
    parsed('older', { username: 'app_clone', password, ...replaced });

  it.each([
    ['AWSPREVIOUS names it', { previous: previous({ username: 'app_clone' }) }],
    ['a version without a label logs in as it', { unlabelled: [older('unset'), older('of the clone')] }],
    [
      'one does after others that name another user',
      { unlabelled: [...Array(2).fill(older('x', { username: 'app' })), older('of the clone')] },
    ],
    ['a version of another host names it', { unlabelled: [older('x', { host: 'old.example.com' })] }],
  ])('says so when the other user is of this secret: %s', async (_case, versionsBefore) => {
    const strategy = databaseWith({ app_clone: { password: 'of the clone' } });
    await strategy.setSecret(versions(), rotationWith(versionsBefore));
    expect(database.events.at(-2)).toBe('admin aligns app_clone with app, as a user of this secret');
  });

  it.each([
    ['a version that was never set', [older('unset')]],
    ['two that were never set, whatever comes after them', [older('1'), older('2'), older('a stranger’s')]],
    ['one of another user', [older('a stranger’s', { username: 'app' })]],
    ['one of another user, who logs in', [older(CANARY.current, { username: 'app' })]],
    ['the eleventh', [...Array(10).fill(older('x', { username: 'y' })), older('a stranger’s')]],
  ])('does not take a stranger for it because of %s', async (_case, unlabelled) => {
    const strategy = databaseWith({ app_clone: { password: 'a stranger’s' } });
    await strategy.setSecret(versions(), rotationWith({ unlabelled }));
    expect(database.events.at(-2)).toBe('admin aligns app_clone with app');
  });

  it('sets no password of a user that the engine leaves alone', async () => {
    const strategy = databaseWith({ app_clone: { password: 'a stranger’s' } });
    const refusal = new UserNameRefused('app_clone', 'is somebody else’s');
    alsoThrow('before admin aligns app_clone with app', refusal);
    expect(await failureOf(strategy.setSecret(versions(), rotationWith()))).toBe(refusal);
    expect(database.users['app_clone']?.password).toBe('a stranger’s');
  });

  it('takes the same lock in both directions', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.pending, traits: ['read', 'write'] } });
    await strategy.setSecret(versions(), rotationWith());
    const back = {
      current: current({ username: 'app_clone', password: CANARY.pending }),
      pending: pending({ username: 'app', password: CANARY.generated }),
    };
    await strategy.setSecret(back, rotationWith());
    expect(database.locks).toEqual(Array(4).fill('secrets-rotation ["app","app_clone"]'));
  });

  it('reads the labels again, once, between the lock and the first change', async () => {
    const strategy = databaseWith();
    const readAt: (readonly string[])[] = [];
    await strategy.setSecret(
      versions(),
      rotationWith({ stillPending: () => void readAt.push([...database.events]) }),
    );
    expect(readAt).toEqual([[...BOTH_IN, 'admin takes the lock']]);
  });

  it('changes nothing when it lost its label while it waited for the lock', async () => {
    const strategy = databaseWith();
    const stillPending = () => {
      throw new TokenNotPending([]);
    };
    const failure = await failureOf(strategy.setSecret(versions(), rotationWith({ stillPending })));
    expect(failure.name).toBe('TokenNotPending');
    expect(database.events).toEqual([...BOTH_IN, 'admin takes the lock']);
    expect(database.users['app_clone']).toBeUndefined();
  });

  it('gives a refused password up after a login has shown that it does not work', async () => {
    const strategy = databaseWith();
    const refusal = refuse();
    expect(await failureOf(strategy.setSecret(versions(), rotationWith()))).toBe(refusal);
    expect(database.events.slice(-2)).toEqual(['admin aligns app_clone with app', 'app_clone is rejected']);
    expect(database.logins.at(-1)?.password.reveal()).toBe(CANARY.pending);
  });

  it('takes a locked account for such a login', async () => {
    const strategy = databaseWith();
    const refusal = refuse();
    alsoThrow('before app_clone is rejected', new AccountLocked(target, new Fault('locked')));
    expect(await failureOf(strategy.setSecret(versions(), rotationWith()))).toBe(refusal);
  });

  it('is done when a password was refused that a twin has set already', async () => {
    const strategy = databaseWith();
    refuse(() => {
      database.users['app_clone'] = {
        ...database.users['app_clone'],
        locked: false,
        password: CANARY.pending,
      };
    });
    await strategy.setSecret(versions(), rotationWith());
    expect(database.events.slice(-2)).toEqual(['admin aligns app_clone with app', 'app_clone logs in']);
  });

  it('does not give a refused password up when nothing is known about its login', async () => {
    const strategy = databaseWith();
    refuse();
    const cut = new HostUnreachable(target, new Fault('cut'));
    alsoThrow('before app_clone is rejected', cut);
    expect(await failureOf(strategy.setSecret(versions(), rotationWith()))).toBe(cut);
  });

  it('asks for no proof when the password was not set for another reason', async () => {
    const strategy = databaseWith();
    const failed = new StatementFailed(target, 'set the password', new Fault('read only'));
    alsoThrow(OPENING, failed);
    expect(await failureOf(strategy.setSecret(versions(), rotationWith()))).toBe(failed);
    expect(database.logins.map(({ username }) => username)).toEqual(['app', 'admin']);
  });

  it('can be run again', async () => {
    const strategy = databaseWith();
    await strategy.setSecret(versions(), rotationWith());
    const first = structuredClone(database.users);
    await strategy.setSecret(versions(), rotationWith());
    expect(database.users).toEqual(first);
  });

  it('leaves a user that it had no time to finish locked', async () => {
    const strategy = databaseWith();
    database.watch = (point) => {
      if (point === OPENING) throw new Error('died');
    };
    await failureOf(strategy.setSecret(versions(), rotationWith()));
    expect(database.users['app_clone']?.locked).toBe(true);
  });

  it('reads the superuser secret ahead', async () => {
    const rotation = rotationWith();
    await databaseWith().readAhead(current(), rotation);
    expect(rotation.otherSecret).toHaveBeenCalledOnce();
  });

  it('takes no superuser’s help when AWSCURRENT does not log in', async () => {
    const strategy = databaseWith({ app: { password: 'another' } });
    expect((await failureOf(strategy.setSecret(versions(), rotationWith()))).name).toBe('LoginRejected');
    expect(database.logins.map(({ username }) => username)).toEqual(['app']);
  });

  it.each([['before app takes the lock'], ['before admin logs in']])(
    'ends both sessions when it fails %s, and tells that failure',
    async (point) => {
      const strategy = databaseWith();
      const cut = new HostUnreachable(target, new Fault('cut'));
      alsoThrow(point, cut);
      expect(await failureOf(strategy.setSecret(versions(), rotationWith()))).toBe(cut);
      expect(database.events).not.toContain('admin takes the lock');
    },
  );

  it('changes the user at the superuser’s host, and asks there whether a twin has', async () => {
    const strategy = databaseWith();
    refuse(() => {
      database.users['app_clone'] = { locked: false, password: CANARY.pending };
    });
    const other = superuser({ host: 'writer.example.com' });
    await strategy.setSecret(versions(), rotationWith({ other }));
    expect(database.logins.map(({ username, host }) => [username, host])).toEqual([
      ['app', 'db.example.com'],
      ['admin', 'writer.example.com'],
      ['app_clone', 'writer.example.com'],
    ]);
  });

  it.each([
    ['the database that its secret names', {}, 'postgres'],
    ['the database of the user, to hand over what is in it', { REASSIGN_OWNED: 'true' }, 'orders'],
  ])('has the superuser log in to %s', async (_case, more, name) => {
    const other = superuser({ dbname: 'postgres' });
    await databaseWith().setSecret(
      versions(),
      rotationWith({ other, environment: { ...environment, ...more } }),
    );
    expect(database.logins).toMatchObject([
      { username: 'app', database: 'orders' },
      { username: 'admin', database: name },
    ]);
  });

  it('fails when the superuser is rejected, and changes nothing', async () => {
    const strategy = databaseWith({ admin: { password: 'another' } });
    expect((await failureOf(strategy.setSecret(versions(), rotationWith()))).name).toBe('LoginRejected');
    expect(database.users['app_clone']).toBeUndefined();
  });
});

describe('setSecret back to the original', () => {
  const back = () => ({
    current: current({ username: 'app_clone' }),
    pending: pending({ username: 'app' }),
  });

  it('changes nothing when the clone could not follow afterwards', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.current } });
    const lacks = new PrivilegeMissing(target, 'grant', 'Grant it.', new Fault('denied'));
    alsoThrow(
      'before admin rehearses the alignment of app_clone with app, as a user of this secret, which stays open',
      lacks,
    );
    const rotation = rotationWith({ previous: previous() });
    expect(await failureOf(strategy.setSecret(back(), rotation))).toBe(lacks);
    expect(database.users['app']?.password).toBe(CANARY.current);
  });

  it('changes nothing but its password', async () => {
    const strategy = databaseWith({
      app: { password: CANARY.previous, locked: true, traits: ['read'] },
      app_clone: { password: CANARY.current, traits: ['read', 'write'] },
    });
    expect(await strategy.setSecret(back(), rotationWith({ previous: previous() }))).toBe(false);
    expect(database.events).toEqual([
      'app_clone logs in',
      'admin logs in',
      'app_clone takes the lock',
      'admin takes the lock',
      'admin rehearses the alignment of app_clone with app, as a user of this secret, which stays open',
      'admin sets the password of app',
    ]);
    expect(database.users['app']).toEqual({ password: CANARY.pending, locked: true, traits: ['read'] });
    expect(database.users['app_clone']).toEqual({ password: CANARY.current, traits: ['read', 'write'] });
  });

  it('leaves nothing to settle where the clone is equal to it', async () => {
    const strategy = databaseWith({
      app: { password: CANARY.previous, traits: ['read'] },
      app_clone: { password: CANARY.current, traits: ['read'] },
    });
    expect(await strategy.setSecret(back(), rotationWith({ previous: previous() }))).toBe(true);
  });

  it('says what is left to settle, too, when a twin has set the password already', async () => {
    const strategy = databaseWith({
      app: { password: CANARY.pending, traits: ['read'] },
      app_clone: { password: CANARY.current, traits: ['read', 'write'] },
    });
    const refused = new PasswordRefused(target, 'app', new Fault('used before'));
    alsoThrow('before admin sets the password of app', refused);
    expect(await strategy.setSecret(back(), rotationWith({ previous: previous() }))).toBe(false);
  });
});

describe('setSecret of a pair that the function does not manage', () => {
  it.each([
    ['both of whose names the secret holds', {}, ['app', 'app_clone']],
    ['as the function is configured', { MANAGE_CLONES: 'false' }, undefined],
  ])('changes nothing but the password of the other user, %s', async (_case, more, usernames) => {
    const traits = ['write', 'read'];
    const strategy = databaseWith({ app_clone: { password: 'old', traits } });
    const pair = { current: current({ usernames }), pending: pending({ username: 'app_clone', usernames }) };
    await strategy.setSecret(pair, rotationWith({ environment: { ...environment, ...more } }));
    expect(database.events.at(-1)).toBe('admin sets the password of app_clone');
    expect(database.users['app_clone']).toEqual({ password: CANARY.pending, traits });
  });

  it('changes nothing of a user that is not equal, which a secret may name without having to do with it', async () => {
    const strategy = databaseWith({ app_clone: { password: 'old', traits: ['read', 'write', 'drop'] } });
    const usernames = ['app', 'app_clone'];
    const pair = { current: current({ usernames }), pending: pending({ username: 'app_clone', usernames }) };
    const failure = await failureOf(strategy.setSecret(pair, rotationWith()));
    expect(failure.name).toBe('UsersDiffer');
    expect(failure.message).toContain('it has besides drop.');
    expect(database.users['app_clone']?.password).toBe('old');
  });
});

describe('testSecret of alternating users', () => {
  const clone = (traits: readonly string[]) => ({ app_clone: { password: CANARY.pending, traits } });

  it('passes a clone that is equal to its original', async () => {
    const strategy = databaseWith(clone(['write', 'read']));
    expect(await strategy.testSecret(versions(), rotationWith())).toBe(true);
    expect(database.events.filter((event) => event.endsWith('logs in'))).toEqual([
      'app_clone logs in',
      'app logs in',
    ]);
  });

  it.each([
    ['what the clone lacks', ['read'], 'it lacks write.'],
    ['what the clone has besides', ['read', 'write', 'drop'], 'it has besides drop.'],
  ])('names %s', async (_case, traits, words) => {
    const failure = await failureOf(databaseWith(clone(traits)).testSecret(versions(), rotationWith()));
    expect(failure.name).toBe('UsersDiffer');
    expect(failure.message).toContain(`"app_clone" is not equal to "app": ${words}`);
  });

  it('takes an original as it is, and says what its clone will follow it in', async () => {
    const strategy = databaseWith({
      app: { password: CANARY.pending, traits: ['read', 'drop'] },
      app_clone: { password: CANARY.current, traits: ['read', 'write'] },
    });
    const back = { current: current({ username: 'app_clone' }), pending: pending() };
    const rotation = rotationWith();
    expect(await strategy.testSecret(back, rotation)).toBe(false);
    expect(rotation.lines).toMatchObject([
      {
        level: 'warn',
        message: 'the original was changed, and its clone follows',
        fields: { lacks: ['write'], hasBesides: ['drop'] },
      },
    ]);
  });

  it('takes neither user of a given pair for the model', async () => {
    const strategy = databaseWith({
      app: { password: CANARY.pending, traits: ['read', 'drop'] },
      app_clone: { password: CANARY.current, traits: ['read', 'write'] },
    });
    const usernames = ['app', 'app_clone'];
    const back = { current: current({ username: 'app_clone', usernames }), pending: pending({ usernames }) };
    const failure = await failureOf(strategy.testSecret(back, rotationWith()));
    expect(failure.message).toContain('it lacks write, and has besides drop.');
  });

  it('fails when AWSPENDING does not log in', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.pending, locked: true } });
    expect((await failureOf(strategy.testSecret(versions(), rotationWith()))).name).toBe('LoginRejected');
    expect(database.openSessions()).toBe(0);
  });

  it('fails with what AWSPENDING met with when AWSCURRENT fails as well', async () => {
    const strategy = databaseWith(clone(['read', 'write']));
    const failed = new StatementFailed(target, 'list its rights', new Fault('cut'));
    alsoThrow('before app_clone lists the traits of app_clone', failed);
    alsoThrow('before app lists the traits of app', new StatementFailed(target, 'list', new Fault('full')));
    expect(await failureOf(strategy.testSecret(versions(), rotationWith()))).toBe(failed);
    expect(database.openSessions()).toBe(0);
  });
});

describe('finishSecret of alternating users', () => {
  it('holds the new login under the lock of both users until the labels are moved', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.pending } });
    {
      await using held = await strategy.hold(versions(), rotationWith());
      await held.assertHeld();
      expect(database.openSessions()).toBe(1);
    }
    expect(database.events).toEqual([
      'app_clone logs in',
      'app_clone takes the lock',
      'app_clone still has the lock',
    ]);
    expect(database.locks).toEqual(['secrets-rotation ["app","app_clone"]']);
  });

  it('leaves no session behind when the lock is not to be had', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.pending } });
    const failed = new StatementFailed(target, 'wait', new Fault('lock timeout'));
    alsoThrow('before app_clone takes the lock', failed);
    expect(await failureOf(strategy.hold(versions(), rotationWith()))).toBe(failed);
  });
});

describe('what alternating users settle once AWSCURRENT has moved', () => {
  const back = () => ({
    current: current({ username: 'app_clone' }),
    pending: pending({ username: 'app' }),
    isProven: false,
  });
  const forth = () => ({ ...versions(), isProven: false });
  const afterMove = () =>
    databaseWith({
      app: { password: CANARY.pending, traits: ['read', 'drop'] },
      app_clone: { password: CANARY.current, traits: ['read', 'write'] },
    });

  it('is that the clone follows its original', async () => {
    await afterMove().settle(back(), rotationWith());
    expect(database.events).toEqual([
      'app logs in',
      'admin logs in',
      'admin takes the lock',
      'admin aligns app_clone with app, as a user of this secret, which stays open',
    ]);
    expect(database.locks).toEqual(['secrets-rotation ["app","app_clone"]']);
    expect(database.users['app_clone']).toEqual({
      password: CANARY.current,
      traits: ['read', 'drop'],
      locked: false,
    });
  });

  it('takes no second proof of a login', async () => {
    await afterMove().settle({ ...back(), isProven: true }, rotationWith());
    expect(database.events.slice(0, 2)).toEqual(['admin logs in', 'admin takes the lock']);
    expect(database.users['app_clone']?.traits).toEqual(['read', 'drop']);
  });

  it.each([
    ['the clone has become AWSCURRENT', forth, {}],
    ['the function manages no clones', back, { MANAGE_CLONES: 'false' }],
  ])('is nothing when %s', async (_case, moved, more) => {
    await afterMove().settle(moved(), rotationWith({ environment: { ...environment, ...more } }));
    expect(database.events).toEqual([]);
  });

  it('is nothing any more when another rotation has moved AWSCURRENT meanwhile', async () => {
    await afterMove().settle(back(), rotationWith({ isCurrent: false }));
    expect(database.events.at(-1)).toBe('admin takes the lock');
    expect(database.users['app_clone']?.traits).toEqual(['read', 'write']);
  });

  it('is left to nobody whose login does not work', async () => {
    const strategy = databaseWith({ app: { password: 'another' } });
    expect((await failureOf(strategy.settle(back(), rotationWith()))).name).toBe('LoginRejected');
  });

  it('is told to the operator where the engine has something to say', async () => {
    const rotation = rotationWith({ environment: { ...environment, REASSIGN_OWNED: 'true' } });
    await afterMove().settle(back(), rotation);
    expect(rotation.lines).toMatchObject([
      {
        level: 'warn',
        message: 'Everything is handed over.',
        fields: { original: 'app', clone: 'app_clone' },
      },
    ]);
  });
});

describe('what alternating users propose', () => {
  it.each([
    ['app', undefined, 'app_clone'],
    ['app', 'app_clone', 'app_clone'],
    ['app_clone', 'app', 'app'],
    ['app_clone', undefined, 'app_clone_clone'],
  ])('%s, with %s as AWSPREVIOUS, is followed by %s', async (username, before, next) => {
    const before_ = before === undefined ? {} : { previous: previous({ username: before }) };
    expect(await databaseWith().nextUsername(current({ username }), rotationWith(before_))).toBe(next);
  });

  it('has a name that the engine takes', async () => {
    const strategy = databaseWith();
    const refuse = (username: string, engine: string) => {
      throw new UserNameRefused(username, `is not for ${engine}`);
    };
    const failure = await failureOf(
      alternatingUsers({ ...database.engine, assertUsername: refuse }).nextUsername(
        current(),
        rotationWith(),
      ),
    );
    expect(failure.message).toContain('"app_clone" is not for postgres');
    expect(strategy.name).toBe('alternating-users');
  });

  it.each([
    ['app', 'app_clone'],
    ['app_clone', 'app'],
  ])('may lead from %s to %s', (from, to) => {
    const pair = { current: current({ username: from }), pending: pending({ username: to }) };
    expect(() => databaseWith().assertProposal(pair, {})).not.toThrow();
  });

  it.each([
    ['engine', { engine: 'aurora-postgresql' }],
    ['host', { host: 'evil.example.com' }],
    ['port', { port: 5433 }],
    ['ssl', { ssl: false }],
    ['username', { username: 'admin' }],
    ['username', { username: 'app' }],
    ['username', { username: 'app_clone_clone' }],
    ['username', { username: 'APP_clone' }],
  ])('with another %s is refused, and nobody is asked', async (key, replaced) => {
    const failure = await thrownBy(() => databaseWith().assertProposal(versions(replaced), {}));
    expect(failure.name).toBe('IdentityChanged');
    expect(failure.message).toContain(`differ in "${key}"`);
    expect(database.logins).toEqual([]);
  });
});

describe('what alternating users try out beforehand', () => {
  it('are both logins and what is to become of the clone, and nothing is changed', async () => {
    const { outcomes, detail } = await preflight(databaseWith(), current(), rotationWith());
    expect(database.events).toEqual([
      'app logs in',
      'admin logs in',
      'admin takes the lock',
      'admin rehearses the alignment of app_clone with app',
      'admin lists the traits of app_clone',
    ]);
    expect(detail('the other user')).toBe('It is not there yet: a rotation makes it.');
    expect(outcomes).toEqual({
      'host name': 'passed',
      port: 'passed',
      TLS: 'passed',
      login: 'passed',
      dbname: 'passed',
      'name of the other user': 'passed',
      'superuser secret': 'passed',
      'superuser login': 'passed',
      'password policy': 'passed',
      'the other user': 'passed',
    });
    expect(detail('name of the other user')).toBe('"app_clone".');
    expect(database.openSessions()).toBe(0);
  });

  it('is the new password of the original, and what becomes of its clone once AWSCURRENT names that no more', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.current } });
    const rotation = rotationWith({ previous: previous() });
    const { detail } = await preflight(strategy, current({ username: 'app_clone' }), rotation);
    expect(detail('the other user')).toBe(
      'It differs from the user of AWSCURRENT in 2 things, which a rotation brings in line.',
    );
    expect(database.events.slice(-4, -2)).toEqual([
      'admin rehearses the alignment of app_clone with app, as a user of this secret, which stays open',
      'admin rehearses a change of the password of app',
    ]);
  });

  it('knows a clone that the secret has had', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.previous } });
    await preflight(strategy, current(), rotationWith({ previous: previous({ username: 'app_clone' }) }));
    expect(database.events).toContain(
      'admin rehearses the alignment of app_clone with app, as a user of this secret',
    );
  });

  it('is whether the users of a given pair are equal', async () => {
    const usernames = ['app', 'blue'];
    const strategy = databaseWith({ blue: { password: 'of blue', traits: ['read'] } });
    const { failure } = await preflight(strategy, current({ usernames }), rotationWith());
    expect(failure).toMatchObject({ name: 'UsersDiffer', message: expect.stringContaining('lacks write') });
    database.users['blue'] = { password: 'of blue', traits: ['read', 'write'] };
    const { outcome, detail } = await preflight(strategy, current({ usernames }), rotationWith());
    expect(outcome).toBe('passed');
    expect(detail('the other user')).toBe('It is equal to the user of AWSCURRENT.');
    expect(database.events).toContain('admin rehearses a change of the password of blue');
  });

  it.each([
    { usernames: undefined, other: 'app_clone' },
    { usernames: ['app', 'blue'], other: 'blue' },
  ])(
    'is nothing that a superuser is used for when AWSCURRENT is rejected ($other)',
    async ({ usernames, other }) => {
      const strategy = databaseWith({ [other]: { password: 'of another secret' } });
      const { outcomes } = await preflight(
        strategy,
        current({ usernames, password: 'guessed' }),
        rotationWith(),
      );
      expect(outcomes).toMatchObject({
        login: 'failed',
        'superuser login': 'skipped',
        'the other user': 'skipped',
      });
      expect(database.logins.map(({ username }) => username)).not.toContain('admin');
    },
  );

  it('fails for what the superuser lacks', async () => {
    const strategy = databaseWith();
    const lacks = new PrivilegeMissing(target, 'create "app_clone"', 'Grant it.', new Fault('denied'));
    alsoThrow('before admin rehearses the alignment of app_clone with app', lacks);
    expect((await preflight(strategy, current(), rotationWith())).failure).toBe(lacks);
  });

  it('fails without a superuser secret', async () => {
    const strategy = databaseWith();
    const { failure, outcomes } = await preflight(strategy, current(), rotationWith({ environment: {} }));
    expect(failure?.name).toBe('SuperuserSecretRefused');
    expect(outcomes).toMatchObject({
      'superuser login': 'skipped',
      'the other user': 'skipped',
      login: 'passed',
    });
  });
});
