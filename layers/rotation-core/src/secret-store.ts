import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretVersionsListEntry,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Deadline, within } from './deadline.ts';
import { isNamed, SecretsManagerFailed } from './errors.ts';
import type { RotationEvent, VersionId } from './event.ts';
import type { PasswordSettings } from './password-settings.ts';
import type { StoredValue } from './secret-value.ts';
import { Password } from './sensitive.ts';
import { type LabelMove, PENDING, type SecretDescription, type VersionStage } from './version-stages.ts';

/**
 * A version by its label, by its id, or by both together, which finds a labelled version even where the label alone is not
 * seen yet.
 */
export type VersionQuery =
  | { readonly stage: VersionStage; readonly id?: VersionId }
  | { readonly stage?: never; readonly id: VersionId };

/** The secret under rotation, as Secrets Manager keeps it. The one place that talks to the service. */
export interface SecretStore {
  describe(): Promise<SecretDescription>;
  /** `undefined` when there is no such version or it has no value. */
  read(version: VersionQuery): Promise<StoredValue | undefined>;
  /** The versions that no label points to any more, newest first. The service keeps them for a day at least. */
  unlabelled(): Promise<VersionId[]>;
  /** The AWSCURRENT value of another secret. */
  readOther(secretId: string): Promise<StoredValue>;
  /** The tags of another secret, by key. */
  tagsOf(secretId: string): Promise<ReadonlyMap<string, string>>;
  /** Gives the rotation's version its value. `exists` when it has another one already, which then stays. */
  storePending(text: string): Promise<'stored' | 'exists'>;
  moveLabel(move: LabelMove): Promise<void>;
  randomPassword(settings: PasswordSettings): Promise<Password>;
}

/** Longer than any healthy call, short enough to leave time to say what went wrong. In ms, retries included. */
const CALL_LIMIT = 10_000;

/** Shared by all invocations, so that a warm function keeps its connection. Region and endpoint are the SDK's own settings. */
const sharedClient = new SecretsManagerClient({});

/** The store of one invocation. */
export function openSecretStore(
  event: RotationEvent,
  deadline: Deadline,
  client: SecretsManagerClient = sharedClient,
): SecretStore {
  const SecretId = event.secretArn;
  const limit = () => ({ abortSignal: AbortSignal.timeout(within(deadline, CALL_LIMIT)) });

  return {
    async describe() {
      const answer = await named(
        'DescribeSecret',
        client.send(new DescribeSecretCommand({ SecretId }), limit()),
      );
      return {
        rotationEnabled: answer.RotationEnabled,
        isDeleted: answer.DeletedDate !== undefined,
        stages: new Map(Object.entries(answer.VersionIdsToStages ?? {}) as [VersionId, string[]][]),
      };
    },

    async read({ stage, id }) {
      const command = new GetSecretValueCommand({ SecretId, VersionStage: stage, VersionId: id });
      try {
        return storedValue(await client.send(command, limit()));
      } catch (error) {
        // A version that RotateSecret registered but nobody filled yet.
        if (isNamed(error, 'ResourceNotFoundException')) return undefined;
        throw failure('GetSecretValue', error);
      }
    },

    async unlabelled() {
      const found: SecretVersionsListEntry[] = [];
      let NextToken: string | undefined;
      do {
        const command = new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true, NextToken });
        const page = await named('ListSecretVersionIds', client.send(command, limit()));
        found.push(...(page.Versions ?? []));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found
        .filter(({ VersionStages = [] }) => VersionStages.length === 0)
        .sort((one, other) => Number(other.CreatedDate) - Number(one.CreatedDate))
        .map(({ VersionId }) => VersionId as VersionId);
    },

    async readOther(secretId) {
      const command = new GetSecretValueCommand({ SecretId: secretId });
      return storedValue(await named('GetSecretValue', client.send(command, limit())));
    },

    async tagsOf(secretId) {
      const command = new DescribeSecretCommand({ SecretId: secretId });
      const { Tags = [] } = await named('DescribeSecret', client.send(command, limit()));
      return new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
    },

    async storePending(text) {
      const command = new PutSecretValueCommand({
        SecretId,
        ClientRequestToken: event.versionId,
        SecretString: text,
        VersionStages: [PENDING],
        RotationToken: event.rotationToken?.reveal(),
      });
      try {
        await client.send(command, limit());
        return 'stored';
      } catch (error) {
        if (isNamed(error, 'ResourceExistsException')) return 'exists';
        throw failure('PutSecretValue', error);
      }
    },

    async moveLabel({ stage, from, to }) {
      const command = new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: stage,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      });
      await named('UpdateSecretVersionStage', client.send(command, limit()));
    },

    async randomPassword(settings) {
      const command = new GetRandomPasswordCommand({ ...settings, IncludeSpace: false });
      const answer = await named('GetRandomPassword', client.send(command, limit()));
      if (!answer.RandomPassword)
        throw failure('GetRandomPassword', new Error('the answer holds no password'));
      return new Password(answer.RandomPassword);
    },
  };
}

function storedValue({ SecretString: text, VersionId }: GetSecretValueCommandOutput): StoredValue {
  if (text === undefined) return { kind: 'binary' };
  return { kind: 'text', text, versionId: VersionId as VersionId | undefined };
}

async function named<T>(operation: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw failure(operation, error);
  }
}

function failure(operation: string, error: unknown): SecretsManagerFailed {
  return new SecretsManagerFailed(operation, remedyFor(operation, error), error);
}

/** Also for "Access to KMS is not allowed", which the service calls AccessDeniedException. */
const KEY_REMEDY =
  "Allow the function's role kms:Decrypt and kms:GenerateDataKey on the secret's key, and check that the key is enabled.";

function remedyFor(operation: string, error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'AccessDeniedException':
      if (error instanceof Error && error.message.includes('KMS')) return KEY_REMEDY;
      return `Allow the function's role secretsmanager:${operation} on this secret, and look for a resource policy or an endpoint policy that denies it.`;
    case 'ResourceNotFoundException':
      return 'Check that the secret still exists in this account and Region.';
    case 'DecryptionFailure':
    case 'EncryptionFailure':
      return KEY_REMEDY;
    case 'ThrottlingException':
      return 'Spread the rotation schedules; Secrets Manager tries again by itself.';
    case 'AbortError':
    case 'TimeoutError':
      return "Check that the function's subnets reach Secrets Manager, through an interface endpoint or a NAT gateway.";
    case 'CredentialsProviderError':
      return 'Give the function a role; on a laptop, set AWS_REGION and credentials in the environment.';
    default:
      return 'Look the cause up in CloudTrail; Secrets Manager tries again by itself.';
  }
}
