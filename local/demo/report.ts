import { count, counted, duration, median, table } from './format.ts';
import { gapsFelt } from './gap.ts';
import { durationOf, durations, type Observation, ROTATION_STEPS } from './observation.ts';
import { type BrokenPromise, PROMISES } from './promises.ts';
import { rejectedLogins } from './rejected-logins.ts';
import { WORDS } from './strategy-words.ts';
import type { Paint } from './terminal.ts';

/** So many ways in which one promise was broken are told; more say no more. */
const MOST_VIOLATIONS = 5;

/** The promises, each with whether it held, and how not. */
export function promiseLines(
  { handover }: Observation,
  broken: readonly BrokenPromise[],
  paint: Paint,
): string[] {
  return PROMISES[handover].flatMap(({ promise }) => {
    const found = broken.find((one) => one.promise === promise)?.violations;
    if (found === undefined) return [`    ${paint('green', '✔')} ${promise}`];
    const violations = withCounts(found);
    return [
      `    ${paint('red', '✘')} ${paint('bold', 'Did not hold:')} ${promise}`,
      ...violations.slice(0, MOST_VIOLATIONS).map((violation) => `        ${violation}`),
      ...(violations.length > MOST_VIOLATIONS
        ? [`        and ${count(violations.length - MOST_VIOLATIONS)} more`]
        : []),
    ];
  });
}

/** Says once what was found several times. */
function withCounts(violations: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const violation of violations) times.set(violation, (times.get(violation) ?? 0) + 1);
  return [...times].map(([violation, n]) => (n === 1 ? violation : `${violation} (${count(n)} times)`));
}

/** The table at the end: one column for each strategy. */
export function resultLines(observations: readonly Observation[], paint: Paint): string[] {
  const row = (label: string, cell: (observation: Observation) => string) => [
    label,
    ...observations.map(cell),
  ];
  const [heading = '', ...lines] = table([
    row('', ({ handover }) => WORDS[handover].title),
    row('Rotations', ({ rotations }) => count(rotations.length)),
    ...ROTATION_STEPS.map((step) => row(`  ${step}, median`, (seen) => middle(durations(seen, step)))),
    row('  all four steps, median', (seen) => middle(totals(seen))),
    row('Logins of the client', ({ client }) => count(client.logins + client.failures.length)),
    row('  failed', ({ client }) => count(client.failures.length)),
    row('  gap without AWSCURRENT, median', (seen) => feltBy(seen, median)),
    row('  gap without AWSCURRENT, longest', (seen) => feltBy(seen, (gaps) => Math.max(...gaps))),
    row('  longest wait to get in again', ({ client: { failures, longestWait } }) =>
      failures.length === 0 ? '-' : duration(longestWait),
    ),
    row('Failed logins in the log of the server', (seen) => count(rejectedLogins(seen).byServer)),
    row('  of the client', (seen) => count(rejectedLogins(seen).ofClient)),
    row('  of our trying the old password', (seen) => count(rejectedLogins(seen).ofChecks)),
    row('  of the rotation', (seen) => count(rejectedLogins(seen).ofRotation)),
  ]);
  const rule = '─'.repeat(heading.length);
  return [
    `  ${paint('bold', heading)}`,
    `  ${paint('dim', rule)}`,
    ...lines.map((line) => `  ${line.startsWith(' ') ? paint('dim', line) : line}`),
    `  ${paint('dim', rule)}`,
  ];
}

/** The last line. */
export function verdict(promises: number, broken: number, milliseconds: number, paint: Paint): string {
  const time = `in ${duration(milliseconds)}`;
  if (broken === 0) return `  ${paint(['bold', 'green'], `✔ All ${promises} promises held`)} ${time}`;
  return `  ${paint(['bold', 'red'], `✘ ${counted(broken, 'promise')} of ${promises} did not hold`)} ${time}`;
}

function totals({ rotations }: Observation): number[] {
  return rotations.map(({ steps }) => steps.reduce((sum, step) => sum + durationOf(step), 0));
}

/** '-' when no rotation let the client feel a gap. */
function feltBy(seen: Observation, summary: (gaps: readonly number[]) => number | undefined): string {
  const gaps = gapsFelt(seen);
  const value = summary(gaps);
  return value === undefined || gaps.every((gap) => gap === 0) ? '-' : duration(value);
}

function middle(values: readonly number[]): string {
  const value = median(values);
  return value === undefined ? '-' : duration(value);
}
