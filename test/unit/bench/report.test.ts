import { describe, expect, it } from 'vitest';
import type { BenchResult } from '../../../local/bench/bench.ts';
import type { FleetResult } from '../../../local/bench/fleet/fleet.ts';
import { reportOf as fleetReportOf, isFailure } from '../../../local/bench/fleet/report.ts';
import { reportOf } from '../../../local/bench/report.ts';
import type { Times } from '../../../local/bench/times.ts';

const machine = {
  processor: 'Some processor',
  cores: 2,
  memory: 8 * 1024 ** 3,
  system: 'linux x64',
  node: 'v24.1.0',
};

const spread = (median: number) => ({
  median,
  lowerQuartile: median - 1,
  upperQuartile: median + 2,
  count: 15,
});

const times = (scale: number): Times => ({
  cold: { loaded: spread(100 * scale), firstStep: spread(150 * scale), rotation: spread(300 * scale) },
  warm: {
    createSecret: spread(20 * scale),
    setSecret: spread(40 * scale),
    testSecret: spread(10 * scale),
    finishSecret: spread(30 * scale),
    rotation: spread(100 * scale),
  },
  peakMemory: { once: 80_400_000, often: scale === 1 ? undefined : 95_500_000 },
});

const work = {
  ...{ calls: 11, chain: 7, connections: 3, statements: 5, rejectedLogins: 0 },
  callsByStep: { createSecret: [], setSecret: [], testSecret: [], finishSecret: [] },
};

const result: BenchResult = {
  machine,
  date: '2026-01-31',
  repeat: 15,
  servers: { postgres: '18.1' },
  sizes: [{ artifact: 'layer', code: 440_000, sourceMaps: 98_000, data: 1_200 }],
  cases: [
    {
      engine: 'postgres',
      strategy: 'single-user',
      work,
      workApart: { ...work, calls: 18, chain: 9 },
      floorWork: { ...work, chain: 6, statements: 1 },
      byLatency: [{ latency: 5, rotation: times(1.5), floor: times(1) }],
    },
  ],
  python: [
    {
      functions: 'postgres',
      latency: 5,
      python: {
        kind: 'measured',
        driver: 'psycopg2',
        boto3: '1.26.27',
        loaded: spread(400),
        firstStep: spread(450),
      },
      ours: spread(225),
    },
    {
      functions: 'mysql',
      latency: 5,
      python: { kind: 'stated', loaded: 340, firstStep: 450 },
      ours: spread(180),
    },
  ],
};

describe('the report of the bench', () => {
  const report = reportOf(result);

  it('says where and when', () => {
    expect(report).toContain(
      '2026-01-31, Some processor, 2 cores, 8 GiB, linux x64, Node v24.1.0; postgres 18.1. Medians of 15,',
    );
  });

  it.each([
    '| postgres | single-user |    11 |             7 |           3 |          5 |               0 |',
    '|          | steps apart |    18 |             9 |           3 |          5 |               0 |',
    '|          | floor       |    11 |             6 |           3 |          1 |               0 |',
    '| postgres | single-user |       5 |   30 (29–32) | 60 (59–62) | 15 (14–17) |   45 (44–47) | 150 (149–152) | 100 (99–102) |  1.50 |',
    '| postgres | single-user |       5 | 150 (149–152) | 100 (99–102) |  1.50 | 225 (224–227) | 150 (149–152) |  1.50 | 450 (449–452) | 300 (299–302) |  1.50 |',
    '| postgres | single-user |                 80 |    80 |       96 | unknown |',
    '| psycopg2            | 1.26.27 |       5 | 400 (399–402) | 450 (449–452) |     225 (224–227) |  0.50 |',
    '| layer    | 440,000 |      98,000 |       1,200 |',
  ])('has the row %s', (row) => {
    expect(report).toContain(row);
  });

  it('tells figures that were measured elsewhere from those that were not', () => {
    expect(report).toMatch(
      /^\| not here, for mysql \| +\| +5 \| +340 \| +450 \| +180 \(179–182\) \| +0\.40 \|$/m,
    );
  });
});

describe('the report of the fleet', () => {
  const fleet: FleetResult = {
    ...{
      machine,
      date: '2026-01-31',
      latency: 5,
      connections: 60,
      servers: { postgres: '18.1', mysql: '9.7.4' },
    },
    waves: [
      {
        ...{ atOnce: 200, secrets: 1000, elapsed: 50_000, rotation: spread(9_000), slow: 20_000 },
        ...{ environments: 180, memory: 16_200_000_000, connections: { postgres: 57, mysql: 60 } },
        ...{ calls: 17.25, throttled: 12, leaked: 3 },
        lost: [{ secretArn: 'arn:7', problem: 'postgres, fleet_7: rotation cancelled' }],
        retries: [{ name: 'TooManyConnections', count: 41, message: 'No connection is left.' }],
      },
    ],
    clones: [{ engine: 'mysql', grants: 10_000, made: 9_000, tries: 1, alike: 400 }],
    unmeasured: ['mysql, a clone with 100 grants: no server'],
  };
  const report = fleetReportOf(fleet);

  it.each([
    /^\| +200 \| +1,000 \| +20\.0 \| 9,000 \(8,999–9,002\) \| +20,000 \| +180 \| 16,200 MB \| +57 \| +60 \| +17\.3 \| +12 \| +41 \| +1 \| +3 \|$/m,
    /^- 200 at a time: `TooManyConnections` 41 times, "No connection is left\."$/m,
    /^- 200 at a time: postgres, fleet_7: rotation cancelled$/m,
    /^- mysql, a clone with 100 grants: no server$/m,
    /^\| mysql +\| 10,000 \| 9,000 \| +1 \| +400 \|$/m,
  ])('has the line %s', (line) => {
    expect(report).toMatch(line);
  });

  const [wave] = fleet.waves;
  if (wave === undefined) throw new Error('There is a wave.');

  it('has a wave in which no rotation succeeded', () => {
    const waves = [{ ...wave, rotation: undefined, slow: undefined }];
    expect(fleetReportOf({ ...fleet, waves })).toMatch(/^\| +200 \| +1,000 \| +20\.0 \| +none \| +none \|/m);
  });

  const clean = { ...fleet, waves: [{ ...wave, lost: [], leaked: 0 }], unmeasured: [] };
  it.each([
    ['nothing that must not be', clean, false],
    ['a lost rotation', { ...clean, waves: [{ ...wave, leaked: 0 }] }, true],
    ['a connection that is left', { ...clean, waves: [{ ...wave, lost: [] }] }, true],
    ['something that was not measured', { ...clean, unmeasured: ['one'] }, true],
  ])('with %s fails the command: %s', (_, result, failed) => {
    expect(isFailure(result)).toBe(failed);
  });
});
