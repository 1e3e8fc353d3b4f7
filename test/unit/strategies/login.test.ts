import { setTimeout } from 'node:timers/promises';
import { Fault, HostUnreachable } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../functions/engines/engine.ts';
import { lockOf, logIn, logInAfter } from '../../../functions/strategies/login.ts';
import { CANARY, failureOf } from '../support/canaries.ts';
import { fakeDatabase } from '../support/fake-database.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { current, superuser } from '../support/secret-values.ts';

describe('the name of a lock', () => {
  it.each([
    [['app'], 'secrets-rotation ["app"]'],
    [['app', 'app_clone'], 'secrets-rotation ["app","app_clone"]'],
    [['app_clone', 'app'], 'secrets-rotation ["app","app_clone"]'],
    [['o"x'], 'secrets-rotation ["o\\"x"]'],
  ])('for %j is %j', (usernames, name) => {
    expect(lockOf(usernames)).toBe(name);
  });

  it('is another for a name that looks like two', () => {
    expect(lockOf(['a","b'])).not.toBe(lockOf(['a', 'b']));
  });
});

describe('a login after another one', () => {
  const users = { app: { password: CANARY.current }, admin: { password: CANARY.superuser } };

  it('is noted as tried when the other one has succeeded', async () => {
    const rotation = rotationStub();
    const { engine } = fakeDatabase(users);
    const other = logIn(engine, current(), rotation);
    await using _session = await logInAfter(other, engine, superuser(), rotation);
    await using _other = await other;
    expect(rotation.trace.fields()).toMatchObject({
      candidates: [
        { version: 'AWSCURRENT', outcome: 'accepted' },
        { version: 'superuser secret', outcome: 'accepted' },
      ],
    });
  });

  it.each([
    ['and is not tried then', {}],
    ['also where its server is out of reach', { host: 'gone.example.com' }],
  ])('fails with what the other one has failed with, %s', async (_case, place) => {
    const rotation = rotationStub();
    const { engine } = fakeDatabase({ ...users, app: { password: 'another' } });
    const reaching = {
      ...engine,
      async connect(...[login, surroundings]: Parameters<typeof engine.connect>): Promise<Session> {
        if (login.host !== 'gone.example.com') return engine.connect(login, surroundings);
        throw new HostUnreachable(login, new Fault('refused', 'ECONNREFUSED'));
      },
    };
    const other = logIn(reaching, current(), rotation);
    const failure = await failureOf(logInAfter(other, reaching, superuser(place), rotation));
    expect(failure.name).toBe('LoginRejected');
    expect(rotation.trace.fields()).toMatchObject({
      candidates: [{ version: 'AWSCURRENT', outcome: 'LoginRejected' }],
    });
  });

  it('leaves nothing behind when the other one has failed: it ends first', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const { engine } = fakeDatabase({ ...users, app: { password: 'another' } });
    const slow = {
      ...engine,
      async connect(...[login, surroundings]: Parameters<typeof engine.connect>): Promise<Session> {
        return engine.connect(login, surroundings).finally(() => login.username === 'admin' && ended);
      },
    };
    const rotation = rotationStub();
    const after = failureOf(logInAfter(logIn(slow, current(), rotation), slow, superuser(), rotation));
    expect(await Promise.race([after, setTimeout(20, 'still ending')])).toBe('still ending');
    end();
    expect((await after).name).toBe('LoginRejected');
  });
});
