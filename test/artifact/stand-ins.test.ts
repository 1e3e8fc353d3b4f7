import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startFunction } from '../../local/lambda/function-process.ts';
import { startSecretsManager } from '../../local/secrets-manager/index.ts';
import type { RunningServer } from '../../local/servers/database-server.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startMySql } from '../../local/servers/mysql.ts';
import { createUser } from '../support/artifact-rotation.ts';
import { type Artifacts, type FunctionName, ownArtifacts, sharedArtifacts } from '../support/artifacts.ts';
import { type TestDatabase, testDatabase } from '../support/test-database.ts';

/* What the bundles have in place of packages and of files of them, build/stand-ins and build/package-parts.ts, is enough. */

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

const artifacts = sharedArtifacts();

const rootsOf = (built: Artifacts, name: FunctionName) => join(built.functionFolder(name), 'rds-roots.pem');

interface Attempt {
  readonly name: FunctionName;
  readonly database: TestDatabase;
  readonly login: { readonly username: string; readonly password: string };
  /** The function's environment besides where Secrets Manager is and who asks. */
  readonly environment?: Record<string, string>;
  /** Those that all tests share by default. */
  readonly built?: Artifacts;
  /** Keys of the secrets besides the login. */
  readonly more?: Record<string, unknown>;
}

/** Has the function as it is built rotate a new secret once. */
async function rotate({ name, database, login, environment = {}, built = artifacts, more = {} }: Attempt) {
  await using secretsManager = await startSecretsManager({ rotation: { kind: 'invoking', attempts: 1 } });
  const { endpoint, region, rotations } = secretsManager;
  const api = new SecretsManager({ endpoint, region, credentials: CREDENTIALS });
  const { secretEngine: engine, server } = database;
  const store = async (Name: string, value: object) => {
    const all = { engine, host: server.host, port: server.port, ...more, ...value };
    const { ARN = '' } = await api.createSecret({ Name, SecretString: JSON.stringify(all) });
    return ARN;
  };
  const superuser = await store('superuser', server.superuser);
  const secret = await store('app', { username: login.username, password: login.password });
  await using rotation = startFunction({
    functionFolder: built.functionFolder(name),
    layerFolder: built.layerFolder,
    environment: {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      SUPERUSER_SECRET_ARN: superuser,
      ...environment,
    },
  });
  rotations.register(LAMBDA_ARN, rotation.invoke);
  await api.rotateSecret({ SecretId: secret, RotationLambdaARN: LAMBDA_ARN });
  // Awaited here: what it needs is disposed of on the way out.
  return await rotations.settled(secret);
}

describe('credentials', () => {
  it('that are not in the environment are missed by name', async () => {
    await using rotation = startFunction({
      functionFolder: artifacts.functionFolder('postgres-single-user'),
      layerFolder: artifacts.layerFolder,
      environment: { AWS_REGION: 'us-east-1' },
    });
    const event = await readFile(resolve(import.meta.dirname, '../../events/create-secret.json'), 'utf8');

    await expect(rotation.invoke(JSON.parse(event))).rejects.toThrow(
      'Secrets Manager did not carry out DescribeSecret (CredentialsProviderError). Give the function a role; ' +
        'on a laptop, set AWS_REGION and credentials in the environment.',
    );
  });
});

/** A region that is not there, in the partition where every setting leads to another name. */
const NOWHERE = 'eusc-de-nowhere-1';

