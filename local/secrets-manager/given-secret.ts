import { randomUUID } from 'node:crypto';
import { registerRotation } from './rotation-registration.ts';
import type { Secret, SecretArn, VersionId } from './secret.ts';
import { storeValue } from './stored-value.ts';
import type { Vault } from './vault.ts';

/** A secret that is there from the start, under an ARN that is written down elsewhere, such as in an event. */
export interface GivenSecret {
  readonly arn: string;
  /** Of AWSCURRENT. */
  readonly text: string;
  /** The ClientRequestToken of a rotation that RotateSecret has begun. */
  readonly rotating?: string | undefined;
}

/** Any: whoever gives a secret runs the steps as well. */
const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:by-hand';

export function storeGivenSecret(vault: Vault, { arn, text, rotating }: GivenSecret): void {
  const now = vault.now();
  const empty: Secret = {
    arn: arn as SecretArn,
    name: nameIn(arn),
    description: undefined,
    kmsKeyId: undefined,
    tags: [],
    created: now,
    lastChanged: now,
    versions: new Map(),
    labels: new Map(),
  };
  const token = randomUUID() as string as VersionId;
  const { secret } = storeValue(empty, { token, value: { kind: 'string', text } }, now);
  vault.save(rotating === undefined ? secret : registered(secret, rotating as VersionId, now));
}

function registered(secret: Secret, token: VersionId, now: Date): Secret {
  const registration = registerRotation(secret, { token, lambdaArn: LAMBDA_ARN, rules: undefined }, now);
  return registration.kind === 'registered' ? registration.secret : secret;
}

function nameIn(arn: string): string {
  const name = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:(.+)-[A-Za-z0-9]{6}$/.exec(arn)?.[1];
  if (name === undefined) throw new Error(`${arn} is not the whole ARN of a secret.`);
  return name;
}
