import { LoginRejected, type VersionId } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTrace } from '../../../layers/rotation-core/src/trace.ts';
import { failureOf } from '../support/canaries.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['hrtime', 'setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const lasting = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const phases = (trace: ReturnType<typeof openTrace>) => trace.fields()['phases'];
const current = { version: 'AWSCURRENT', versionId: 'v1' as VersionId };

describe('the phases of an invocation', () => {
  it('are how long it waited for whom, calls that overlap counted once', async () => {
    const trace = openTrace();
    const store = trace.timed('secretsManager', { read: lasting });
    const session = trace.timed('statements', { query: lasting });
    const work = async () => {
      await Promise.all([store.read(30), store.read(50)]);
      await lasting(1_000);
      await store.read(100);
      await session.query(7);
    };
    const done = work();
    await vi.runAllTimersAsync();
    await done;
    expect(phases(trace)).toEqual({ secretsManager: 150, rds: 0, logins: 0, statements: 7 });
  });

  it('count what fails, and what nobody has waited for to its end', async () => {
    const trace = openTrace();
    const rds = trace.timed('rds', {
      async describe() {
        await lasting(40);
        throw new Error('no');
      },
    });
    const failure = failureOf(rds.describe());
    await vi.runAllTimersAsync();
    await failure;
    expect(phases(trace)).toMatchObject({ rds: 40 });

    const dropped = trace.timed('logins', { connect: () => lasting(500) }).connect();
    await vi.advanceTimersByTimeAsync(60);
    expect(phases(trace)).toMatchObject({ rds: 40, logins: 60 });
    await vi.runAllTimersAsync();
    await dropped;
  });

  it('leave a port as it is, but for the time', async () => {
    class Port {
      readonly #secret = 7;
      readonly name = 'port';
      get(more: number): number {
        return this.#secret + more;
      }
      async fetch(more: number): Promise<number> {
        return this.get(more);
      }
    }
    const port = openTrace().timed('rds', new Port());
    expect(port.name).toBe('port');
    expect(port.get(1)).toBe(8);
    expect(await port.fetch(2)).toBe(9);
  });
});

describe('the candidates', () => {
  it('are the versions whose logins were tried, in their order, with what came of each', async () => {
    const trace = openTrace();
    const rejected = new LoginRejected({ host: 'db', port: 1, username: 'app' }, undefined);
    expect(await failureOf(trace.tried(current, () => Promise.reject(rejected)))).toBe(rejected);
    expect(await trace.tried({ version: 'AWSPENDING', versionId: undefined }, async () => 7)).toBe(7);
    await expect(trace.tried(current, () => Promise.reject('no error'))).rejects.toBe('no error');
    expect(trace.fields()['candidates']).toEqual([
      { version: 'AWSCURRENT', versionId: 'v1', outcome: 'LoginRejected' },
      { version: 'AWSPENDING', versionId: undefined, outcome: 'accepted' },
      { version: 'AWSCURRENT', versionId: 'v1', outcome: 'failed' },
    ]);
  });
});
