import { beforeAll, describe, expect, it } from 'vitest';
import type { BenchOptions } from '../../local/bench/arguments.ts';
import { type BenchResult, runBench } from '../../local/bench/bench.ts';
import type { DatabaseServer } from '../../local/servers/database-server.ts';

/** It builds everything and starts servers of its own. In ms. */
const TIMEOUT = 300_000;

/** What is counted is the same on every machine and at every hour. Times are not: they are told, and not tested. */
const COUNTED = [
  { engine: 'postgres', strategy: 'single-user', calls: 9, chain: 7, connections: 4 },
  { engine: 'postgres', strategy: 'alternating-users', calls: 11, chain: 7, connections: 5 },
  { engine: 'mysql', strategy: 'single-user', calls: 9, chain: 7, connections: 4 },
  { engine: 'mysql', strategy: 'alternating-users', calls: 11, chain: 7, connections: 5 },
  { engine: 'mariadb', strategy: 'single-user', calls: 9, chain: 7, connections: 4 },
  { engine: 'mariadb', strategy: 'alternating-users', calls: 11, chain: 7, connections: 5 },
] as const;
/** Where no step inherits what the one before has read. */
const COUNTED_APART = {
  'single-user': { calls: 17, chain: 9, connections: 4, rejectedLogins: 0 },
  'alternating-users': { calls: 21, chain: 12, connections: 6, rejectedLogins: 0 },
} as const;
const FLOOR_CONNECTIONS = { 'single-user': 3, 'alternating-users': 4 } as const;

describe('the bench', () => {
  let results: readonly BenchResult[];
  beforeAll(async () => {
    const run = (options: Pick<BenchOptions, 'engines' | 'latencies'>) =>
      runBench({ ...options, repeat: 1 }, () => {});
    results = [
      // Times are measured in one way, whatever the engine.
      await run({ engines: ['postgres'], latencies: [0] }),
      await run({ engines: ['mysql', 'mariadb'], latencies: [] }),
    ];
  }, TIMEOUT);

  it.each<DatabaseServer['engine']>(['postgres', 'mysql', 'mariadb'])(
    'counts what rotations ask of Secrets Manager and of %s',
    (engine) => {
      const cases = results.flatMap((result) => result.cases).filter((result) => result.engine === engine);
      const ofEngine = COUNTED.filter((counted) => counted.engine === engine);
      expect(cases.map(({ engine, strategy, work }) => ({ engine, strategy, ...work }))).toEqual(
        ofEngine.map((counted) => expect.objectContaining({ ...counted, rejectedLogins: 0 })),
      );
      for (const { strategy, work, workApart, floorWork } of cases) {
        expect(workApart).toMatchObject(COUNTED_APART[strategy]);
        expect(floorWork).toMatchObject({
          ...{ calls: work.calls, chain: 6, statements: 1, rejectedLogins: 0 },
          connections: FLOOR_CONNECTIONS[strategy],
        });
        expect(work.statements).toBeGreaterThan(1);
      }
    },
  );

  it('measures rotations beside their floor', () => {
    const times = results.flatMap(({ cases }) =>
      cases.flatMap(({ byLatency }) => byLatency.flatMap(({ rotation, floor }) => [rotation, floor])),
    );
    expect(times).toHaveLength(4);
    for (const { cold, warm } of times) {
      expect(cold.loaded.median).toBeGreaterThan(0);
      expect(cold.firstStep.median).toBeGreaterThan(cold.loaded.median);
      expect(cold.rotation.median).toBeGreaterThan(cold.firstStep.median);
      expect(warm.rotation.median).toBeGreaterThan(warm.setSecret.median);
    }
  });

  it('measures the artifacts', () => {
    for (const { sizes } of results) {
      expect(sizes.map(({ artifact, code }) => [artifact, code > 10_000])).toEqual([
        ['layer', true],
        ['postgres-single-user', true],
        ['postgres-alternating-users', true],
        ['mysql-single-user', true],
        ['mysql-alternating-users', true],
        ['floor, postgres', true],
        ['floor, mysql', true],
      ]);
    }
  });

  it.each(['postgres', 'mysql'])('has a floor on %s that loads less than the product', (driver) => {
    for (const { sizes } of results) {
      const codeOf = (name: string) => sizes.find(({ artifact }) => artifact === name)?.code ?? Number.NaN;
      expect(codeOf(`floor, ${driver}`)).toBeLessThan(codeOf('layer') + codeOf(`${driver}-single-user`));
    }
  });
});
