import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RotationFunction, RotationObserver, RotationOutcome } from './rotation-progress.ts';
import { type Run, type RunDeps, rotate, testConfiguration } from './rotation-run.ts';
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

/** The service's side of rotation: which functions there are, and which rotations are under way. */
export class RotationService {
  readonly #vault: Vault;
  readonly #invokes: boolean;
  readonly #functions: Map<string, RotationFunction>;
  readonly #deps: RunDeps;
  readonly #runs = new Map<SecretArn, { readonly run: Run; readonly outcome: Promise<RotationOutcome> }>();
  readonly #stopping = new AbortController();

  constructor(vault: Vault, settings: RotationSettings) {
    const invoking = settings.kind === 'invoking' ? settings : undefined;
    const pauseMs = invoking?.pauseMs ?? DEFAULT_PAUSE_MS;
    this.#vault = vault;
    this.#invokes = invoking !== undefined;
    this.#functions = new Map(Object.entries(invoking?.functions ?? {}));
    this.#deps = {
      vault,
      attempts: invoking?.attempts ?? DEFAULT_ATTEMPTS,
      observe: invoking?.observe ?? (() => {}),
      findFunction: (lambdaArn) => this.#functions.get(lambdaArn),
      // A stop only cuts the pause short: the run itself notices that it has been ended.
      pause: () => sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {}),
    };
  }

  /** Puts a function under a Lambda ARN, in place of one that may be there. */
  register(lambdaArn: string, rotationFunction: RotationFunction): void {
    this.#functions.set(lambdaArn, rotationFunction);
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
   * One that is under way is not waited for: the two then run side by side.
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
    if (!this.#invokes || this.#functions.has(lambdaArn)) return;
    throw new ServiceError(
      'AccessDeniedException',
      `Secrets Manager cannot invoke the specified Lambda function: no rotation function is registered here as ${lambdaArn}.`,
    );
  }

  start(kind: 'rotation' | 'test', secretArn: SecretArn, versionId: VersionId, lambdaArn: string): void {
    if (!this.#invokes) return;
    const run: Run = { secretArn, versionId, lambdaArn, rotationToken: randomUUID(), failures: [] };
    const outcome = kind === 'test' ? testConfiguration(run, this.#deps) : rotate(run, this.#deps);
    this.#runs.set(secretArn, { run, outcome });
  }

  /** A value that a person stored has taken AWSPENDING from this version. */
  abandon(secretArn: SecretArn, versionId: VersionId): void {
    this.#end(secretArn, 'abandoned');
    this.#deps.observe({ kind: 'RotationAbandoned', secretArn, versionId });
  }

  cancel(secretArn: SecretArn): void {
    this.#end(secretArn, 'cancelled');
  }

  /** Ends each rotation after the step that it is in. */
  stop(): void {
    for (const secretArn of this.#runs.keys()) this.#end(secretArn, 'stopped');
    this.#stopping.abort();
  }

  #end(secretArn: SecretArn, by: NonNullable<Run['endedBy']>): void {
    const started = this.#runs.get(secretArn);
    if (started !== undefined) started.run.endedBy ??= by;
  }
}
