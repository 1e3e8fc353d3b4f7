import { AccountLocked, Fault, HostUnreachable } from '@rotation/core';
import { afterEach, describe, expect, it } from 'vitest';
import { singleUser } from '../../../functions/strategies/single-user.ts';
import { CANARY, failureOf, thrownBy } from '../support/canaries.ts';
import { type FakeDatabase, fakeDatabase } from '../support/fake-database.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { current, pending, previous } from '../support/secret-values.ts';

const versions = () => ({ current: current(), pending: pending() });
let database: FakeDatabase;

/** A database in which `app` has this password. */
function databaseWith(password: string) {
  database = fakeDatabase({ app: { password } });
  return singleUser(database.engine);
}

afterEach(() => {
  expect(database.openSessions()).toBe(0);
});

describe('single user', () => {
  it('keeps the user', async () => {
    expect(await databaseWith('').nextUsername(current(), rotationStub())).toBe('app');
  });

  it('rotates with three logins, none of them rejected', async () => {
    const strategy = databaseWith(CANARY.current);
    const rotation = rotationStub();

    await strategy.setSecret(versions(), rotation);
    await strategy.testSecret(versions(), rotation);

    expect(database.events).toEqual([
      'app logs in',
      'app changes its password',
      'app logs in',
      'app logs in',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.pending);
    expect(rotation.previous).not.toHaveBeenCalled();
    expect(rotation.lines).toEqual([]);
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

  it('has nothing to do when an earlier try got as far as the change', async () => {
    await databaseWith(CANARY.pending).setSecret(versions(), rotationStub());
    expect(database.events).toEqual(['app is rejected', 'app logs in']);
    expect(database.users['app']?.password).toBe(CANARY.pending);
  });

  it('goes on from AWSPREVIOUS when a restored database has gone back to it', async () => {
    await databaseWith(CANARY.previous).setSecret(versions(), rotationStub({ previous: previous() }));
    expect(database.events).toEqual([
      'app is rejected',
      'app is rejected',
      'app logs in',
      'app changes its password',
      'app logs in',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.pending);
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

  it('names each version that was rejected, and why', async () => {
    const strategy = databaseWith('something else');
    const rotation = rotationStub({ previous: previous() });
    const failure = await failureOf(strategy.setSecret(versions(), rotation));
    expect(failure.name).toBe('NoStoredLoginWorks');
    expect(failure.message).toContain(
      'AWSCURRENT: no login for app; AWSPENDING: no login for app; AWSPREVIOUS: no login for app',
    );
    expect(failure.cause).toMatchObject({ name: 'LoginRejected' });
    expect(rotation.lines.map(({ fields }) => fields['candidate'])).toEqual([
      'AWSCURRENT',
      'AWSPENDING',
      'AWSPREVIOUS',
    ]);
    expect(database.users['app']?.password).toBe('something else');
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

  it('puts the old password back when the new one is not accepted', async () => {
    const strategy = databaseWith(CANARY.current);
    let changes = 0;
    database.watch = (point) => {
      if (point !== 'after app changes its password') return;
      changes += 1;
      if (changes === 1) database.users['app'] = { password: 'mangled on its way' };
    };
    const rotation = rotationStub();

    const failure = await failureOf(strategy.setSecret(versions(), rotation));

    expect(failure.name).toBe('LoginRejected');
    expect(database.events).toEqual([
      'app logs in',
      'app changes its password',
      'app is rejected',
      'app changes its password',
    ]);
    expect(database.users['app']?.password).toBe(CANARY.current);
    expect(rotation.lines).toMatchObject([
      { level: 'warn', message: expect.stringContaining('the old one was put back') },
    ]);
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

  it('tries out the login of AWSCURRENT, and changes nothing', async () => {
    await databaseWith(CANARY.current).preflight(current(), rotationStub());
    expect(database.events).toEqual(['app logs in']);
  });
});

const login = { host: 'db.example.com', port: 5432, username: 'app' };

describe('a proposal for a single user', () => {
  it('has the password alone in its own way', () => {
    expect(() => databaseWith('').assertProposal(versions())).not.toThrow();
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
      strategy.assertProposal({ current: current(), pending: pending(replaced) }),
    );
    expect(failure.name).toBe('IdentityChanged');
    expect(failure.message).toContain(`differ in "${key}"`);
    expect(database.logins).toEqual([]);
  });
});
