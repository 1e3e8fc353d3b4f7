import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect, inject, test } from 'vitest';
import { startFunction } from '../../local/lambda/function-process.ts';
import { readGivenSecrets } from '../../local/secrets-manager/given-files.ts';
import { startSecretsManager } from '../../local/secrets-manager/index.ts';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { createUser } from '../support/artifact-rotation.ts';
import { type FunctionName, sharedArtifacts } from '../support/artifacts.ts';
import { type TestDatabase, testDatabase } from '../support/test-database.ts';

/*
 * What README.md says of `sam local invoke`, but for the container: the built functions run here in the environment that SAM
 * would give them by events/env.json, with the events in events/, against the Secrets Manager that `npm run secrets-manager`
 * starts.
 */

const ROOT = resolve(import.meta.dirname, '../..');
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database-AbCdEf';
const SUPERUSER_SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/superuser-GhIjKl';
/** Where a container reaches the Secrets Manager of its host. */
const ENDPOINT_IN_CONTAINER = 'http://host.docker.internal:4566';
/** What SAM passes on where the shell has neither credentials nor a Region. */
const SAM_DEFAULTS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'defaultkey',
  AWS_SECRET_ACCESS_KEY: 'defaultsecret',
};

interface Case {
  readonly id: string;
  readonly name: FunctionName;
  readonly server: DatabaseServer['engine'];
  /** What the user of AWSCURRENT is called afterwards: the first one's name and this. */
  readonly suffix: string;
}

const artifacts = sharedArtifacts();

const CASES: readonly Case[] = [
  { id: 'PostgresSingleUser', name: 'postgres-single-user', server: 'postgres', suffix: '' },
  {
    id: 'PostgresAlternatingUsers',
    name: 'postgres-alternating-users',
    server: 'postgres',
    suffix: '_clone',
  },
  { id: 'MySqlSingleUser', name: 'mysql-single-user', server: 'mysql', suffix: '' },
  { id: 'MySqlAlternatingUsers', name: 'mysql-alternating-users', server: 'mariadb', suffix: '_clone' },
];

test.each(CASES)(
  'the events of events/ rotate a secret through $id',
  async ({ id, name, server, suffix }) => {
    const database = testDatabase(inject('servers')[server]);
    await using user = await createUser(database);
    await using secretsManager = await startWith(database, user);
    const { endpoint } = secretsManager;
    await using invoked = startFunction({
      functionFolder: artifacts.functionFolder(name),
      layerFolder: artifacts.layerFolder,
      environment: await environmentOf(id, endpoint),
    });

    for (const step of ['create-secret', 'set-secret', 'test-secret', 'finish-secret']) {
      await invoked.invoke(await readJson(`events/${step}.json`));
    }

    const current = await readCurrent(endpoint);
    expect(current.username).toBe(user.username + suffix);
    expect(current.password).not.toBe(user.password);
    expect(await database.logsIn(current.username, current.password)).toBe(true);
  },
);

test('events/discard-old-password.json takes the old password of a single user of MySQL', async () => {
  const database = testDatabase(inject('servers').mysql);
  await using user = await createUser(database);
  await database.sql(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO '${user.username}'@'%'`);
  await using secretsManager = await startWith(database, user);
  await using invoked = startFunction({
    functionFolder: artifacts.functionFolder('mysql-single-user'),
    layerFolder: artifacts.layerFolder,
    environment: await environmentOf('MySqlSingleUser', secretsManager.endpoint),
  });

  for (const step of ['create-secret', 'set-secret', 'test-secret', 'finish-secret']) {
    await invoked.invoke(await readJson(`events/${step}.json`));
  }
  expect(await database.logsIn(user.username, user.password)).toBe(true);

  await invoked.invoke(await readJson('events/discard-old-password.json'));
  expect(await database.logsIn(user.username, user.password)).toBe(false);
});

interface Login {
  readonly username: string;
  readonly password: string;
}

/** What `npm run secrets-manager` starts, once an operator has put a server and logins that there are into events/secrets.json. */
async function startWith(
  { server, secretEngine }: TestDatabase,
  user: Login,
): Promise<{ readonly endpoint: string } & AsyncDisposable> {
  const logins: Readonly<Record<string, Login>> = { [SECRET]: user, [SUPERUSER_SECRET]: server.superuser };
  const given = await readGivenSecrets({
    secrets: join(ROOT, 'events/secrets.json'),
    rotation: join(ROOT, 'events/create-secret.json'),
  });
  const edited = given.map(({ arn, text, rotating }) => {
    const { username = '', password = '' } = logins[arn] ?? {};
    const { host, port } = server;
    const value = { ...JSON.parse(text), engine: secretEngine, host, port, username, password };
    return { arn, text: JSON.stringify(value), rotating };
  });
  return startSecretsManager({ rotation: { kind: 'staging-only' }, secrets: edited });
}

/** What SAM makes of events/env.json, with the endpoint where it is without a container between. */
async function environmentOf(id: string, endpoint: string): Promise<Record<string, string>> {
  const file = (await readJson('events/env.json')) as Record<string, Record<string, string>>;
  const environment = { ...SAM_DEFAULTS, ...file['Parameters'], ...file[id] };
  expect(environment).toHaveProperty('AWS_ENDPOINT_URL_SECRETS_MANAGER', ENDPOINT_IN_CONTAINER);
  return { ...environment, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint };
}

async function readCurrent(endpoint: string): Promise<Login> {
  const api = new SecretsManager({
    endpoint,
    region: SAM_DEFAULTS.AWS_REGION,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  const { SecretString = '' } = await api.getSecretValue({ SecretId: SECRET });
  return JSON.parse(SecretString) as Login;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8'));
}
