import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
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
  readCurrent(arn: string): Promise<SecretValue>;
  /** `undefined` until a rotation has moved AWSCURRENT for the first time. */
  readPrevious(arn: string): Promise<SecretValue | undefined>;
  /** The version that has the label, if one has. */
  holderOf(arn: string, stage: 'AWSCURRENT' | 'AWSPENDING'): Promise<string | undefined>;
  /** Starts a rotation by the function under `lambdaArn`. */
  rotate(arn: string, lambdaArn: string): Promise<void>;
}

/** Not checked by the local service; the SDK wants some. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export function openSecrets({ endpoint, region }: SecretsManager): Secrets {
  const client = new SecretsManagerClient({ endpoint, region, credentials: LOCAL_CREDENTIALS });
  const read = async (arn: string, stage: string): Promise<SecretValue> => {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }));
    return JSON.parse(answer.SecretString ?? '{}');
  };
  return {
    async create(name, value) {
      const command = new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) });
      const { ARN } = await client.send(command);
      if (ARN === undefined) throw new Error('CreateSecret answered no ARN.');
      return ARN;
    },
    readCurrent: (arn) => read(arn, 'AWSCURRENT'),
    async readPrevious(arn) {
      try {
        return await read(arn, 'AWSPREVIOUS');
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
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
