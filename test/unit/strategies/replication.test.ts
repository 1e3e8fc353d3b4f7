import { AccountLocked, Fault, HostUnreachable, LoginRejected } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atWriter, onceReplicated } from '../../../functions/strategies/replication.ts';
import { failureOf } from '../support/canaries.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { pending, superuser } from '../support/secret-values.ts';

const replica = pending({ host: 'replica.example.com' });
const rejected = () => new LoginRejected(replica, new Fault('no', '28P01'));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A step whose superuser is at db.example.com, and which ends `limit` ms from now. */
const rotation = (limit = 30_000) => {
  const ends = Date.now() + limit;
  const stub = rotationStub({ environment: { SUPERUSER_SECRET_ARN: 'arn:admin' }, other: superuser() });
  return { ...stub, deadline: { remaining: () => Math.max(1, ends - Date.now()) } };
};

describe('a login that a superuser has made', () => {
  it.each([
    ['rejects it', rejected],
    ['knows only that the user was made, locked', () => new AccountLocked(replica, new Fault('locked'))],
  ])('is tried again, ever more rarely, while the replica %s', async (_, refusal) => {
    const started = Date.now();
    const triedAt: number[] = [];
    const step = rotation();
    const login = onceReplicated(
      async () => {
        triedAt.push(Date.now() - started);
        if (triedAt.length < 5) throw refusal();
        return 'a session';
      },
      replica,
      step,
    );
    await vi.runAllTimersAsync();
    expect(await login).toBe('a session');
    expect(triedAt).toEqual([0, 250, 750, 1_750, 3_750]);
    expect(step.otherSecret).toHaveBeenCalledTimes(1);
  });

  it('is given up in time to say so, where the replica never knows it', async () => {
    const started = Date.now();
    const failure = failureOf(
      onceReplicated(async () => Promise.reject(rejected()), replica, rotation(5_000)),
    );
    await vi.runAllTimersAsync();
    expect(await failure).toMatchObject({
      name: 'NotReplicated',
      message: expect.stringContaining(
        'The replica still rejects the login of "app" at replica.example.com:5432, which was set at db.example.com:5432.',
      ),
    });
    expect(Date.now() - started).toBe(3_750);
  });

  it('is given up at once where the first pause would take all the time that is left', async () => {
    const login = vi.fn<() => Promise<never>>(async () => Promise.reject(rejected()));
    const failure = failureOf(onceReplicated(login, replica, rotation(250)));
    await vi.runAllTimersAsync();
    expect((await failure).name).toBe('NotReplicated');
    expect(login).toHaveBeenCalledTimes(1);
  });

  it('is tried again on a replica that has its port alone to itself', async () => {
    const login = vi.fn<() => Promise<string>>(async () => 'a session').mockRejectedValueOnce(rejected());
    const session = onceReplicated(login, pending({ port: 5433 }), rotation());
    await vi.runAllTimersAsync();
    expect(await session).toBe('a session');
  });

  it.each([
    ['rejected by the very server that it was made on', pending(), rejected()],
    ['not even tried by the replica', replica, new HostUnreachable(replica, new Fault('gone'))],
  ])('is tried once when it is %s', async (_case, user, error) => {
    const login = vi.fn<() => Promise<never>>(async () => Promise.reject(error));
    expect(await failureOf(onceReplicated(login, user, rotation()))).toBe(error);
    expect(login).toHaveBeenCalledTimes(1);
  });

  it('costs no call of its own when it works', async () => {
    const step = rotation();
    expect(await onceReplicated(async () => 'a session', replica, step)).toBe('a session');
    expect(step.otherSecret).not.toHaveBeenCalled();
  });

  it('works on the writer at once', () => {
    expect(atWriter(replica, superuser())).toMatchObject({
      host: 'db.example.com',
      username: 'app',
      version: 'AWSPENDING',
    });
  });
});
