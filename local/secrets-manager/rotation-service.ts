import { randomUUID } from 'node:crypto';
import { setImmediate as answerFirst, setTimeout as sleep } from 'node:timers/promises';
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
import { ServiceError } from './service-error.ts';
import type { Vault } from './vault.ts';
import { PENDING } from './version-labels.ts';

/** The service documents neither the number nor the pauses of its retries: these suit tests. */
const DEFAULT_ATTEMPTS = 3;
const DEFAULT_PAUSE_MS = 100;

export type RotationSettings =
  /** RotateSecret registers an empty AWSPENDING version and invokes nothing: the steps are run by hand. */
  | { readonly kind: 'staging-only' }
  /** RotateSecret has the function that is registered under the secret's Lambda ARN run the steps. */
  | {
      readonly kind: 'invoking';
      readonly functions?: Readonly<Record<string, RotationFunction>>;
      /** Runs of the whole rotation before it counts as failed. 3 by default. */
      readonly attempts?: number;
      /** Between two of them. 100 by default. */
      readonly pauseMs?: number;
      readonly observe?: RotationObserver;
    };

/** One rotation under way: what may end it from outside is noted here, and read between the steps. */
interface Run {
  readonly kind: 'rotation' | 'test';
  readonly secretArn: SecretArn;
  readonly versionId: VersionId;
  readonly lambdaArn: string;
  readonly rotationToken: string;
  readonly failures: StepFailure[];
  endedBy?: 'abandoned' | 'cancelled' | 'stopped';
}

/** The service's rotation loop: it runs the steps of a rotation function, and retries the whole rotation with the same token. */
export class RotationService {
  readonly #vault: Vault;
  readonly #functions: Map<string, RotationFunction>;
  readonly #settings: RotationSettings;
  readonly #attempts: number;
  readonly #pauseMs: number;
  readonly #observe: RotationObserver;
  readonly #runs = new Map<SecretArn, { run: Run; outcome: Promise<RotationOutcome> }>();
  readonly #stopping = new AbortController();

  constructor(vault: Vault, settings: RotationSettings) {
    const invoking = settings.kind === 'invoking' ? settings : undefined;
    this.#vault = vault;
    this.#settings = settings;
    this.#functions = new Map(Object.entries(invoking?.functions ?? {}));
    this.#attempts = invoking?.attempts ?? DEFAULT_ATTEMPTS;
    this.#pauseMs = invoking?.pauseMs ?? DEFAULT_PAUSE_MS;
    this.#observe = invoking?.observe ?? (() => {});
  }

  /** Puts a function under a Lambda ARN, in place of one that may be there. */
  register(lambdaArn: string, rotate: RotationFunction): void {
    this.#functions.set(lambdaArn, rotate);
  }

  /**
   * The outcome of the secret's rotation that is under way, or of its last one.
   * @throws Error when none was ever started.
   */
  settled(secretId: string): Promise<RotationOutcome> {
    const { name, arn } = this.#vault.find(secretId);
    const started = this.#runs.get(arn);
    if (started === undefined) throw new Error(`No rotation of secret ${name} was started.`);
    return started.outcome;
  }

  /**
   * Runs a rotation that did not complete once more, with its token, as the service does on its own some time later.
   * @throws Error when no version is AWSPENDING.
   */
  reattempt(secretId: string): Promise<RotationOutcome> {
    const { name, arn, labels, rotation } = this.#vault.find(secretId);
    const versionId = labels.get(PENDING);
    if (versionId === undefined || rotation === undefined) {
      throw new Error(`No rotation of secret ${name} is waiting to be completed.`);
    }
    this.start('rotation', arn, versionId, rotation.lambdaArn);
    return this.settled(arn);
  }

