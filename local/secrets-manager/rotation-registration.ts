import type { RotationConfiguration, RotationRules, Secret, VersionId } from './secret.ts';
import { invalidRequest } from './service-error.ts';
import { tokenInUse } from './stored-value.ts';
import { attachLabels, CURRENT, PENDING } from './version-labels.ts';
import { checkLabelQuota, retainVersions } from './version-retention.ts';

export interface RotationOrder {
  readonly token: VersionId;
  /** Absent: the one the secret is configured with. */
  readonly lambdaArn: string | undefined;
  /** Absent: those the secret is configured with. */
  readonly rules: RotationRules | undefined;
}

export type Registration =
  | { readonly kind: 'registered'; readonly secret: Secret; readonly lambdaArn: string }
  /** The token has been rotated with before: an idempotent repetition, nothing is to be done. */
  | { readonly kind: 'repeated' };

/**
 * Turns rotation on and registers the token as an empty AWSPENDING version, as RotateSecret does.
 * @throws ServiceError InvalidRequestException while AWSPENDING is on another version than AWSCURRENT, and when
 * neither the call nor the secret names a Lambda function.
 */
export function registerRotation(secret: Secret, order: RotationOrder, now: Date): Registration {
  const lambdaArn = order.lambdaArn ?? secret.rotation?.lambdaArn;
  if (lambdaArn === undefined) {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  }
  if (!isRotationComplete(secret)) {
    throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
  }
  const taken = secret.versions.get(order.token);
  if (taken?.registered) return { kind: 'repeated' };
  if (taken !== undefined) throw tokenInUse(secret, order.token);

  const rotation: RotationConfiguration = {
    enabled: true,
    lambdaArn,
    rules: order.rules ?? secret.rotation?.rules ?? {},
  };
  const labels = attachLabels(secret.labels, order.token, [PENDING]);
  checkLabelQuota(labels);
  const versions = new Map(secret.versions).set(order.token, {
    id: order.token,
    created: now,
    registered: true,
  });
  return {
    kind: 'registered',
    lambdaArn,
    secret: {
      ...secret,
      rotation,
      labels,
      lastChanged: now,
      versions: retainVersions(versions, labels, now),
    },
  };
}

/** The service's own rule: AWSPENDING is on the same version as AWSCURRENT, or on none. */
export function isRotationComplete({ labels }: Secret): boolean {
  const pending = labels.get(PENDING);
  return pending === undefined || pending === labels.get(CURRENT);
}

/** Takes away the version that RotateSecret made for a test of the configuration, with whatever labels it got. */
export function withoutVersion(secret: Secret, version: VersionId): Secret {
  return {
    ...secret,
    versions: new Map([...secret.versions].filter(([id]) => id !== version)),
    labels: new Map([...secret.labels].filter(([, holder]) => holder !== version)),
  };
}
