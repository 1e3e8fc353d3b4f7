import { setTimeout as sleep } from 'node:timers/promises';
import { type Application, reasonOf, useOnce } from './application.ts';
import type { Credentials } from './database.ts';
import type { ClientFailure, ObservedClient } from './observation.ts';

/** Leaves the rotation some of a small machine. In ms. */
const PAUSE = 2;

/** An application's client that does nothing but log in, again and again. */
export interface Client extends AsyncDisposable {
  /** So far. */
  observed(): ObservedClient;
  /** Resolves once a login that began after this call has ended, well or badly. */
  oneMoreLogin(): Promise<void>;
}

/**
 * Starts a client that for each login reads AWSCURRENT, logs in, asks for the application's rows and closes. After a failure
 * it does the same, which is all that an application needs to do to get over a single user's rotation.
 */
export function startClient(application: Application, readCurrent: () => Promise<Credentials>): Client {
  const failures: ClientFailure[] = [];
  let logins = 0;
  let longestWait = 0;
  let failingSince: number | undefined;
  let stopped = false;
  let waiting: (() => void)[] = [];

  async function attempt(): Promise<void> {
    const from = performance.now();
    try {
      await useOnce(application, await readCurrent());
      logins++;
      if (failingSince !== undefined) longestWait = Math.max(longestWait, performance.now() - failingSince);
      failingSince = undefined;
    } catch (error) {
      const kind = application.database.isRejection(error) ? 'rejected' : 'failed';
      failures.push({ kind, from, to: performance.now(), reason: reasonOf(error) });
      failingSince ??= from;
    }
  }

  async function keepLoggingIn(): Promise<void> {
    while (!stopped) {
      const told = waiting;
      waiting = [];
      await attempt();
      for (const tell of told) tell();
      await sleep(PAUSE);
    }
    for (const tell of waiting) tell();
  }

  const ended = keepLoggingIn();
  return {
    observed: () => ({
      logins,
      failures: [...failures],
      longestWait: Math.max(longestWait, failingSince === undefined ? 0 : performance.now() - failingSince),
    }),
    oneMoreLogin: () => (stopped ? ended : new Promise((resolve) => waiting.push(resolve))),
    async [Symbol.asyncDispose]() {
      stopped = true;
      await ended;
    },
  };
}
