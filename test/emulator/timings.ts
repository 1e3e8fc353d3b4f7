import { duration, table } from '../../local/demo/format.ts';
import type { RotationCase } from '../support/artifact-rotation.ts';

/** What running one function has taken. */
export interface Timings {
  readonly about: RotationCase;
  /** In ms. */
  readonly initMs: number;
  /** Of each invocation in turn, the steps of one rotation and then those of the next. In ms. */
  readonly stepsMs: readonly number[];
  readonly peakMegabytes: number;
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const HEADER = ['function', 'server', 'rotation', 'init', ...STEPS, 'all steps', 'peak memory'];

/** The first createSecret of a process takes its start too. */
export function timingsTable(timings: readonly Timings[]): string {
  return table([HEADER, ...timings.flatMap(rowsOf)], '  ').join('\n');
}

function rowsOf({ about, initMs, stepsMs, peakMegabytes }: Timings): string[][] {
  const cold = stepsMs.slice(0, STEPS.length);
  const warm = stepsMs.slice(STEPS.length);
  return [
    [about.name, about.server, 'cold', duration(initMs), ...timesOf(cold), ''],
    ['', '', 'warm', '', ...timesOf(warm), `${Math.round(peakMegabytes)} MB`],
  ];
}

function timesOf(stepsMs: readonly number[]): string[] {
  return [...stepsMs, stepsMs.reduce((sum, time) => sum + time, 0)].map(duration);
}
