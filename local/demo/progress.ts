import type { Client } from './client.ts';
import { count, counted, duration } from './format.ts';
import { type Handover, ROTATION_STEPS, type RotationStep } from './observation.ts';
import { spinnerFrame } from './spinner.ts';
import { WORDS } from './strategy-words.ts';
import type { Paint, Terminal } from './terminal.ts';

/** Where the rotations of one strategy are, as far as it is shown. */
export interface Progress {
  readonly handover: Handover;
  readonly wanted: number;
  /** The rotation that runs, or ran last; counted from 1. */
  rotation: number;
  running: RotationStep | undefined;
  /** How long the steps of this rotation that have run took, in ms. */
  readonly took: Map<RotationStep, number>;
  client: Client['observed'];
}

/** What a scenario tells its audience. */
export interface Audience {
  rotationStarts(rotation: number): void;
  stepStarts(step: RotationStep): void;
  stepEnds(step: RotationStep, milliseconds: number): void;
  rotationEnds(): void;
}

/** So many lines of rotations are enough where lines cannot be changed. */
const MOST_LINES = 20;
const INDENT = '    ';
const STEP_WIDTH = Math.max(...ROTATION_STEPS.map((step) => step.length));
const WORDS_WIDTH = 52;
const TIME_WIDTH = 7;
const BAR_WIDTH = 20;

/** Shows the steps as they happen: in place on a terminal, a line for each rotation elsewhere. */
export function showProgress(
  handover: Handover,
  wanted: number,
  client: Client,
  terminal: Terminal,
): Audience & Disposable {
  const { paint, interactive } = terminal;
  const progress: Progress = {
    handover,
    wanted,
    rotation: 0,
    running: undefined,
    took: new Map(),
    client: client.observed,
  };
  const display = terminal.live(() => progressLines(progress, paint));
  const interval = Math.ceil(progress.wanted / MOST_LINES);
  return {
    rotationStarts(rotation) {
      progress.rotation = rotation;
      progress.took.clear();
    },
    stepStarts(step) {
      progress.running = step;
    },
    stepEnds(step, milliseconds) {
      progress.running = undefined;
      progress.took.set(step, milliseconds);
    },
    rotationEnds() {
      const { rotation, wanted } = progress;
      if (!interactive && (rotation % interval === 0 || rotation === wanted)) {
        terminal.line(rotationLine(progress));
      }
    },
    [Symbol.dispose]: () => display[Symbol.dispose](),
  };
}

/** The display on a terminal: the steps with their times, how far it is, and how the client fares. */
export function progressLines(progress: Progress, paint: Paint): string[] {
  const { handover, rotation, wanted, running, took } = progress;
  const steps = ROTATION_STEPS.map((step) => {
    const time = took.get(step);
    const active = step === running;
    const shown = active ? spinnerFrame() : time === undefined ? '' : duration(time);
    const name = paint(active ? ['bold', 'cyan'] : 'bold', step.padEnd(STEP_WIDTH));
    const words = WORDS[handover].steps[step].padEnd(WORDS_WIDTH);
    return `${INDENT}${name}  ${active ? words : paint('dim', words)}${paint('cyan', shown.padStart(TIME_WIDTH))}`;
  });
  const done = Math.round((BAR_WIDTH * Math.max(0, rotation - (running ? 1 : 0))) / wanted);
  const bar = `${paint('cyan', '━'.repeat(done))}${paint('dim', '─'.repeat(BAR_WIDTH - done))}`;
  return [
    ...steps,
    '',
    `${INDENT}${bar}  rotation ${count(rotation)} of ${count(wanted)} · ${clientWords(progress)}`,
  ];
}

/** The same in one line, for where lines cannot be changed. */
export function rotationLine(progress: Progress): string {
  const times = ROTATION_STEPS.map((step) => {
    const time = progress.took.get(step);
    return `${step.replace('Secret', '')} ${time === undefined ? '-' : duration(time)}`;
  });
  const width = String(progress.wanted).length;
  return `${INDENT}rotation ${String(progress.rotation).padStart(width)}: ${times.join(', ')}; ${clientWords(progress)}`;
}

function clientWords({ client }: Progress): string {
  const { logins, failures } = client();
  return `client: ${counted(logins, 'login')}, ${count(failures.length)} failed`;
}
