import fc from 'fast-check';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { type Availability, startClient } from './client.ts';
import { promisesHold } from './property.ts';
import { startRestartableServer } from './restartable-server.ts';
import { openSite, type Site } from './site.ts';
import type { SoakOptions } from './soak-arguments.ts';
import type { Strategy } from './world.ts';

const MINUTE = 60_000;
const COMMANDS = 40;
const CLIENTS = 2;
/** Of one failure, in ms. */
const SHRINKING_LIMIT = 2 * MINUTE;

export interface SoakResult extends Availability {
  readonly engine: DatabaseServer['engine'];
  readonly strategy: Strategy;
  runs: number;
  /** Of the rotation function. */
  invocations: number;
  /** Of these, how many a strike has met. */
  disturbed: number;
  restarts: number;
  violations: number;
}

interface Target {
  readonly site: Site;
  readonly restart: () => Promise<void>;
  readonly result: SoakResult;
}

/** Takes the engines and strategies in turn, each with the next seed, until the time is over. */
export async function runSoak(options: SoakOptions, write: (text: string) => void): Promise<SoakResult[]> {
  await using stack = new AsyncDisposableStack();
  const targets: Target[] = [];
  for (const engine of options.engines) {
    const { server, restart } = stack.use(await startRestartableServer(engine));
    for (const strategy of options.strategies) {
      const site = stack.use(await openSite(server, strategy));
      targets.push(counted(site, restart));
    }
  }
  const deadline = Date.now() + options.minutes * MINUTE;
  for (let n = 0; Date.now() < deadline; n++) {
    const target = targets[n % targets.length];
    if (target !== undefined) await soak(target, options.seed + n, write);
  }
  return targets.map(({ result }) => result);
}

function counted(site: Site, restart: () => Promise<void>): Target {
  const result: SoakResult = {
    ...{ engine: site.server.engine, strategy: site.strategy },
    ...{ runs: 0, invocations: 0, disturbed: 0, restarts: 0, violations: 0 },
    ...{ logins: 0, rejectedInChange: 0, rejectedOtherwise: 0, away: 0 },
  };
  return {
    result,
    site: {
      ...site,
      async invoke(...invocation) {
        const ended = await site.invoke(...invocation);
        result.invocations++;
        if (ended.struck) result.disturbed++;
        return ended;
      },
    },
    async restart() {
      result.restarts++;
      await restart();
    },
  };
}

async function soak({ site, restart, result }: Target, seed: number, write: (text: string) => void) {
  // The run before this one may have restarted the server.
  await site.accounts.reconnect();
  const property = promisesHold(site, {
    maxCommands: COMMANDS,
    restart,
    beside(model, subject) {
      const clients = new AsyncDisposableStack();
      for (let n = 0; n < CLIENTS; n++) clients.use(startClient(model, subject, result));
      return clients;
    },
  });
  const details = await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: SHRINKING_LIMIT });
  result.runs++;
  if (!details.failed) return;
  result.violations++;
  write(`${result.engine} ${result.strategy}:\n${await fc.asyncDefaultReportMessage(details)}`);
  write(String(details.errorInstance));
}
