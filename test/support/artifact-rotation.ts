import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect, inject, test } from 'vitest';
import {
  type FunctionOptions,
  type FunctionProcess,
  startFunction,
} from '../../local/lambda/function-process.ts';
import { startSecretsManager } from '../../local/secrets-manager/index.ts';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import type { Artifacts, FunctionName } from './artifacts.ts';
import { type TestDatabase, testDatabase, uniqueName } from './test-database.ts';

export interface RotationCase {
  readonly name: FunctionName;
  readonly server: DatabaseServer['engine'];
  readonly strategy: Strategy;
}

/** What tells the strategies apart for whoever reads the secret. */
interface Strategy {
  /** After each rotation, what the user of AWSCURRENT is called: the first one's name and this. */
  readonly suffixes: readonly string[];
  /** Whether the login that was AWSCURRENT before a rotation still works after it. */
  readonly previousLogsIn: boolean;
}

const singleUser: Strategy = { suffixes: ['', ''], previousLogsIn: false };
const alternatingUsers: Strategy = { suffixes: ['_clone', ''], previousLogsIn: true };

const CASES: readonly RotationCase[] = [
  { name: 'postgres-single-user', server: 'postgres', strategy: singleUser },
  { name: 'postgres-alternating-users', server: 'postgres', strategy: alternatingUsers },
  { name: 'mysql-single-user', server: 'mysql', strategy: singleUser },
  { name: 'mysql-single-user', server: 'mariadb', strategy: singleUser },
  { name: 'mysql-alternating-users', server: 'mysql', strategy: alternatingUsers },
  { name: 'mysql-alternating-users', server: 'mariadb', strategy: alternatingUsers },
];

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Any: the local service looks functions up by it. */
const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

/** A way to run a built function. */
export type StartFunction = (
  options: FunctionOptions,
  about: RotationCase,
) => FunctionProcess | Promise<FunctionProcess>;

/** The tests of artifacts, whatever built and runs them: each function, with the layer beside it, rotates real credentials. */
export function testRotation(artifacts: () => Artifacts, start: StartFunction = startFunction): void {
  test.each(CASES)('$name rotates twice in a row on $server', async (about) => {
    const { name, server, strategy } = about;
    const database = testDatabase(inject('servers')[server]);
    await using user = await createUser(database);
    await using secretsManager = await startSecretsManager({
      // A rotation that only a second attempt completes is no clean one.
      rotation: { kind: 'invoking', attempts: 1 },
    });
    const { endpoint, region, rotations } = secretsManager;
    const api = new SecretsManager({ endpoint, region, credentials: CREDENTIALS });

    const superuser = await createSecret(api, database, database.server.superuser);
    const secret = await createSecret(api, database, user);
    const options = {
      functionFolder: artifacts().functionFolder(name),
      layerFolder: artifacts().layerFolder,
      environment: {
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
        AWS_REGION: region,
        DATABASE_CA: database.server.ca,
        ...(strategy === alternatingUsers && { SUPERUSER_SECRET_ARN: superuser }),
      },
    };
    await using rotation = await start(options, about);
    rotations.register(LAMBDA_ARN, rotation.invoke);

    let previous: Credentials = user;
    for (const suffix of strategy.suffixes) {
      await api.rotateSecret({ SecretId: secret, RotationLambdaARN: LAMBDA_ARN });
      expect(await rotations.settled(secret)).toMatchObject({ kind: 'succeeded', failures: [] });

      const current = await readCurrent(api, secret);
      expect(current.username).toBe(user.username + suffix);
      expect(current.password).not.toBe(previous.password);
      expect(await logsIn(database, current)).toBe(true);
      expect(await logsIn(database, previous)).toBe(strategy.previousLogsIn);
      previous = current;
    }
  });
}

/** A user that is dropped, with its clone, when it is disposed of. */
export async function createUser(database: TestDatabase): Promise<Credentials & AsyncDisposable> {
  const username = uniqueName();
  const password = 'Fir5t-password!';
  await database.createUser(username, password);
  return {
    username,
    password,
    async [Symbol.asyncDispose]() {
      await database.dropUser(`${username}_clone`);
      await database.dropUser(username);
    },
  };
}

/** Stores a login as AWSCURRENT of a new secret and returns the secret's ARN. */
async function createSecret(
  api: SecretsManager,
  { server, secretEngine }: TestDatabase,
  { username, password }: Credentials,
): Promise<string> {
  const { host, port } = server;
  const { ARN } = await api.createSecret({
    Name: username,
    SecretString: JSON.stringify({ engine: secretEngine, host, port, username, password }),
  });
  if (ARN === undefined) throw new Error('CreateSecret answered without an ARN.');
  return ARN;
}

async function readCurrent(api: SecretsManager, SecretId: string): Promise<Credentials> {
  const { SecretString = '' } = await api.getSecretValue({ SecretId });
  return JSON.parse(SecretString) as Credentials;
}

function logsIn(database: TestDatabase, { username, password }: Credentials): Promise<boolean> {
  return database.logsIn(username, password);
}