describe('settings of the SDK', () => {
  /** Has the function as it is built look at a secret, and gives why it could not. */
  async function refusal(environment: Record<string, string>): Promise<string> {
    await using rotation = startFunction({
      functionFolder: artifacts.functionFolder('postgres-single-user'),
      layerFolder: artifacts.layerFolder,
      environment: {
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_MAX_ATTEMPTS: '1',
        ...environment,
      },
    });
    const event = await readFile(resolve(import.meta.dirname, '../../events/create-secret.json'), 'utf8');
    await rotation.invoke(JSON.parse(event)).catch(() => {});
    return JSON.parse(rotation.output()).error.cause.message;
  }

  it.each([
    [{}, 'secretsmanager.eusc-de-nowhere-1.amazonaws.eu'],
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, 'secretsmanager-fips.eusc-de-nowhere-1.amazonaws.eu'],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'secretsmanager.eusc-de-nowhere-1.api.amazonwebservices.eu'],
  ])('of the environment %o lead to %s', async (environment, host) => {
    const said = await refusal({ AWS_REGION: NOWHERE, ...environment });
    expect(said.split(' ').at(-1)).toBe(host);
  });

  it('are in no file', async () => {
    const home = await mkdtemp(join(tmpdir(), 'stand-ins-'));
    try {
      await mkdir(join(home, '.aws'));
      await writeFile(join(home, '.aws/config'), '[default]\nregion = us-east-1\n');
      expect(await refusal({ HOME: home })).toBe('Region is missing');
    } finally {
      await rm(home, { recursive: true });
    }
  });

  it.each(['standard', 'adaptive'])('say how often a call is made, in mode %s too', async (mode) => {
    await using secretsManager = await startSecretsManager({
      rotation: { kind: 'staging-only' },
      intercept: () => ({ kind: 'error', status: 500, type: 'InternalServiceError', message: 'Not now.' }),
    });
    const { endpoint, region, calls } = secretsManager;
    const environment = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      AWS_REGION: region,
      AWS_RETRY_MODE: mode,
      AWS_MAX_ATTEMPTS: '2',
    };
    expect(await refusal(environment)).toBe('Not now.');
    const described = calls().filter(({ operation }) => operation === 'DescribeSecret');
    expect(described).toHaveLength(2);
  });
});

describe.each([
  ['postgres', 'postgres-alternating-users'],
  ['mysql', 'mysql-alternating-users'],
] as const)('the roots of Amazon RDS on %s', (kind, name) => {
  const database = testDatabase(inject('servers')[kind]);

  it('are what a server is trusted by', async () => {
    await using login = await createUser(database);
    await using own = await ownArtifacts();
    const refused = await rotate({ name, database, login, built: own });
    expect(refused.failures[0]?.error).toMatchObject({ name: 'TlsFailed' });

    await appendFile(rootsOf(own, name), database.server.ca);
    const trusted = await rotate({ name, database, login, built: own });
    expect(trusted).toMatchObject({ kind: 'succeeded', failures: [] });
  });

  it('are not read where there is no TLS', async () => {
    await using login = await createUser(database);
    await using own = await ownArtifacts();
    await rm(rootsOf(own, name));
    const outcome = await rotate({ name, database, login, built: own, more: { ssl: false } });
    expect(outcome).toMatchObject({ kind: 'succeeded', failures: [] });
  });
});

describe.each([
  ['mysql', startMySql],
  ['mariadb', startMariaDb],
] as const)('a %s that speaks another character set than it is asked to', (_, start) => {
  let running: RunningServer;
  let database: TestDatabase;
  beforeAll(async () => {
    running = await start({
      settings: {
        'character-set-server': 'cp1251',
        // It has left MySQL 9.
        'loose-character-set-client-handshake': 'OFF',
        'init-connect': 'SET NAMES cp1251',
      },
    });
    database = testDatabase(running.server);
  });
  afterAll(() => running.stop());

  it('gives a clone what its original has on a database with a Cyrillic name', async () => {
    await using login = await createUser(database);
    const { port, superuser, ca } = running.server;
    const ssl = { ca, verifyIdentity: true };
    const { username: user, password } = superuser;
    await using connection = await mysql.createConnection({ host: 'localhost', port, user, password, ssl });
    await connection.query('SET NAMES utf8mb4');
    await connection.query('CREATE DATABASE `заказы`');
    await connection.query(`GRANT SELECT ON \`заказы\`.* TO '${login.username}'@'%'`);

    const outcome = await rotate({
      name: 'mysql-alternating-users',
      database,
      login,
      environment: { DATABASE_CA: running.server.ca },
    });

    expect(outcome).toMatchObject({ kind: 'succeeded', failures: [] });
    const grants = `SELECT Db FROM mysql.db WHERE User = '${login.username}_clone'`;
    expect((await connection.query(grants))[0]).toEqual([{ Db: 'заказы' }]);
  });
});
