import { reasonOf } from '../demo/application.ts';
import type { CallRecord, RotationFunction } from '../secrets-manager/index.ts';
import { ROTATION_STEPS, type RotationStep } from '../secrets-manager/rotation-progress.ts';
import { outcomeOf } from './settled.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

export interface TimedStep {
  readonly step: RotationStep;
  /** In ms of performance.now(). */
  readonly from: number;
  readonly to: number;
  /** That the function made during it. */
  readonly calls: readonly CallRecord[];
}

/**
 * Rotates a secret once.
 * @throws Error when it does not succeed at its first attempt: its times would be those of something else
 */
export async function rotate(
  { secretsManager, secrets, calendar }: Stage,
  { secretArn, lambdaArn }: Subject,
  invoke: RotationFunction,
): Promise<readonly TimedStep[]> {
  const steps: TimedStep[] = [];
  secretsManager.rotations.register(lambdaArn, async (event) => {
    const before = secretsManager.calls().length;
    const from = performance.now();
    await invoke(event);
    const to = performance.now();
    const calls = secretsManager.calls().slice(before);
    steps.push({ step: event.Step, from, to, calls });
  });
  await secrets.rotate(secretArn, lambdaArn);
  const { kind, failures } = await outcomeOf(secretsManager.rotations, secretArn);
  if (kind !== 'succeeded' || failures.length > 0 || steps.length !== ROTATION_STEPS.length) {
    const reasons = failures.map(({ step, error }) => `${step}: ${reasonOf(error)}`);
    throw new Error(`A rotation of ${secretArn} by ${lambdaArn} failed. ${reasons.join(' ')}`);
  }
  calendar.nextDay();
  return steps;
}

/** From the start of the first step to the end of the last one; between them is next to nothing. In ms. */
export function totalTime(steps: readonly TimedStep[]): number {
  return (steps.at(-1)?.to ?? Number.NaN) - (steps[0]?.from ?? Number.NaN);
}

export function timeOf(steps: readonly TimedStep[], step: RotationStep): number {
  const { from, to } = steps.find((timed) => timed.step === step) ?? { from: 0, to: Number.NaN };
  return to - from;
}
