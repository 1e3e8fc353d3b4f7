import {
  epochSeconds,
  identity,
  type Operation,
  readLabel,
  readPage,
  readSecretId,
  readToken,
  readValue,
  readVersionId,
} from './operation.ts';
import type { SecretValue } from './secret.ts';
import { invalidParameter, invalidRequest } from './service-error.ts';
import { readVersion, storeValue } from './stored-value.ts';
import { labelsOf, moveLabel } from './version-labels.ts';
import { checkLabelQuota } from './version-retention.ts';

const DAY = 24 * 60 * 60 * 1000;

export const getSecretValue: Operation = ({ vault }, input) => {
  const secretId = readSecretId(input);
  const versionId = readVersionId(input, 'VersionId');
  const label = input.optionalText('VersionStage', readLabel);
  const secret = vault.findUsable(secretId);
  const version = readVersion(secret, { versionId, label });
  const lastAccessed = startOfDay(vault.now());
  const versions = new Map(secret.versions).set(version.id, { ...version, lastAccessed });
  vault.save({ ...secret, lastAccessed, versions });
  return {
    ...identity(secret),
    VersionId: version.id,
    VersionStages: present(labelsOf(secret.labels, version.id)),
    CreatedDate: epochSeconds(version.created),
    ...valueOutput(version.value),
  };
};

export const putSecretValue: Operation = ({ vault, rotations }, input) => {
  const secretId = readSecretId(input);
  const token = readToken(input);
  const value = readValue(input);
  const labels = input.optionalTexts('VersionStages', { ...readLabel, maxItems: 20 });
  // Read for its bounds alone: with one account there is nobody that it has to convince.
  input.optionalText('RotationToken', { min: 36, max: 256, pattern: /^[a-zA-Z0-9-]+$/ });
  if (value === undefined) throw invalidRequest('You must provide either SecretString or SecretBinary.');
  const { secret, abandoned } = storeValue(vault.findUsable(secretId), { token, value, labels }, vault.now());
  vault.save(secret);
  if (abandoned !== undefined) rotations.abandon(secret.arn, abandoned);
  return { ...identity(secret), VersionId: token, VersionStages: present(labelsOf(secret.labels, token)) };
};

export const updateSecretVersionStage: Operation = ({ vault }, input) => {
  const secretId = readSecretId(input);
  const label = input.text('VersionStage', readLabel);
  const from = readVersionId(input, 'RemoveFromVersionId');
  const to = readVersionId(input, 'MoveToVersionId');
  const secret = vault.findUsable(secretId);
  for (const version of [from, to]) {
    if (version !== undefined && !secret.versions.has(version)) {
      throw invalidParameter(`Not a valid version: ${version}`);
    }
  }
  const labels = moveLabel(secret.labels, { label, from, to });
  checkLabelQuota(labels);
  vault.save({ ...secret, labels, lastChanged: vault.now() });
  return identity(secret);
};

export const listSecretVersionIds: Operation = ({ vault }, input) => {
  const secretId = readSecretId(input);
  const page = readPage(input);
  const includeDeprecated = input.optionalFlag('IncludeDeprecated') ?? false;
  const secret = vault.find(secretId);
  const listed = [...secret.versions.values()]
    .map((version) => ({ ...version, labels: labelsOf(secret.labels, version.id) }))
    .filter(({ labels }) => includeDeprecated || labels.length > 0);
  const { items, nextToken } = page(listed);
  return {
    ...identity(secret),
    Versions: items.map((version) => ({
      VersionId: version.id,
      VersionStages: present(version.labels),
      CreatedDate: epochSeconds(version.created),
      LastAccessedDate: epochSeconds(version.lastAccessed),
      KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
    })),
    NextToken: nextToken,
  };
};

function valueOutput(value: SecretValue) {
  switch (value.kind) {
    case 'string':
      return { SecretString: value.text };
    case 'binary':
      return { SecretBinary: value.base64 };
    default:
      throw value satisfies never;
  }
}

const present = (labels: string[]) => (labels.length === 0 ? undefined : labels);

/** The service tells no more of an access than its day. */
const startOfDay = (date: Date) => new Date(Math.floor(date.getTime() / DAY) * DAY);
