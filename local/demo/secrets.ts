import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManager } from '../secrets-manager/index.ts';
import type { Credentials } from './database.ts';

/** A secret's value as the demo writes and reads it. */
export type SecretValue = Credentials & Readonly<Record<string, unknown>>;

/** What an account's administrator and an application do with Secrets Manager. */
export interface Secrets extends Disposable {
  /** Resolves with the ARN. */
  create(name: string, value: SecretValue): Promise<string>;
  read(arn: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<SecretValue>;
  /** The version that has the label, if one has. */
  holderOf(arn: string, stage: 'AWSCURRENT' | 'AWSPENDING'): Promise<string | undefined>;
  /** Starts a rotation by the function under `lambdaArn`. */
  rotate(arn: string, lambdaArn: string): Promise<void>;
}

/** Not checked by the local service; the SDK wants some. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export function openSecrets({ endpoint, region }: SecretsManager): Secrets {
  const client = new SecretsManagerClient({ endpoint, region, credentials: LOCAL_CREDENTIALS });
  return {
    async create(name, value) {
      const command = new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) });
      const { ARN } = await client.send(command);
      if (ARN === undefined) throw new Error('CreateSecret answered no ARN.');
      return ARN;
    },
    async read(arn, stage) {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }));
      return JSON.parse(answer.SecretString ?? '{}');
    },
    async holderOf(arn, stage) {
      const answer = await client.send(new DescribeSecretCommand({ SecretId: arn }));
      const versions = Object.entries(answer.VersionIdsToStages ?? {});
      return versions.find(([, stages]) => stages.includes(stage))?.[0];
    },
    async rotate(arn, lambdaArn) {
      await client.send(new RotateSecretCommand({ SecretId: arn, RotationLambdaARN: lambdaArn }));
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
