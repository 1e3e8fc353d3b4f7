import { ROTATION_STEPS } from '../secrets-manager/rotation-progress.ts';
import type { BenchResult, CaseResult, PythonResult } from './bench.ts';
import { describeMachine } from './machine.ts';
import { markdown } from './markdown.ts';
import type { Spread } from './spread.ts';
import { WARM_UP } from './times.ts';
import type { RotationWork } from './work.ts';

/** The results as tables in Markdown. */
export function reportOf(result: BenchResult): string {
  const { machine, date, repeat, servers, sizes, cases, python } = result;
  const versions = Object.entries(servers).map(([engine, version]) => `${engine} ${version}`);
  return [
    `${date}, ${describeMachine(machine)}; ${versions.join(', ')}. Medians of ${repeat}, with the quartiles around them.`,
    '**What a rotation asks of others**',
    workTable(cases),
    '**Warm**, in ms',
    warmTable(cases),
    '**Cold**, from the start of the process, in ms',
    coldTable(cases),
    '**Peak memory** of a process, in MB',
    memoryTable(cases, repeat),
    '**Cold beside Python**, measured in turn: a process that imports boto3 and a driver and makes the calls of the first step, in ms',
    pythonTable(python),
    '**Sizes**, in bytes',
    markdown(
      [
        ['artifact', 'code', 'source maps', 'other files'],
        ...sizes.map(({ artifact, code, sourceMaps, data }) => [
          artifact,
          ...[code, sourceMaps, data].map(grouped),
        ]),
      ],
      1,
    ),
  ].join('\n\n');
}

function workTable(cases: readonly CaseResult[]): string {
  const header = [
    'server',
    'strategy',
    'calls',
    'longest chain',
    'connections',
    'statements',
    'rejected logins',
  ];
  const row = (names: readonly [string, string], one: RotationWork) => [
    ...names,
    ...[one.calls, one.chain, one.connections, one.statements, one.rejectedLogins].map(String),
  ];
  const rows = cases.flatMap(({ engine, strategy, work, workApart, floorWork }) => [
    row([engine, strategy], work),
    row(['', 'steps apart'], workApart),
    row(['', 'floor'], floorWork),
  ]);
  return markdown([header, ...rows], 2);
}

function warmTable(cases: readonly CaseResult[]): string {
  const header = ['server', 'strategy', 'latency', ...ROTATION_STEPS, 'rotation', 'floor', 'ratio'];
  const rows = cases.flatMap(({ engine, strategy, byLatency }) =>
    byLatency.map(({ latency, rotation, floor }) => [
      engine,
      strategy,
      String(latency),
      ...ROTATION_STEPS.map((step) => spread(rotation.warm[step])),
      spread(rotation.warm.rotation),
      spread(floor.warm.rotation),
      ratio(rotation.warm.rotation, floor.warm.rotation),
    ]),
  );
  return markdown([header, ...rows], 2);
}

function coldTable(cases: readonly CaseResult[]): string {
  const parts = ['loaded', 'firstStep', 'rotation'] as const;
  const header = ['server', 'strategy', 'latency'];
  for (const part of ['loaded', 'first step', 'rotation']) header.push(part, 'floor', 'ratio');
  const rows = cases.flatMap(({ engine, strategy, byLatency }) =>
    byLatency.map(({ latency, rotation, floor }) => [
      engine,
      strategy,
      String(latency),
      ...parts.flatMap((part) => [
        spread(rotation.cold[part]),
        spread(floor.cold[part]),
        ratio(rotation.cold[part], floor.cold[part]),
      ]),
    ]),
  );
  return markdown([header, ...rows], 2);
}

/** It depends on no latency: the first stands for all. */
function memoryTable(cases: readonly CaseResult[], repeat: number): string {
  const often = `after ${WARM_UP + repeat}`;
  const rows = cases.flatMap(({ engine, strategy, byLatency: [first] }) => {
    if (first === undefined) return [];
    const [ours, floor] = [first.rotation.peakMemory, first.floor.peakMemory];
    const cells = [ours.once, floor.once, ours.often, floor.often].map(megabytes);
    return [[engine, strategy, ...cells]];
  });
  return markdown([['server', 'strategy', 'after one rotation', 'floor', often, 'floor'], ...rows], 2);
}

function pythonTable(results: readonly PythonResult[]): string {
  const header = ['driver', 'boto3', 'latency', 'loaded', 'first step', 'ours, single user', 'ratio'];
  const rows = results.map(({ functions, latency, python, ours }) => {
    const { kind, loaded, firstStep } = python;
    const known =
      kind === 'measured'
        ? [python.driver, python.boto3, String(latency), spread(loaded), spread(firstStep)]
        : [`not here, for ${functions}`, '', String(latency), String(loaded), String(firstStep)];
    const theirs = kind === 'measured' ? firstStep.median : firstStep;
    return [...known, spread(ours), (ours.median / theirs).toFixed(2)];
  });
  return markdown([header, ...rows], 2);
}

const spread = ({ median, lowerQuartile, upperQuartile }: Spread) =>
  `${Math.round(median)} (${Math.round(lowerQuartile)}–${Math.round(upperQuartile)})`;

const ratio = (one: Spread, other: Spread) => (one.median / other.median).toFixed(2);

const grouped = (number: number) => number.toLocaleString('en-US');

const MEGABYTE = 1_000_000;

const megabytes = (bytes: number | undefined) =>
  bytes === undefined ? 'unknown' : String(Math.round(bytes / MEGABYTE));
