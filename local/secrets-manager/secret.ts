/**
 * Secret: a name, its versions, and what it knows of rotation.
 * Version: one value of a secret. Its id is the ClientRequestToken of the call that made it.
 * Registered version: made by RotateSecret, without a value, so that the rotation function has a token to fill.
 * Label (staging label): a name on at most one version of a secret. AWSCURRENT, AWSPENDING and AWSPREVIOUS mean something.
 * Deprecated version: one that no label is on. It can be read by its id until the service removes it.
 */

declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type SecretArn = Brand<'SecretArn'>;
export type VersionId = Brand<'VersionId'>;

/** From each label to the one version it is on: two versions with the same label cannot be written down. */
export type Labels = ReadonlyMap<string, VersionId>;

export type SecretValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string };

export interface Version {
  readonly id: VersionId;
  readonly created: Date;
  readonly lastAccessed?: Date;
  /** Made by RotateSecret: a value that a person stores as AWSCURRENT takes AWSPENDING away from it. */
  readonly registered: boolean;
  /** Absent on a registered version until PutSecretValue fills it. */
  readonly value?: SecretValue;
}

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number;
  readonly Duration?: string;
  readonly ScheduleExpression?: string;
}

export interface RotationConfiguration {
  readonly enabled: boolean;
  readonly lambdaArn: string;
  readonly rules: RotationRules;
}

export interface Secret {
  readonly arn: SecretArn;
  readonly name: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly created: Date;
  readonly lastChanged: Date;
  readonly lastAccessed?: Date;
  readonly lastRotated?: Date;
  /** The end of the recovery window of a secret that is scheduled for deletion. */
  readonly deletion?: Date;
  readonly rotation?: RotationConfiguration;
  /** In the order in which they were made. */
  readonly versions: ReadonlyMap<VersionId, Version>;
  readonly labels: Labels;
}

export const sameValue = (a: SecretValue, b: SecretValue): boolean =>
  a.kind === 'string'
    ? b.kind === 'string' && a.text === b.text
    : b.kind === 'binary' && a.base64 === b.base64;
