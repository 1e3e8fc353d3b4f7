import { randomUUID } from 'node:crypto';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { startLambda } from '../../local/lambda/endpoint.ts';
import { startFunction } from '../../local/lambda/function-process.ts';
import {
  type Interceptor,
  passThrough,
  type RotationStep,
  startSecretsManager,
} from '../../local/secrets-manager/index.ts';
import type { Artifacts, FunctionName } from './artifacts.ts';
import { doctorAt } from './doctor-terminal.ts';
import { type TestDatabase, uniqueName } from './test-database.ts';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

export interface DoctorLabOptions {
  readonly artifacts: Artifacts;
  readonly name: FunctionName;
  readonly database: TestDatabase;
  /** Operations of Lambda and its logs that the doctor is not allowed. */
  readonly denied?: ReadonlySet<string>;
  /** Sees the calls to Secrets Manager, and may answer them in its place. */
  readonly intercept?: Interceptor;
}

interface Login {
  readonly username: string;
  readonly password: string;
}

/** The doctor, a built function, the services around both, and a secret with a user of a real database. */
export async function openDoctorLab(options: DoctorLabOptions) {
  const { artifacts, name, database, denied = new Set(), intercept = passThrough } = options;
  await using opening = new AsyncDisposableStack();

  const passwords = new Set<string>();
  const secretsManager = opening.use(
    await startSecretsManager({
      rotation: { kind: 'invoking', attempts: 1 },
      intercept(call, answer) {
        const { SecretString } = call.input as { SecretString?: string };
        if (SecretString !== undefined) passwords.add(JSON.parse(SecretString).password);
        return intercept(call, answer);
      },
    }),
  );
  const { endpoint, rotations } = secretsManager;
  const clientOf = { region: REGION, credentials: CREDENTIALS };
  const api = new SecretsManager({ endpoint, ...clientOf });
  opening.defer(() => api.destroy());

  async function createSecret(login: Login): Promise<string> {
    const { host, port } = database.server;
    const Name = `doctor/${randomUUID()}`;
    const value = { engine: database.secretEngine, host, port, ...login };
    await api.createSecret({ Name, SecretString: JSON.stringify(value) });
    return Name;
  }

  const user: Login = { username: uniqueName(), password: 'Fir5t-password!' };
  await database.createUser(user.username, user.password);
  opening.defer(async () => {
    await database.dropUser(`${user.username}_clone`);
    await database.dropUser(user.username);
  });
  const secret = await createSecret(user);
  const superuser = await api.describeSecret({ SecretId: await createSecret(database.server.superuser) });

  const functionArn = `arn:aws:lambda:${REGION}:123456789012:function:secrets-rotation-${name}`;
  const process = opening.use(
    startFunction({
      functionFolder: artifacts.functionFolder(name),
      layerFolder: artifacts.layerFolder,
      environment: {
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
        DATABASE_CA: database.server.ca,
        ...(name.endsWith('alternating-users') && { SUPERUSER_SECRET_ARN: superuser.ARN ?? '' }),
      },
    }),
  );
  rotations.register(functionArn, process.invoke);
  const lambda = opening.use(await startLambda({ functions: [{ arn: functionArn, process }], denied }));

  const opened = opening.move();
  return {
    api,
    rotations,
    secret,
    user,
    functionArn,

    /** What the SDK's own settings are for the doctor in a process of its own. */
    environment: {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: lambda.url,
    },

    doctor: doctorAt({ api, lambda, passwords }),

    /** Runs a whole rotation, as the schedule does. */
    async rotate() {
      await api.rotateSecret({ SecretId: secret, RotationLambdaARN: functionArn, RotationRules: RULES });
      return rotations.settled(secret);
    },

    /** Has the rotations that follow stop before a step, as a function does that is broken. */
    breakAt(step: RotationStep): void {
      rotations.register(functionArn, async (event) => {
        if (event.Step === step) throw new Error('this function is broken');
        return process.invoke(event);
      });
    },

    /** Waits for the rotation that is under way, or else for nothing. */
    settled: () => rotations.settled(secret),

    mend: () => rotations.register(functionArn, process.invoke),

    /** The versions by their labels. */
    async labels(): Promise<Record<string, string>> {
      const { VersionIdsToStages = {} } = await api.describeSecret({ SecretId: secret });
      return Object.fromEntries(
        Object.entries(VersionIdsToStages).flatMap(([id, stages]) => stages.map((stage) => [stage, id])),
      );
    },

    async read(VersionStage = 'AWSCURRENT'): Promise<Login> {
      const { SecretString = '{}' } = await api.getSecretValue({ SecretId: secret, VersionStage });
      return JSON.parse(SecretString) as Login;
    },

    logsIn: ({ username, password }: Login) => database.logsIn(username, password),

    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const RULES = { AutomaticallyAfterDays: 30 };

export type DoctorLab = Awaited<ReturnType<typeof openDoctorLab>>;
