import { UserNameRefused } from '@rotation/core';
import { afterEach, describe, expect, it } from 'vitest';
import { alternatingUsers } from '../../../functions/strategies/alternating-users.ts';
import { CANARY, failureOf, thrownBy } from '../support/canaries.ts';
import { type FakeDatabase, fakeDatabase, type User } from '../support/fake-database.ts';
import { type RotationParts, rotationStub } from '../support/rotation-stub.ts';
import { current, pending, previous, superuser } from '../support/secret-values.ts';

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
    app: { password: CANARY.current, rights: ['read', 'write'] },
    admin: { password: CANARY.superuser },
    ...users,
  });
  return alternatingUsers(database.engine);
}

afterEach(() => {
  expect(database.openSessions()).toBe(0);
});

describe('setSecret of alternating users', () => {
  it('aligns the other user, and sets its password last', async () => {
    await databaseWith().setSecret(versions(), rotationWith());
    expect(database.events).toEqual([
      'app logs in',
      'admin logs in',
      'admin aligns app_clone with app',
      'admin sets the password of app_clone',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.current);
    expect(database.users['app_clone']).toEqual({
      password: CANARY.pending,
      locked: false,
      rights: ['read', 'write'],
    });
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
      if (point === 'before admin sets the password of app_clone') throw new Error('died');
    };
    await failureOf(strategy.setSecret(versions(), rotationWith()));
    expect(database.users['app_clone']?.locked).toBe(true);
  });

  it('takes no superuser’s help when AWSCURRENT does not log in', async () => {
    const strategy = databaseWith({ app: { password: 'another' } });
    const rotation = rotationWith();
    expect((await failureOf(strategy.setSecret(versions(), rotation))).name).toBe('LoginRejected');
    expect(rotation.otherSecret).not.toHaveBeenCalled();
    expect(database.events).toEqual(['app is rejected']);
  });

  it.each([
    ['host', { host: 'other.example.com' }],
    ['port', { port: 1 }],
  ])('sends the superuser’s login to no other %s', async (key, replaced) => {
    const strategy = databaseWith();
    const failure = await failureOf(
      strategy.setSecret(versions(), rotationWith({ other: superuser(replaced) })),
    );
    expect(failure.name).toBe('SuperuserSecretRefused');
    expect(failure.message).toContain(`its "${key}" is not that of AWSCURRENT`);
    expect(database.logins.map(({ username }) => username)).toEqual(['app']);
  });

  it('fails when the superuser is rejected, and changes nothing', async () => {
    const strategy = databaseWith({ admin: { password: 'another' } });
    expect((await failureOf(strategy.setSecret(versions(), rotationWith()))).name).toBe('LoginRejected');
    expect(database.users['app_clone']).toBeUndefined();
  });
});

describe('testSecret of alternating users', () => {
  const clone = (rights: readonly string[]) => ({ app_clone: { password: CANARY.pending, rights } });

  it.each([
    ['just as much', ['read', 'write']],
    ['more, as a database that has just given it more', ['read', 'write', 'drop']],
  ])('passes a user that may do %s', async (_case, rights) => {
    await databaseWith(clone(rights)).testSecret(versions(), rotationWith());
    expect(database.events.filter((event) => event.endsWith('logs in'))).toEqual([
      'app_clone logs in',
      'app logs in',
    ]);
  });

  it('names what the other user may not do', async () => {
    const failure = await failureOf(databaseWith(clone(['read'])).testSecret(versions(), rotationWith()));
    expect(failure.name).toBe('CloneIncomplete');
    expect(failure.message).toContain('"app_clone" lacks what "app" has: write.');
  });

  it('fails when AWSPENDING does not log in', async () => {
    const strategy = databaseWith({ app_clone: { password: CANARY.pending, locked: true } });
    expect((await failureOf(strategy.testSecret(versions(), rotationWith()))).name).toBe('LoginRejected');
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
    expect(() => databaseWith().assertProposal(pair)).not.toThrow();
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
    const failure = await thrownBy(() => databaseWith().assertProposal(versions(replaced)));
    expect(failure.name).toBe('IdentityChanged');
    expect(failure.message).toContain(`differ in "${key}"`);
    expect(database.logins).toEqual([]);
  });
});

describe('what alternating users try out beforehand', () => {
  it('are both logins, and nothing is changed', async () => {
    await databaseWith().preflight(current(), rotationWith());
    expect(database.events).toEqual(['app logs in', 'admin logs in']);
  });

  it('fails without a superuser secret', async () => {
    const strategy = databaseWith();
    const failure = await failureOf(strategy.preflight(current(), rotationWith({ environment: {} })));
    expect(failure.name).toBe('SuperuserSecretRefused');
  });
});
