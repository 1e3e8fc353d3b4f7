import type { SecretArn, VersionId } from './secret.ts';

/** The steps of a rotation, in the order in which the service calls them. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = (typeof ROTATION_STEPS)[number];

/** What the service passes to a rotation function. */
export interface RotationEvent {
  readonly Step: RotationStep;
  /** The secret's ARN. */
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  /** Proves to PutSecretValue who asks. As secret as a value: never logged. */
  readonly RotationToken: string;
}

/** A rotation function, as the service sees it: it fails by rejecting. */
export type RotationFunction = (event: RotationEvent) => Promise<unknown>;

export interface StepFailure {
  /** Counted from 1. */
  readonly attempt: number;
  readonly step: RotationStep;
  /** What the function was rejected with, or the service's own objection. */
  readonly error: unknown;
}

/** How a rotation ended. `failures` has every failed attempt, also those that a later one made good. */
export type RotationOutcome = {
  readonly kind:
    | 'succeeded'
    | 'failed'
    /** A person stored a value as AWSCURRENT meanwhile. */
    | 'abandoned'
    /** CancelRotateSecret turned rotation off meanwhile. */
    | 'cancelled'
    /** The local service was stopped. */
    | 'stopped';
  readonly versionId: VersionId;
  readonly failures: readonly StepFailure[];
};

/**
 * What the rotation service tells its observer. The first seven are the events that the service puts into CloudTrail;
 * the steps are ours, for a display of progress.
 */
export type RotationProgress = { readonly secretArn: SecretArn; readonly versionId: VersionId } & (
  | { readonly kind: 'RotationStarted' }
  | { readonly kind: 'RotationSucceeded' }
  | { readonly kind: 'RotationFailed'; readonly failures: readonly StepFailure[] }
  | { readonly kind: 'RotationAbandoned' }
  | { readonly kind: 'TestRotationStarted' }
  | { readonly kind: 'TestRotationSucceeded' }
  | { readonly kind: 'TestRotationFailed'; readonly failures: readonly StepFailure[] }
  | { readonly kind: 'StepStarted'; readonly step: RotationStep; readonly attempt: number }
  | {
      readonly kind: 'StepEnded';
      readonly step: RotationStep;
      readonly attempt: number;
      readonly durationMs: number;
      /** Absent when the step succeeded. */
      readonly error?: unknown;
    }
);

export type RotationObserver = (progress: RotationProgress) => void;
