import { resolve } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect, inject } from 'vitest';
import { startFunction } from '../../../local/lambda/function-process.ts';
import { startSecretsManager } from '../../../local/secrets-manager/index.ts';
import type { DatabaseServer } from '../../../local/servers/database-server.ts';
import { createUser } from '../artifact-rotation.ts';
import type { Artifacts, FunctionName } from '../artifacts.ts';
import { startRdsEndpoint } from '../rds-endpoint.ts';
import { testDatabase } from '../test-database.ts';
import { accessRequests } from './access-requests.ts';
import { type ApiCall, startCallRecorder } from './call-recorder.ts';
import type { AccessRequest, Statement } from './iam-policy.ts';
import { RDS_DATABASES, type SuperuserSecret, secretMaker } from './secret-maker.ts';
import { LOCATION, stackWith } from './stack.ts';

export interface RecordedFunction {
  /** Of the template. */
  readonly id: string;
  readonly artifact: FunctionName;
  readonly server: DatabaseServer['engine'];
  readonly strategy: 'single-user' | 'alternating-users';
}

/** How the stack is deployed: with which superuser secrets, and with which parameters beside those that every stack needs. */
export interface Deployment {
  readonly superusers: readonly SuperuserSecret[];
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a function's role may do, and what the function did in its rotations. */
export interface Recording {
  readonly statements: readonly Statement[];
  readonly requests: readonly AccessRequest[];
  readonly calls: readonly ApiCall[];
  /** ARNs. */
  readonly rotated: readonly string[];
  readonly superusers: readonly string[];
}

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
/** Has @aws-sdk/client-rds, as Lambda's runtimes do. */
const RUNTIME_PACKAGES = resolve(import.meta.dirname, '../../../node_modules');

/**
 * Has a function try out a secret for each superuser secret, or one without any, and rotate the first: twice in a row and, with
 * a single user, once more after the database was restored. All that the function knows is what the template tells it.
 */
export async function record(
  { id, artifact, server, strategy }: RecordedFunction,
  { superusers: kinds, parameters }: Deployment,
  artifacts: Artifacts,
): Promise<Recording> {
  const database = testDatabase(inject('servers')[server]);
  const { host, port, ca } = database.server;
  await using user = await createUser(database);
  await using secretsManager = await startSecretsManager({ rotation: { kind: 'invoking', attempts: 1 } });
  const { endpoint, region, rotations } = secretsManager;
  await using rds = await startRdsEndpoint(
    Object.values(RDS_DATABASES).map(({ kind, arn }) => ({
      kind,
      arn,
      engine: database.secretEngine,
      host,
      port,
    })),
  );
  await using recorder = await startCallRecorder({ secretsmanager: endpoint, rds: rds.url });

  const api = new SecretsManager({ endpoint, region, credentials: CREDENTIALS });
  const { createSuperuser, createRotated } = secretMaker(api, database, parameters);
  const superusers = await Promise.all(kinds.map(createSuperuser));
  const masterarns = superusers.length > 0 ? superusers : [undefined];
  const rotated = await Promise.all(masterarns.map((masterarn) => createRotated(user, masterarn)));

  const stack = stackWith({
    SecretArnPattern: `arn:aws:secretsmanager:${LOCATION}:secret:databases/*`,
    SuperuserSecretArns: superusers.join(','),
    DatabaseCa: ca,
    ...parameters,
  });
  await using rotation = startFunction({
    functionFolder: artifacts.functionFolder(artifact),
    layerFolder: artifacts.layerFolder,
    runtimePackages: RUNTIME_PACKAGES,
    environment: {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL: recorder.url,
      ...stack.environment(id),
    },
  });
  const RotationLambdaARN = stack.functionArn(id);
  rotations.register(RotationLambdaARN, rotation.invoke);
  const rotate = async (SecretId: string, RotateImmediately: boolean) => {
    await api.rotateSecret({ SecretId, RotationLambdaARN, RotateImmediately });
    expect(await rotations.settled(SecretId)).toMatchObject({ kind: 'succeeded', failures: [] });
  };

  const [first = ''] = rotated;
  for (const secret of rotated) await rotate(secret, false);
  for (const _twice of [1, 2]) await rotate(first, true);
  if (strategy === 'single-user') {
    // The backup is older than AWSPREVIOUS: its password is that of a version without a label.
    await database.dropUser(user.username);
    await database.createUser(user.username, user.password);
    await rotate(first, true);
  }

  const calls = recorder.calls();
  const secrets = await Promise.all(
    [...rotated, ...superusers].map((SecretId) => api.describeSecret({ SecretId })),
  );
  const requests = calls.flatMap((call) => accessRequests(call, secrets));
  return { statements: stack.permissions(id), requests, calls, rotated, superusers };
}
