import { InvalidEvent } from './errors.ts';
import { RotationToken } from './sensitive.ts';

declare const brand: unique symbol;
/** The full ARN of the secret under rotation. Made by `parseEvent` only. */
export type SecretArn = string & { readonly [brand]: 'SecretArn' };
/** The id of one version of a secret; a rotation's ClientRequestToken is the id of the version it makes. */
export type VersionId = string & { readonly [brand]: 'VersionId' };

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

/**
 * What a person may ask a function for: to discard old passwords, naming the version that is AWSCURRENT as ClientRequestToken;
 * and what a rotation would meet with, naming none.
 */
export const OPERATOR_STEPS = ['discardOldPassword', 'preflight'] as const;
export type OperatorStep = (typeof OPERATOR_STEPS)[number];

export interface RotationEvent {
  readonly step: Step | OperatorStep;
  readonly secretArn: SecretArn;
  /** The version that this rotation makes: the event's ClientRequestToken. */
  readonly versionId: VersionId;
  readonly rotationToken: RotationToken | undefined;
}

/** Of a preflight, which is about no version: no version has so short an id. */
const NO_VERSION = 'none';

/** 32 to 64 characters, as the API model of RotateSecret has it. */
const CLIENT_REQUEST_TOKEN = /^[A-Za-z0-9_-]{32,64}$/;
const SECRET_ARN = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:\S+$/;

/**
 * Reads what Secrets Manager sends to a rotation function.
 * @throws InvalidEvent naming the field that is wrong, never its value.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export function parseEvent(event: unknown): RotationEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new InvalidEvent('it is no JSON object');
  }
  const { Step, SecretId, ClientRequestToken, RotationToken: token } = event as Record<string, unknown>;
  const known = [...STEPS, ...OPERATOR_STEPS];
  const step = known.find((name) => name === Step);
  if (step === undefined) throw new InvalidEvent(`Step is not one of ${known.join(', ')}`);
  const versionId =
    step === 'preflight' && ClientRequestToken === undefined ? NO_VERSION : ClientRequestToken;
  if (typeof SecretId !== 'string' || !SECRET_ARN.test(SecretId)) {
    throw new InvalidEvent('SecretId is not the ARN of a secret');
  }
  if (versionId !== NO_VERSION && (typeof versionId !== 'string' || !CLIENT_REQUEST_TOKEN.test(versionId))) {
    throw new InvalidEvent('ClientRequestToken is not a token of 32 to 64 letters, digits, - and _');
  }
  if (token !== undefined && token !== null && (typeof token !== 'string' || token === '')) {
    throw new InvalidEvent('RotationToken is no text');
  }
  return {
    step,
    secretArn: SecretId as SecretArn,
    versionId: versionId as VersionId,
    rotationToken: typeof token === 'string' ? new RotationToken(token) : undefined,
  };
}
