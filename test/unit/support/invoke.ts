import {
  type Dependencies,
  type HeldLogin,
  type RotationStrategy,
  rotationHandler,
  type Step,
} from '@rotation/core';
import { vi } from 'vitest';
import { failureOf } from './canaries.ts';
import { capturedLog, type LogLine } from './captured-log.ts';
import { lambdaContext, rotationEvent } from './rotation-event.ts';
import { POSTGRES } from './secret-values.ts';

export function heldLogin(replaced: Partial<HeldLogin> = {}): HeldLogin {
  return { async assertHeld() {}, async [Symbol.asyncDispose]() {}, ...replaced };
}

/** A strategy that approves of everything and does nothing. */
export function strategyStub(replaced: Partial<RotationStrategy> = {}): RotationStrategy {
  return {
    name: 'stub',
    engine: POSTGRES,
    asksForPrevious: false,
    readAhead: vi.fn<RotationStrategy['readAhead']>(async () => {}),
    nextUsername: vi.fn<RotationStrategy['nextUsername']>(async ({ username }) => username),
    assertProposal: vi.fn<RotationStrategy['assertProposal']>(),
    setSecret: vi.fn<RotationStrategy['setSecret']>(async () => false),
    testSecret: vi.fn<RotationStrategy['testSecret']>(async () => true),
    hold: vi.fn<RotationStrategy['hold']>(async () => heldLogin()),
    settle: vi.fn<RotationStrategy['settle']>(async () => {}),
    discardOldPassword: vi.fn<RotationStrategy['discardOldPassword']>(async () => {}),
    preflight: vi.fn<RotationStrategy['preflight']>(async () => {}),
    ...replaced,
  };
}

export interface ProcessOptions extends Partial<Dependencies> {
  readonly strategy?: RotationStrategy;
}

export interface InvokeOptions extends ProcessOptions {
  readonly event?: unknown;
  readonly remainingMs?: number;
}

export interface Invoked {
  readonly work: Promise<unknown>;
  readonly lines: readonly LogLine[];
}

/** A process of Lambda, with the layer's own handler and secret store: what it remembers, its next invocation knows. */
export function startProcess({ strategy = strategyStub(), ...replaced }: ProcessOptions = {}) {
  const { openLog, lines } = capturedLog();
  const handler = rotationHandler(strategy, { environment: {}, openLog, ...replaced });
  return {
    lines,
    invoke: (event: unknown, remainingMs?: number) => handler(event, lambdaContext(remainingMs)),
  };
}

/** Starts one step in a process of its own. */
export function startStep(step: Step, options: InvokeOptions = {}): Invoked {
  const { event = rotationEvent(step), remainingMs, ...rest } = options;
  const { invoke, lines } = startProcess(rest);
  return { work: invoke(event, remainingMs), lines };
}

/** Runs a step that succeeds, and says what it came to. */
export async function runStep(step: Step, options: InvokeOptions = {}): Promise<unknown> {
  const { work, lines } = startStep(step, options);
  await work;
  return lines.at(-1)?.fields['outcome'];
}

/** Runs a step that fails, and says what with. */
export function failStep(step: Step, options: InvokeOptions = {}): Promise<Error> {
  return failureOf(startStep(step, options).work);
}
