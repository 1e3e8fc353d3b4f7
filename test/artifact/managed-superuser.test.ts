import { resolve } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startFunction } from '../../local/lambda/function-process.ts';
import { startSecretsManager } from '../../local/secrets-manager/index.ts';
import { sharedArtifacts } from '../support/artifacts.ts';
import { startRdsEndpoint } from '../support/rds-endpoint.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';
const INSTANCE_ARN = 'arn:aws:rds:us-east-1:123456789012:db:orders';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
/** Has @aws-sdk/client-rds, as Lambda's runtimes do. */
const RUNTIME_PACKAGES = resolve(import.meta.dirname, '../../node_modules');

const database = testDatabase(inject('servers').postgres);
const { host, port, superuser, ca } = database.server;
const username = uniqueName();
const password = 'Initial-canary-1';

const artifacts = sharedArtifacts();

beforeAll(() => database.createUser(username, password));
afterAll(() => database.dropUser(username));

/** Has the function as it is built try its logins out, with a superuser secret that RDS manages. */
async function tryOut(runtimePackages: string) {
  await using rds = await startRdsEndpoint([
    { kind: 'instance', arn: INSTANCE_ARN, engine: 'postgres', host, port },
  ]);
  await using secretsManager = await startSecretsManager({ rotation: { kind: 'invoking', attempts: 1 } });
  const { endpoint, region, rotations } = secretsManager;
  const api = new SecretsManager({ endpoint, region, credentials: CREDENTIALS });
  const { ARN: masterarn = '' } = await api.createSecret({
    Name: 'db-orders',
    SecretString: JSON.stringify(superuser),
    Tags: [{ Key: 'aws:rds:primaryDBInstanceArn', Value: INSTANCE_ARN }],
  });
  const { ARN: secretArn = '' } = await api.createSecret({
    Name: 'orders',
    SecretString: JSON.stringify({ engine: 'postgres', host, port, username, password, masterarn }),
  });
  await using rotation = startFunction({
    functionFolder: artifacts.functionFolder('postgres-alternating-users'),
    layerFolder: artifacts.layerFolder,
    runtimePackages,
    environment: {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      AWS_ENDPOINT_URL_RDS: rds.url,
      DATABASE_CA: ca,
      SUPERUSER_SECRET_ARN: masterarn,
    },
  });
  rotations.register(LAMBDA_ARN, rotation.invoke);
  await api.rotateSecret({ SecretId: secretArn, RotationLambdaARN: LAMBDA_ARN, RotateImmediately: false });
  return { outcome: await rotations.settled(secretArn), asked: rds.asked };
}

test('a function asks RDS with the client that the runtime brings', async () => {
  const { outcome, asked } = await tryOut(RUNTIME_PACKAGES);
  expect(outcome).toMatchObject({ kind: 'succeeded', failures: [] });
  expect(asked).toMatchObject([{ Action: 'DescribeDBInstances', DBInstanceIdentifier: INSTANCE_ARN }]);
});

test('a function says what is missing where the runtime brings no such client', async () => {
  const { outcome } = await tryOut('/nonexistent');
  expect(outcome.failures.at(-1)?.error).toMatchObject({
    name: 'RdsFailed',
    message: expect.stringContaining('which brings @aws-sdk/client-rds'),
  });
});
