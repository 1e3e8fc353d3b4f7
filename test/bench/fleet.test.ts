import { beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, type FleetResult, openFleet, runFleet } from '../../local/bench/fleet/fleet.ts';
import type { Session } from '../../local/demo/database.ts';
import { type Interceptor, type RotationObserver, withQuotas } from '../../local/secrets-manager/index.ts';
import type { DatabaseServer } from '../../local/servers/database-server.ts';

/** It builds everything and starts servers of its own. In ms. */
const TIMEOUT = 300_000;
/** That each server takes. PostgreSQL keeps three of them for superusers, and MySQL has one more for these. */
const CONNECTIONS = 10;
const FOR_OTHERS = { postgres: 7, mysql: 10, mariadb: 10 } as const;

/** The first value that is stored meets a quota that somebody else in the account has used up. */
function usedUpOnce(): Interceptor {
  const quotas = withQuotas();
  let used = false;
  return async (call, answer) => {
    if (call.operation !== 'PutSecretValue' || used) return quotas(call, answer);
    used = true;
    for (;;) {
      const theirs = await quotas(call, () => ({ kind: 'output', output: {} }));
      if (theirs.kind === 'error') return theirs;
    }
  };
}

/** Takes all connections of all servers, and leaves each server's after the first step there that has failed. */
async function takeConnections({ stages, members }: Fleet) {
  const sessions = new Map<string, Session[]>();
  for (const { database, server } of stages) {
    const login = JSON.parse(members.find((member) => member.server === server)?.secret.text ?? '');
    const taken = Array.from({ length: FOR_OTHERS[server.engine] }, () => database.logIn(server, login));
    sessions.set(server.engine, await Promise.all(taken));
  }
  return async (engine: DatabaseServer['engine']) => {
    const ofEngine = sessions.get(engine) ?? [];
    sessions.delete(engine);
    await Promise.all(ofEngine.map((session) => session[Symbol.asyncDispose]()));
  };
}

describe('a fleet with fewer connections than rotations, of which somebody cancels one', () => {
  let result: FleetResult;
  beforeAll(async () => {
    const observers: RotationObserver[] = [];
    const options = { secrets: 8, atOnce: [2, 8], connections: CONNECTIONS, grants: [3], latency: 0 };
    result = await runFleet(
      options,
      () => {},
      async (measured, resources) => {
        const fleet = await openFleet(measured, resources, {
          intercept: usedUpOnce(),
          observe: (progress) => {
            for (const observe of observers) observe(progress);
          },
        });
        const leave = await takeConnections(fleet);
        const serverOf = (arn: string) => fleet.members.find(({ secret }) => secret.arn === arn)?.server;
        const [{ secretsManager }] = fleet.stages;
        observers.push(
          (progress) => {
            const server = serverOf(progress.secretArn);
            if (progress.kind === 'StepEnded' && progress.error !== undefined && server)
              void leave(server.engine);
          },
          ({ kind, secretArn }) => {
            if (kind === 'StepStarted' && secretArn === fleet.members[6]?.secret.arn) {
              secretsManager.rotations.cancel(secretArn);
            }
          },
        );
        return fleet;
      },
    );
  }, TIMEOUT);

  it('loses the cancelled rotation, and goes without that secret afterwards', () => {
    expect(
      result.waves.map(({ atOnce, secrets, lost, rotation }) => [atOnce, secrets, lost, rotation?.count]),
    ).toEqual([
      [2, 8, [expect.objectContaining({ problem: 'postgres, fleet_3: rotation cancelled' })], 7],
      [8, 7, [], 7],
    ]);
    expect(result.unmeasured).toEqual([]);
  });

  it('fails clearly where no connection is left, and succeeds at the next attempt', () => {
    for (const { retries } of result.waves) {
      expect(retries.map(({ name }) => name).filter((name) => name !== 'TooManyConnections')).toEqual([]);
    }
    // On each server once.
    expect(result.waves[0]?.retries[0]?.count).toBeGreaterThanOrEqual(2);
  });

  it('makes a call again that was throttled', () => {
    expect(result.waves[0]?.throttled).toBeGreaterThanOrEqual(1);
  });

  it('leaves no connection, and never has more than it may have', () => {
    for (const { leaked, connections, environments, atOnce } of result.waves) {
      expect(leaked).toBe(0);
      expect(connections['postgres']).toBeGreaterThan(0);
      expect(connections['postgres']).toBeLessThanOrEqual(10);
      expect(connections['mysql']).toBeGreaterThan(0);
      // It lets one more in than it may have, to see whether that is a superuser.
      expect(connections['mysql']).toBeLessThanOrEqual(11);
      expect(environments).toBeLessThanOrEqual(2 * atOnce);
    }
  });

  it('counts the calls of the functions', () => {
    // No rotation makes fewer than 9.
    expect(result.waves[1]?.calls).toBeGreaterThanOrEqual(9);
  });

  it('makes clones', () => {
    expect(result.clones.map(({ engine, grants, tries }) => ({ engine, grants, tries }))).toEqual([
      { engine: 'postgres', grants: 3, tries: 1 },
      { engine: 'mysql', grants: 3, tries: 1 },
    ]);
  });
});
