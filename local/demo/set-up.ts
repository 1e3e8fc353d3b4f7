import { randomBytes } from 'node:crypto';
import { type FunctionProcess, startFunction } from '../lambda/function-process.ts';
import type { Application } from './application.ts';
import type { Strategy } from './observation.ts';
import { LOCAL_CREDENTIALS, type Secrets, type SecretValue } from './secrets.ts';
import type { Stage } from './stage.ts';

/** An application whose secret is ready to be rotated. */
export interface Subject {
  readonly application: Application;
  readonly secretArn: string;
  /** What the secret holds before its first rotation. */
  readonly firstValue: SecretValue;
  /** The built function, in a process of its own. */
  readonly rotationFunction: FunctionProcess;
}

/** One application for each strategy, so that neither meets what the other left. */
export const APPLICATIONS: Readonly<Record<Strategy, string>> = {
  'single-user': 'billing',
  'alternating-users': 'shop',
};

/** Creates what a team has before it turns rotation on: an application in the database, its secret, and the function. */
export async function setUp(stage: Stage, strategy: Strategy, secrets: Secrets): Promise<Subject> {
  const { database, server } = stage;
  const name = APPLICATIONS[strategy];
  const password = randomPassword();
  await database.createApplication(server, name, password);
  // A single user changes its own password; those of alternating users are changed by a superuser.
  if (strategy === 'single-user') await database.allowDualPasswords?.(server, name);

  const where = { engine: database.secretEngine, host: server.host, port: server.port };
  const superuserArn =
    strategy === 'alternating-users'
      ? await secrets.create(`${name}/superuser`, { ...where, ...server.superuser })
      : undefined;
  const firstValue = {
    ...where,
    dbname: name,
    username: name,
    password,
    ...(superuserArn !== undefined && { masterarn: superuserArn }),
    // No rotation knows this key; it must survive all of them.
    contact: { team: name, pager: '+00 123' },
  };
  return {
    application: { name, database, server },
    secretArn: await secrets.create(`${name}/database`, firstValue),
    firstValue,
    rotationFunction: startRotationFunction(stage, strategy, superuserArn),
  };
}

function startRotationFunction(
  { artifacts, database, server, secretsManager }: Stage,
  strategy: Strategy,
  superuserArn: string | undefined,
): FunctionProcess {
  return startFunction({
    functionFolder: artifacts.functionFolder(`${database.functions}-${strategy}`),
    layerFolder: artifacts.layerFolder,
    environment: {
      AWS_REGION: secretsManager.region,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      DATABASE_CA: server.ca,
      ...(superuserArn !== undefined && { SUPERUSER_SECRET_ARN: superuserArn }),
    },
  });
}

/** Its characters need no escaping in SQL. */
function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
