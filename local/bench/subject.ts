import { randomBytes } from 'node:crypto';
import type { Strategy } from '../demo/observation.ts';
import { LOCAL_CREDENTIALS } from '../demo/secrets.ts';
import { type MeasurableProcess, startFunction } from '../lambda/function-process.ts';
import { memoryOptions } from '../lambda/memory-options.ts';
import type { RotationStep } from '../secrets-manager/rotation-progress.ts';
import type { Stage } from './stage.ts';

/** A secret, and what rotates it. */
export interface Subject {
  readonly secretArn: string;
  readonly lambdaArn: string;
  /** The name of its first user and of its database. */
  readonly application: string;
  /** Starts a process, as Lambda does for an environment. */
  start(): MeasurableProcess;
}

/** By step, the operations that are called, in order of arrival. */
export type CallsByStep = Readonly<Record<RotationStep, readonly string[]>>;

/** For the memory that template.yaml gives a function: a heap of so many MB gives less back. */
const NODE_OPTIONS = memoryOptions(512).join(' ');

/** The built function, with an application of its own. */
export async function rotationSubject(
  stage: Stage,
  strategy: Strategy,
  application = strategy.replace('-', '_'),
): Promise<Subject> {
  const { superuserArn, ...secret } = await createSecret(stage, strategy, application);
  return { ...secret, start: () => startRotation(stage, strategy, superuserArn) };
}

/** The floor that makes these calls, with an application of its own. */
export async function floorSubject(stage: Stage, strategy: Strategy, calls: CallsByStep): Promise<Subject> {
  const { superuserArn, ...secret } = await createSecret(
    stage,
    strategy,
    `floor_${strategy.replace('-', '_')}`,
  );
  const environment = {
    FLOOR_CALLS: JSON.stringify(calls),
    ...(superuserArn !== undefined && { FLOOR_SUPERUSER_ARN: superuserArn }),
  };
  const folder = stage.artifacts.floorFolder(stage.database.functions);
  return { ...secret, start: () => startIn(stage, folder, environment) };
}

export function startRotation(stage: Stage, strategy: Strategy, superuserArn?: string): MeasurableProcess {
  const { artifacts, database } = stage;
  const environment = superuserArn === undefined ? {} : { SUPERUSER_SECRET_ARN: superuserArn };
  return startIn(stage, artifacts.functionFolder(`${database.functions}-${strategy}`), environment);
}

function startIn(
  { artifacts, secretsManager, server }: Stage,
  functionFolder: string,
  environment: Readonly<Record<string, string>>,
): MeasurableProcess {
  return startFunction({
    functionFolder,
    layerFolder: artifacts.layerFolder,
    runtime: artifacts.runtime,
    environment: {
      NODE_OPTIONS,
      AWS_REGION: secretsManager.region,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      DATABASE_CA: server.ca,
      ...environment,
    },
  });
}

async function createSecret(stage: Stage, strategy: Strategy, application: string) {
  const { database, server, secrets, secretsManager } = stage;
  // Its characters need no escaping in SQL.
  const password = randomBytes(24).toString('base64url');
  await database.createApplication(server, application, password);
  if (strategy === 'single-user') await database.allowDualPasswords?.(server, application);
  const prefix = `${server.engine}/${application}`;
  const where = { engine: database.secretEngine, host: server.host, port: server.port };
  const superuserArn =
    strategy === 'alternating-users'
      ? await secrets.create(`${prefix}/superuser`, { ...where, ...server.superuser })
      : undefined;
  const secretArn = await secrets.create(`${prefix}/database`, {
    ...where,
    dbname: application,
    username: application,
    password,
    ...(superuserArn !== undefined && { masterarn: superuserArn }),
  });
  const lambdaArn = `arn:aws:lambda:${secretsManager.region}:123456789012:function:${server.engine}-${application}`;
  return { application, secretArn, lambdaArn, superuserArn };
}
