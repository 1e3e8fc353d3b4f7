import type { Input } from './input.ts';
import {
  epochSeconds,
  identity,
  type Operation,
  readPage,
  readSecretId,
  readToken,
  readValue,
} from './operation.ts';
import { nextRotation } from './rotation-schedule.ts';
import type { Secret } from './secret.ts';
import { invalidParameter, invalidRequest } from './service-error.ts';
import { storeValue } from './stored-value.ts';
import { labelsOf } from './version-labels.ts';

const DAY = 24 * 60 * 60 * 1000;
const DEFAULT_RECOVERY_DAYS = 30;

export const createSecret: Operation = ({ vault }, input) => {
  const name = input.text('Name', { min: 1, max: 512, pattern: /^[A-Za-z0-9/_+=.@-]+$/ });
  const token = readToken(input);
  const value = readValue(input);
  const existing = vault.lookUp(name);
  const repeated = existing?.deletion === undefined && existing?.versions.get(token)?.value !== undefined;
  if (repeated && value !== undefined) {
    storeValue(existing, { token, value }, vault.now()); // for its verdict: the same value, or ResourceExistsException
    return { ...identity(existing), VersionId: token };
  }
  vault.checkNameIsFree(name);
  const now = vault.now();
  const empty: Secret = {
    arn: vault.makeArn(name),
    name,
    description: input.optionalText('Description', { max: 2048 }),
    kmsKeyId: input.optionalText('KmsKeyId', { max: 2048 }),
    tags: readTags(input),
    created: now,
    lastChanged: now,
    versions: new Map(),
    labels: new Map(),
  };
  vault.save(value === undefined ? empty : storeValue(empty, { token, value }, now).secret);
  return { ...identity(empty), VersionId: value === undefined ? undefined : token };
};

export const describeSecret: Operation = ({ vault }, input) => {
  const secret = vault.find(readSecretId(input));
  return { ...metadata(secret), VersionIdsToStages: stagesOf(secret) };
};

/** Filters are not known here: everything is listed. */
export const listSecrets: Operation = ({ vault }, input) => {
  const includeDeleted = input.optionalFlag('IncludePlannedDeletion') ?? false;
  const page = readPage(input);
  const listed = vault.all().filter(({ deletion }) => includeDeleted || deletion === undefined);
  const { items, nextToken } = page(listed);
  return {
    SecretList: items.map((secret) => ({ ...metadata(secret), SecretVersionsToStages: stagesOf(secret) })),
    NextToken: nextToken,
  };
};

/** What DescribeSecret and ListSecrets alike tell of a secret. */
function metadata(secret: Secret) {
  return {
    ...identity(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    RotationEnabled: secret.rotation?.enabled,
    RotationLambdaARN: secret.rotation?.lambdaArn,
    RotationRules: secret.rotation?.rules,
    LastRotatedDate: secret.rotation?.enabled ? epochSeconds(secret.lastRotated) : undefined,
    LastChangedDate: epochSeconds(secret.lastChanged),
    LastAccessedDate: epochSeconds(secret.lastAccessed),
    DeletedDate: epochSeconds(secret.deletion),
    NextRotationDate: epochSeconds(nextRotation(secret)),
    Tags: secret.tags.length === 0 ? undefined : secret.tags,
    CreatedDate: epochSeconds(secret.created),
  };
}

/** Versions without a label are in neither answer. */
function stagesOf({ labels }: Secret) {
  const holders = [...new Set(labels.values())];
  if (holders.length === 0) return undefined;
  return Object.fromEntries(holders.map((version) => [version, labelsOf(labels, version)]));
}

export const deleteSecret: Operation = ({ vault }, input) => {
  const secretId = readSecretId(input);
  const days = input.optionalInteger('RecoveryWindowInDays', { min: 7, max: 30 });
  const force = input.optionalFlag('ForceDeleteWithoutRecovery') ?? false;
  if (force && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  const now = vault.now();
  if (force) {
    const secret = vault.lookUp(secretId);
    if (secret !== undefined) vault.remove(secret);
    // Deleting by force what is not there succeeds: the ARN of the answer is then one that never was.
    const { arn, name } = secret ?? { arn: vault.makeArn(secretId), name: secretId };
    return { ARN: arn, Name: name, DeletionDate: epochSeconds(now) };
  }
  const secret = vault.find(secretId);
  if (secret.deletion !== undefined) {
    throw invalidRequest("You tried to perform the operation on a secret that's currently marked deleted.");
  }
  const deletion = new Date(now.getTime() + (days ?? DEFAULT_RECOVERY_DAYS) * DAY);
  vault.save({ ...secret, deletion });
  return { ...identity(secret), DeletionDate: epochSeconds(deletion) };
};

const readTags = (input: Input) =>
  input.objects('Tags').map((tag) => ({
    Key: tag.text('Key', { min: 1, max: 128 }),
    Value: tag.optionalText('Value', { max: 256 }) ?? '',
  }));
