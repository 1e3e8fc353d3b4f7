import type { SoakResult } from './soak-run.ts';

const HEADINGS = [
  'engine',
  'strategy',
  'runs',
  'invocations',
  'disturbed',
  'restarts',
  'logins',
  'rejected in a change',
  'rejected otherwise',
  'server away',
  'violations',
];

/** What a soak came to, a line for each engine and strategy. */
export function soakTable(results: readonly SoakResult[]): string {
  const rows = results.map((result) => [
    result.engine,
    result.strategy,
    ...[result.runs, result.invocations, result.disturbed, result.restarts].map(String),
    ...[result.logins, result.rejectedInChange, result.rejectedOtherwise, result.away].map(String),
    String(result.violations),
  ]);
  const widths = HEADINGS.map((heading, n) =>
    Math.max(heading.length, ...rows.map((row) => row[n]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  return [line(HEADINGS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
