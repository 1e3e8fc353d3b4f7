import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from './model.ts';
import type { Subject } from './subject.ts';

/** Leaves the rotations some of a small machine. In ms. */
const PAUSE = 5;

/** What clients got when they logged in with AWSCURRENT. */
export interface Availability {
  logins: number;
  /** While a change was under way that no client could be spared. */
  rejectedInChange: number;
  rejectedOtherwise: number;
  /** The server was being restarted. */
  away: number;
}

/**
 * Starts a client that keeps reading AWSCURRENT and logging in with it. It ends when it is disposed of, which fails when a
 * login was rejected that nothing excuses.
 */
export function startClient(model: Model, subject: Subject, totals: Availability): AsyncDisposable {
  const { versions, site, username } = subject;
  const unexcused: string[] = [];
  let stopped = false;

  async function logIn(): Promise<void> {
    const from = performance.now();
    const login = await versions.readCurrent();
    let use: Awaited<ReturnType<typeof site.accounts.use>>;
    try {
      use = await site.accounts.use(login, username);
    } catch {
      totals.away++;
      return;
    }
    if (use === 'works') {
      totals.logins++;
    } else if (model.excuse.coversSince(from)) {
      totals.rejectedInChange++;
    } else {
      totals.rejectedOtherwise++;
      unexcused.push(`${login.username}: ${use}`);
    }
  }

  async function keepLoggingIn(): Promise<void> {
    while (!stopped) {
      await logIn();
      await sleep(PAUSE);
    }
  }

  const ended = keepLoggingIn();
  ended.catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      await ended;
      assert.deepEqual(unexcused, [], `I1: a client could not log in: ${unexcused.join('; ')}`);
    },
  };
}
