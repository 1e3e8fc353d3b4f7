import { setImmediate as answerFirst } from 'node:timers/promises';
import {
  ROTATION_STEPS,
  type RotationFunction,
  type RotationObserver,
  type RotationOutcome,
  type RotationStep,
  type StepFailure,
} from './rotation-progress.ts';
import { isRotationComplete, withoutVersion } from './rotation-registration.ts';
import type { SecretArn, VersionId } from './secret.ts';
import type { Vault } from './vault.ts';
import { PENDING } from './version-labels.ts';

/** One rotation under way: what may end it from outside is noted in it, and read between the steps. */
export interface Run {
  readonly secretArn: SecretArn;
  readonly versionId: VersionId;
  readonly lambdaArn: string;
  readonly rotationToken: string;
  readonly failures: StepFailure[];
  endedBy?: 'abandoned' | 'cancelled' | 'stopped';
}

/** What a run needs of the service around it. */
export interface RunDeps {
  readonly vault: Vault;
  readonly attempts: number;
  readonly observe: RotationObserver;
  findFunction(lambdaArn: string): RotationFunction | undefined;
  pause(): Promise<unknown>;
}

/** Runs all steps, and all of them again after a failure, with the same token: at most `attempts` times. */
export async function rotate(run: Run, deps: RunDeps): Promise<RotationOutcome> {
  const { secretArn, versionId, failures } = run;
  await answerFirst(); // RotateSecret answers before the first step begins
  deps.observe({ kind: 'RotationStarted', secretArn, versionId });
  for (let attempt = 1; attempt <= deps.attempts; attempt++) {
    if (attempt > 1) await deps.pause();
    const succeeded = await runSteps(run, ROTATION_STEPS, attempt, deps);
    if (run.endedBy !== undefined) return { kind: run.endedBy, versionId, failures };
    if (succeeded && checkComplete(run, attempt, deps.vault)) {
      noteRotated(run, deps.vault);
      deps.observe({ kind: 'RotationSucceeded', secretArn, versionId });
      return { kind: 'succeeded', versionId, failures };
    }
  }
  deps.observe({ kind: 'RotationFailed', secretArn, versionId, failures });
  return { kind: 'failed', versionId, failures };
}

/** RotateImmediately=false: runs testSecret alone, once, on a version that is there for this only. */
export async function testConfiguration(run: Run, deps: RunDeps): Promise<RotationOutcome> {
  const { secretArn, versionId, failures } = run;
  await answerFirst();
  deps.observe({ kind: 'TestRotationStarted', secretArn, versionId });
  const succeeded = await runSteps(run, ['testSecret'], 1, deps);
  const secret = deps.vault.lookUp(secretArn);
  if (secret !== undefined) deps.vault.save(withoutVersion(secret, versionId));
  if (run.endedBy !== undefined) return { kind: run.endedBy, versionId, failures };
  if (succeeded) {
    deps.observe({ kind: 'TestRotationSucceeded', secretArn, versionId });
    return { kind: 'succeeded', versionId, failures };
  }
  deps.observe({ kind: 'TestRotationFailed', secretArn, versionId, failures });
  return { kind: 'failed', versionId, failures };
}

/** Whether all steps succeeded; the first that fails is noted, and those after it are not run. */
async function runSteps(
  run: Run,
  steps: readonly RotationStep[],
  attempt: number,
  deps: RunDeps,
): Promise<boolean> {
  for (const step of steps) {
    if (run.endedBy !== undefined) return false;
    const failure = await runStep(run, step, attempt, deps);
    if (failure !== undefined) {
      run.failures.push(failure);
      return false;
    }
  }
  return true;
}

async function runStep(
  run: Run,
  step: RotationStep,
  attempt: number,
  deps: RunDeps,
): Promise<StepFailure | undefined> {
  const about = { secretArn: run.secretArn, versionId: run.versionId, step, attempt };
  deps.observe({ kind: 'StepStarted', ...about });
  const started = performance.now();
  try {
    await invoke(run, step, deps);
  } catch (error) {
    deps.observe({ kind: 'StepEnded', ...about, durationMs: performance.now() - started, error });
    return { attempt, step, error };
  }
  deps.observe({ kind: 'StepEnded', ...about, durationMs: performance.now() - started });
  return undefined;
}

async function invoke(run: Run, step: RotationStep, { findFunction }: RunDeps): Promise<void> {
  const rotateSecret = findFunction(run.lambdaArn);
  if (rotateSecret === undefined) {
    throw new Error(`No rotation function is registered here as ${run.lambdaArn}.`);
  }
  await rotateSecret({
    Step: step,
    SecretId: run.secretArn,
    ClientRequestToken: run.versionId,
    RotationToken: run.rotationToken,
  });
}

function checkComplete(run: Run, attempt: number, vault: Vault): boolean {
  const secret = vault.lookUp(run.secretArn);
  if (secret !== undefined && isRotationComplete(secret)) return true;
  const objection =
    secret === undefined
      ? 'The secret was deleted during the rotation.'
      : `All steps succeeded, and yet AWSPENDING is on version ${secret.labels.get(PENDING)}, which is not AWSCURRENT.`;
  run.failures.push({ attempt, step: 'finishSecret', error: new Error(objection) });
  return false;
}

function noteRotated(run: Run, vault: Vault): void {
  const secret = vault.lookUp(run.secretArn);
  if (secret !== undefined) vault.save({ ...secret, lastRotated: vault.now() });
}
