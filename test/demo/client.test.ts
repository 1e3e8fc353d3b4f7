import { describe, expect, it } from 'vitest';
import type { Application } from '../../local/demo/application.ts';
import { startClient } from '../../local/demo/client.ts';
import type { Database } from '../../local/demo/database.ts';

const CREDENTIALS = { username: 'shop', password: 'secret' };

/** An application whose logins end as told, one after the other, and then always well. */
function application(...endings: readonly ('ok' | 'rejected' | 'broken')[]): Application {
  const left = [...endings];
  const database: Partial<Database> = {
    isRejection: (error) => error instanceof Error && error.message === 'rejected',
    async logIn() {
      const ending = left.shift() ?? 'ok';
      if (ending !== 'ok') throw new Error(ending);
      return { query: async () => [], async [Symbol.asyncDispose]() {} };
    },
  };
  return { name: 'shop', server: {}, database } as Application;
}

describe('the client that keeps logging in', () => {
  it('tells rejected logins from other failures, and goes on', async () => {
    await using client = startClient(application('ok', 'rejected', 'broken', 'ok'), async () => CREDENTIALS);
    for (let n = 0; n < 4; n++) await client.oneMoreLogin();
    const { logins, failures, longestWait } = client.observed();
    expect(logins).toBeGreaterThanOrEqual(2);
    expect(failures.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['rejected', 'rejected'],
      ['failed', 'broken'],
    ]);
    expect(longestWait).toBeGreaterThan(0);
  });

  it('reads AWSCURRENT anew for each login', async () => {
    let reads = 0;
    await using client = startClient(application('rejected', 'rejected'), async () => {
      reads++;
      return CREDENTIALS;
    });
    for (let n = 0; n < 3; n++) await client.oneMoreLogin();
    expect(reads).toBeGreaterThanOrEqual(3);
  });

  it('counts a wait that has not ended', async () => {
    const never = Array.from({ length: 100 }, () => 'rejected' as const);
    await using client = startClient(application(...never), async () => CREDENTIALS);
    await client.oneMoreLogin();
    expect(client.observed()).toMatchObject({ logins: 0, longestWait: expect.any(Number) });
    expect(client.observed().longestWait).toBeGreaterThan(0);
  });

  it('stops when disposed of, and keeps nobody waiting', async () => {
    const client = startClient(application(), async () => CREDENTIALS);
    const waiting = client.oneMoreLogin();
    await client[Symbol.asyncDispose]();
    await waiting;
    await client.oneMoreLogin();
    const { logins } = client.observed();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(client.observed().logins).toBe(logins);
  });
});