  /**
   * RotateSecret asks this before it registers anything.
   * @throws ServiceError AccessDeniedException when no function is there: what the service answers (recorded, 2024).
   */
  checkCanInvoke(lambdaArn: string): void {
    if (this.#settings.kind === 'staging-only' || this.#functions.has(lambdaArn)) return;
    throw new ServiceError(
      'AccessDeniedException',
      `Secrets Manager cannot invoke the specified Lambda function: no rotation function is registered here as ${lambdaArn}.`,
    );
  }

  start(kind: Run['kind'], secretArn: SecretArn, versionId: VersionId, lambdaArn: string): void {
    if (this.#settings.kind === 'staging-only') return;
    const run: Run = { kind, secretArn, versionId, lambdaArn, rotationToken: randomUUID(), failures: [] };
    this.#runs.set(secretArn, { run, outcome: kind === 'test' ? this.#test(run) : this.#rotate(run) });
  }

  /** A value that a person stored has taken AWSPENDING from this version. */
  abandon(secretArn: SecretArn, versionId: VersionId): void {
    this.#end(secretArn, 'abandoned');
    this.#observe({ kind: 'RotationAbandoned', secretArn, versionId });
  }

  cancel(secretArn: SecretArn): void {
    this.#end(secretArn, 'cancelled');
  }

  /** Ends each rotation after the step that it is in. */
  stop(): void {
    this.#stopping.abort();
    for (const secretArn of this.#runs.keys()) this.#end(secretArn, 'stopped');
  }

  #end(secretArn: SecretArn, by: NonNullable<Run['endedBy']>): void {
    const started = this.#runs.get(secretArn);
    if (started !== undefined) started.run.endedBy ??= by;
  }

  async #rotate(run: Run): Promise<RotationOutcome> {
    const { secretArn, versionId, failures } = run;
    await answerFirst();
    this.#observe({ kind: 'RotationStarted', secretArn, versionId });
    for (let attempt = 1; attempt <= this.#attempts; attempt++) {
      if (attempt > 1) await this.#pause();
      const succeeded = await this.#runSteps(run, ROTATION_STEPS, attempt);
      if (run.endedBy !== undefined) return { kind: run.endedBy, versionId, failures };
      if (succeeded && this.#isComplete(run, attempt)) {
        this.#noteRotated(secretArn);
        this.#observe({ kind: 'RotationSucceeded', secretArn, versionId });
        return { kind: 'succeeded', versionId, failures };
      }
    }
    this.#observe({ kind: 'RotationFailed', secretArn, versionId, failures });
    return { kind: 'failed', versionId, failures };
  }

  /** RotateImmediately=false: testSecret alone, once, on a version that is there for this only. */
  async #test(run: Run): Promise<RotationOutcome> {
    const { secretArn, versionId, failures } = run;
    await answerFirst();
    this.#observe({ kind: 'TestRotationStarted', secretArn, versionId });
    const succeeded = await this.#runSteps(run, ['testSecret'], 1);
    const secret = this.#vault.lookUp(secretArn);
    if (secret !== undefined) this.#vault.save(withoutVersion(secret, versionId));
    if (run.endedBy !== undefined) return { kind: run.endedBy, versionId, failures };
    if (succeeded) {
      this.#observe({ kind: 'TestRotationSucceeded', secretArn, versionId });
      return { kind: 'succeeded', versionId, failures };
    }
    this.#observe({ kind: 'TestRotationFailed', secretArn, versionId, failures });
    return { kind: 'failed', versionId, failures };
  }

  /** Whether all steps succeeded; the first that fails is noted, and those after it are not run. */
  async #runSteps(run: Run, steps: readonly RotationStep[], attempt: number): Promise<boolean> {
    for (const step of steps) {
      if (run.endedBy !== undefined) return false;
      const failure = await this.#runStep(run, step, attempt);
      if (failure !== undefined) {
        run.failures.push(failure);
        return false;
      }
    }
    return true;
  }

  async #runStep(run: Run, step: RotationStep, attempt: number): Promise<StepFailure | undefined> {
    const { secretArn, versionId } = run;
    this.#observe({ kind: 'StepStarted', secretArn, versionId, step, attempt });
    const started = performance.now();
    const ended = () => ({
      kind: 'StepEnded' as const,
      secretArn,
      versionId,
      step,
      attempt,
      durationMs: performance.now() - started,
    });
    try {
      await this.#invoke(run, step);
    } catch (error) {
      this.#observe({ ...ended(), error });
      return { attempt, step, error };
    }
    this.#observe(ended());
    return undefined;
  }

  async #invoke({ lambdaArn, secretArn, versionId, rotationToken }: Run, step: RotationStep): Promise<void> {
    const rotate = this.#functions.get(lambdaArn);
    if (rotate === undefined) throw new Error(`No rotation function is registered here as ${lambdaArn}.`);
    await rotate({
      Step: step,
      SecretId: secretArn,
      ClientRequestToken: versionId,
      RotationToken: rotationToken,
    });
  }

  #isComplete(run: Run, attempt: number): boolean {
    const secret = this.#vault.lookUp(run.secretArn);
    if (secret !== undefined && isRotationComplete(secret)) return true;
    const objection =
      secret === undefined
        ? 'The secret was deleted during the rotation.'
        : `All steps succeeded, and yet AWSPENDING is on version ${secret.labels.get(PENDING)}, which is not AWSCURRENT.`;
    run.failures.push({ attempt, step: 'finishSecret', error: new Error(objection) });
    return false;
  }

  #noteRotated(secretArn: SecretArn): void {
    const secret = this.#vault.lookUp(secretArn);
    if (secret !== undefined) this.#vault.save({ ...secret, lastRotated: this.#vault.now() });
  }

  /** Rejects never: a stop only makes it end early. */
  #pause(): Promise<unknown> {
    return sleep(this.#pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
