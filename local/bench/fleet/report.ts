import { counted } from '../../demo/format.ts';
import { describeMachine } from '../machine.ts';
import { markdown } from '../markdown.ts';
import type { Spread } from '../spread.ts';
import type { FleetResult } from './fleet.ts';
import type { Wave } from './wave.ts';

/** The results as tables in Markdown. */
export function reportOf(result: FleetResult): string {
  const { machine, date, latency, connections, servers, waves, clones, unmeasured } = result;
  const versions = Object.entries(servers).map(([engine, version]) => `${engine} ${version}`);
  return [
    `${date}, ${describeMachine(machine)}; ${versions.join(', ')}, each with ${connections} connections at most; ` +
      `${latency} ms a call.`,
    markdown([WAVE_HEADER, ...waves.map(waveRow)], 0),
    ...listed('Why steps were retried', waves.flatMap(retryLines)),
    ...listed('What was lost', waves.flatMap(lostLines)),
    '**A clone**, in ms',
    markdown(
      [
        ['server', 'grants', 'made', 'tries', 'brought in line'],
        ...clones.map(({ engine, grants, made, tries, alike }) => [
          engine,
          ...[grants, made, tries, alike].map(rounded),
        ]),
      ],
      1,
    ),
    ...listed('What could not be measured', unmeasured),
  ].join('\n\n');
}

/** Whether anything is there that must not be. */
export function isFailure({ waves, unmeasured }: FleetResult): boolean {
  return unmeasured.length > 0 || waves.some(({ lost, leaked }) => lost.length + leaked > 0);
}

const WAVE_HEADER = [
  'at a time',
  'secrets',
  'per second',
  'rotation, ms',
  '95th percentile',
  'environments',
  'memory',
  'PostgreSQL connections',
  'MySQL connections',
  'calls per rotation',
  'throttled calls',
  'retried steps',
  'lost',
  'leaked',
];

function waveRow(wave: Wave): string[] {
  const { atOnce, secrets, elapsed, connections } = wave;
  return [
    ...[atOnce, secrets].map(rounded),
    ((secrets / elapsed) * 1_000).toFixed(1),
    wave.rotation ? spread(wave.rotation) : 'none',
    wave.slow === undefined ? 'none' : rounded(wave.slow),
    rounded(wave.environments),
    `${rounded(wave.memory / MEGABYTE)} MB`,
    ...[connections['postgres'] ?? 0, connections['mysql'] ?? 0].map(rounded),
    wave.calls.toFixed(1),
    rounded(wave.throttled),
    rounded(wave.retries.reduce((sum, { count }) => sum + count, 0)),
    ...[wave.lost.length, wave.leaked].map(rounded),
  ];
}

/** Each kind of error, with what it says. */
const retryLines = ({ atOnce, retries }: Wave) =>
  retries.map(
    ({ name, count, message }) => `${atOnce} at a time: \`${name}\` ${counted(count, 'time')}, "${message}"`,
  );

const lostLines = ({ atOnce, lost }: Wave) => lost.map(({ problem }) => `${atOnce} at a time: ${problem}`);

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`**${title}**`, lines.map((line) => `- ${line}`).join('\n')] : [];
}

const MEGABYTE = 1_000_000;

const rounded = (number: number) => Math.round(number).toLocaleString('en-US');

const spread = ({ median, lowerQuartile, upperQuartile }: Spread) =>
  `${rounded(median)} (${rounded(lowerQuartile)}–${rounded(upperQuartile)})`;
