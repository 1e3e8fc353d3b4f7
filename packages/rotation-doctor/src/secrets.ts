import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  RotateSecretCommand,
  type SecretListEntry,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { asked } from './aws-failure.ts';
import type { Labels } from './labels.ts';

/** What Secrets Manager says of a secret, which is never its value. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly functionArn: string | undefined;
  readonly rotationEnabled: boolean;
  /** Unknown while rotation is turned off. */
  readonly lastRotated: Date | undefined;
  /** The latest time of the next rotation. */
  readonly nextRotation: Date | undefined;
  readonly lastChanged: Date | undefined;
  /** Of a secret that is scheduled for deletion. */
  readonly deletion: Date | undefined;
  readonly labels: Labels;
}

export interface Version {
  readonly id: string;
  readonly created: Date | undefined;
  readonly labels: readonly string[];
}

/** One UpdateSecretVersionStage. */
export interface LabelMove {
  readonly label: string;
  readonly from: string | undefined;
  /** Undefined: the label is only taken off. */
  readonly to: string | undefined;
}

/** The secrets of an account and Region, as far as they can be looked after without reading a value. */
export interface Secrets {
  describe(secretId: string): Promise<Secret>;
  /** Newest first, also those without a label. */
  versions(secretId: string): Promise<Version[]>;
  list(): AsyncIterable<Secret>;
  moveLabel(secretId: string, move: LabelMove): Promise<void>;
  /** Starts a rotation and returns the id of the version that it makes. */
  rotate(secretId: string): Promise<string>;
}

export function openSecrets(client: SecretsManagerClient): Secrets {
  const on = (secretId: string) => (operation: string) => ({
    action: `secretsmanager:${operation}`,
    target: `secret ${secretId}`,
  });

  return {
    async describe(SecretId) {
      const answer = client.send(new DescribeSecretCommand({ SecretId }));
      const described = await asked(on(SecretId)('DescribeSecret'), answer);
      return secretOf(described, described.VersionIdsToStages);
    },

    async versions(SecretId) {
      const found: Version[] = [];
      let NextToken: string | undefined;
      do {
        const command = new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true, NextToken });
        const page = await asked(on(SecretId)('ListSecretVersionIds'), client.send(command));
        for (const {
          VersionId: id = '',
          CreatedDate: created,
          VersionStages: labels = [],
        } of page.Versions ?? []) {
          found.push({ id, created, labels });
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found.sort((one, other) => Number(other.created) - Number(one.created));
    },

    async *list() {
      let NextToken: string | undefined;
      do {
        const answer = client.send(new ListSecretsCommand({ NextToken }));
        const page = await asked({ action: 'secretsmanager:ListSecrets', target: 'all secrets' }, answer);
        for (const entry of page.SecretList ?? []) yield secretOf(entry, entry.SecretVersionsToStages);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
    },

    async moveLabel(SecretId, { label, from, to }) {
      const command = new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: label,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      });
      await asked(on(SecretId)('UpdateSecretVersionStage'), client.send(command));
    },

    async rotate(SecretId) {
      const answer = client.send(new RotateSecretCommand({ SecretId }));
      const { VersionId = '' } = await asked(on(SecretId)('RotateSecret'), answer);
      return VersionId;
    },
  };
}

function secretOf(
  entry: DescribeSecretCommandOutput | SecretListEntry,
  stages: Record<string, string[]> = {},
): Secret {
  const { ARN: arn = '', Name: name = '' } = entry;
  return {
    arn,
    name,
    functionArn: entry.RotationLambdaARN,
    rotationEnabled: entry.RotationEnabled ?? false,
    lastRotated: entry.LastRotatedDate,
    nextRotation: entry.NextRotationDate,
    lastChanged: entry.LastChangedDate,
    deletion: entry.DeletedDate,
    labels: new Map(Object.entries(stages)),
  };
}
