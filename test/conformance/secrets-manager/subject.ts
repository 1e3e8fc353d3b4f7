import { randomUUID } from 'node:crypto';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';

/** A Secrets Manager under test. */
export interface Subject {
  readonly endpoint: string;
  /** A Lambda function that RotateSecret accepts, and that moves no label. */
  readonly lambdaArn: string;
}

/** One claim about the service. It fails by throwing. */
export type Case = (api: SecretsManager, subject: Subject) => Promise<void>;

/** Where an implementation is known to differ: the name of a case, and the reason. */
export type Deviations = Readonly<Record<string, string>>;

export const connect = ({ endpoint }: { readonly endpoint: string }) =>
  new SecretsManager({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  });

/** Version ids for one secret, to be told apart when a test fails. */
export const V1 = '11111111-1111-4111-8111-111111111111';
export const V2 = '22222222-2222-4222-8222-222222222222';
export const V3 = '33333333-3333-4333-8333-333333333333';
export const V4 = '44444444-4444-4444-8444-444444444444';

/** A secret of its own for each test. With a value, that is the one of version V1. */
export async function makeSecret(api: SecretsManager, value?: string): Promise<string> {
  const Name = `conformance/${randomUUID()}`;
  await api.createSecret({
    Name,
    ClientRequestToken: V1,
    ...(value === undefined ? {} : { SecretString: value }),
  });
  return Name;
}

/** Stores a value as version `token`, under the given labels, or as AWSCURRENT. */
export const put = (api: SecretsManager, SecretId: string, token: string, value: string, labels?: string[]) =>
  api.putSecretValue({
    SecretId,
    ClientRequestToken: token,
    SecretString: value,
    ...(labels === undefined ? {} : { VersionStages: labels }),
  });

/** Every version that has a label, and its labels. */
export async function labels(api: SecretsManager, SecretId: string): Promise<Record<string, string[]>> {
  const { VersionIdsToStages = {} } = await api.describeSecret({ SecretId });
  return Object.fromEntries(
    Object.entries(VersionIdsToStages)
      .map(([version, attached]) => [version, attached.toSorted()] as const)
      .filter(([, attached]) => attached.length > 0),
  );
}

export const readValue = async (
  api: SecretsManager,
  SecretId: string,
  choice: { VersionId?: string; VersionStage?: string } = {},
) => (await api.getSecretValue({ SecretId, ...choice })).SecretString;

/** For a parameter out of its bounds: the documentation states the bounds, and not which of the two it answers. */
export const OUT_OF_BOUNDS = /^(ValidationException|InvalidParameterException)$/;

/** Checks that a call is refused with this error, and with this text somewhere in its message. */
export const expectRefusal = async (call: Promise<unknown>, name: string | RegExp, message = '') =>
  expect(call).rejects.toMatchObject({
    name: expect.stringMatching(name),
    message: expect.stringContaining(message),
  });
