import { INVARIANTS, type Invariant } from './invariants.ts';
import type { TaskResult } from './task.ts';

const HEADER = [
  'engine',
  'strategy',
  'rotation',
  'points',
  'cases',
  'AWSCURRENT rejected',
  'recovered',
  ...INVARIANTS,
];
/** The first columns hold words, the others numbers. */
const WORD_COLUMNS = 3;

/** The matrix as a table in Markdown: a line for each engine, strategy and rotation, and one for all. */
export function tableOf(results: readonly TaskResult[]): string {
  const rows = results.map((result) => {
    const { engine, strategy, rotationsBefore } = result.task;
    return { words: [engine, strategy, rotationsBefore === 0 ? 'first' : 'second'], numbers: count(result) };
  });
  const total = rows.reduce<readonly number[]>(
    (sums, { numbers }) => numbers.map((number, column) => number + (sums[column] ?? 0)),
    [],
  );
  return markdown([
    HEADER,
    ...[...rows, { words: ['all', '', ''], numbers: total }].map(({ words, numbers }) => [
      ...words,
      ...numbers.map(String),
    ]),
  ]);
}

function count({ points, refusedLogins, results, leaks }: TaskResult): number[] {
  const violated: readonly Invariant[] = [
    ...refusedLogins.map(() => 'I6' as const),
    ...leaks.map(() => 'I5' as const),
    ...results.flatMap(({ violations }) => violations.map(({ invariant }) => invariant)),
  ];
  return [
    points.length,
    results.length,
    results.filter(({ available }) => !available).length,
    results.filter(({ met, unrecovered }) => met && unrecovered === undefined).length,
    ...INVARIANTS.map((invariant) => violated.filter((one) => one === invariant).length),
  ];
}

function markdown(rows: readonly (readonly string[])[]): string {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const padded = rows.map((row) =>
    line(
      row.map((cell, column) =>
        column < WORD_COLUMNS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      ),
    ),
  );
  const rule = line(
    widths.map((width, column) => (column < WORD_COLUMNS ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)),
  );
  const [header = '', ...body] = padded;
  return [header, rule, ...body].join('\n');
}
