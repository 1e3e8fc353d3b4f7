import { type Secret, type SecretValue, sameValue, type Version, type VersionId } from './secret.ts';
import { invalidRequest, notFound, ServiceError } from './service-error.ts';
import { attachLabels, CURRENT, PENDING, withoutLabel } from './version-labels.ts';
import { checkLabelQuota, retainVersions } from './version-retention.ts';

export interface NewValue {
  readonly token: VersionId;
  readonly value: SecretValue;
  /** AWSCURRENT where the call names none. */
  readonly labels?: readonly string[] | undefined;
}

export interface StoredValue {
  readonly secret: Secret;
  /** The version that a rotation was filling, and that has lost AWSPENDING to this value: RotationAbandoned. */
  readonly abandoned?: VersionId;
}

/**
 * Stores a value as PutSecretValue does: a new version, or the value of a registered one.
 * The same token with the same value changes nothing.
 * @throws ServiceError ResourceExistsException when the token's version has another value.
 */
export function storeValue(secret: Secret, { token, value, labels }: NewValue, now: Date): StoredValue {
  const version = secret.versions.get(token) ?? { id: token, created: now, registered: false };
  if (version.value !== undefined) {
    if (sameValue(version.value, value)) return { secret };
    throw tokenInUse(secret, token);
  }
  const asked = labels ?? [CURRENT];
  // A secret's first version is its AWSCURRENT one, whatever the call asks for.
  const attached = secret.versions.size === 0 ? [...asked, CURRENT] : asked;
  const outdated = attached.includes(CURRENT) ? outdatedRotation(secret, token) : undefined;
  const kept = outdated === undefined ? secret.labels : withoutLabel(secret.labels, PENDING);
  const placed = attachLabels(kept, token, attached);
  checkLabelQuota(placed);
  const versions = new Map(secret.versions).set(token, { ...version, value });
  const changed: Secret = {
    ...secret,
    lastChanged: now,
    labels: placed,
    versions: retainVersions(versions, placed, now),
  };
  const wasComplete = outdated === undefined || outdated === secret.labels.get(CURRENT);
  return wasComplete ? { secret: changed } : { secret: changed, abandoned: outdated };
}

export const tokenInUse = (secret: Secret, token: VersionId) =>
  new ServiceError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
  );

export interface VersionChoice {
  readonly versionId: VersionId | undefined;
  readonly label: string | undefined;
}

/**
 * The version that GetSecretValue reads: by id, by label, by both (which must agree), or AWSCURRENT.
 * @throws ServiceError ResourceNotFoundException when there is no such version, or it has no value yet;
 * InvalidRequestException when id and label name different versions (recorded from the service, 2024).
 */
export function readVersion(
  secret: Secret,
  { versionId, label }: VersionChoice,
): Version & { value: SecretValue } {
  const id = versionId ?? secret.labels.get(label ?? CURRENT);
  const version = id === undefined ? undefined : secret.versions.get(id);
  const chosenBy = versionId === undefined ? `staging label: ${label ?? CURRENT}` : `VersionId: ${versionId}`;
  if (version === undefined) throw noValue(chosenBy);
  if (label !== undefined && secret.labels.get(label) !== version.id) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  const { value } = version;
  if (value === undefined) throw noValue(label === undefined ? chosenBy : `staging label: ${label}`);
  return { ...version, value };
}

const noValue = (chosenBy: string) =>
  notFound(`Secrets Manager can't find the specified secret value for ${chosenBy}`);

/**
 * The version of a rotation whose AWSPENDING must not outlive a new AWSCURRENT: left there it would block the next one.
 * Documented for a rotation under way; for one that is complete, with its AWSPENDING left, it is our inference.
 */
function outdatedRotation(secret: Secret, token: VersionId): VersionId | undefined {
  const pending = secret.labels.get(PENDING);
  if (pending === undefined || pending === token) return undefined;
  return secret.versions.get(pending)?.registered ? pending : undefined;
}
