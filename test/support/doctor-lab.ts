import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { startLambda } from '../../local/lambda/endpoint.ts';
import { startFunction } from '../../local/lambda/function-process.ts';
import {
  type Interceptor,
  passThrough,
  type RotationStep,
  startSecretsManager,
} from '../../local/secrets-manager/index.ts';
import { runDoctor } from '../../packages/rotation-doctor/src/doctor.ts';
import type { ExitCode } from '../../packages/rotation-doctor/src/exit-code.ts';
import { openFunctions } from '../../packages/rotation-doctor/src/functions.ts';
import { openSecrets } from '../../packages/rotation-doctor/src/secrets.ts';
import { openStepLogs } from '../../packages/rotation-doctor/src/step-log.ts';
import type { Artifacts, FunctionName } from './artifacts.ts';
import { type TestDatabase, uniqueName } from './test-database.ts';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
/** The doctor looks every two seconds, at services of this machine too often for nobody. In ms. */
const LONGEST_PAUSE = 50;

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

interface RunOptions {
  /** What is typed when the terminal shows a question. Without it there is no terminal. */
  readonly typed?: string | (() => Promise<string>);
  /** By how much the doctor's clock is ahead, in ms. */
  readonly later?: number;
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

    /** Runs a command line. No password that ever was in a secret may be in what it writes. */
    async doctor(args: readonly string[], { typed, later = 0 }: RunOptions = {}) {
      const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      const type = typeof typed === 'function' ? typed : async () => typed;
      stderr.on('data', async (shown: Buffer) => {
        if (shown.includes('[y/N]')) stdin.end(await type());
      });
      const written = Promise.all([text(stdout), text(stderr)]);
      const exitCode: ExitCode = await runDoctor(args, {
        secrets: openSecrets(api),
        functions: openFunctions(new LambdaClient({ endpoint: lambda.url, ...clientOf })),
        stepLogs: openStepLogs(new CloudWatchLogsClient({ endpoint: lambda.url, ...clientOf })),
        stdin,
        stdout,
        stderr,
        now: () => new Date(Date.now() + later),
        pause: (ms) => setTimeout(Math.min(ms, LONGEST_PAUSE)),
      });
      stdout.end();
      stderr.end();
      const [out, err] = await written;
      for (const password of passwords) expect(out + err).not.toContain(password);
      return { exitCode, stdout: out, stderr: err };
    },

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
