import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import {
  type PreflightReport,
  type RdsDatabase,
  type RotationStrategy,
  rotationHandler,
  type Step,
} from '@rotation/core';
import type { Context } from 'aws-lambda';
import type { Engine } from '../../functions/engines/engine.ts';
import { alternatingUsers } from '../../functions/strategies/alternating-users.ts';
import { singleUser } from '../../functions/strategies/single-user.ts';
import { openSecretStore } from '../../layers/rotation-core/src/secret-store.ts';
import {
  type Interceptor,
  type RotationOutcome,
  startSecretsManager,
} from '../../local/secrets-manager/index.ts';
import type { TestDatabase } from './test-database.ts';

export const STRATEGIES = {
  'single-user': singleUser,
  'alternating-users': alternatingUsers,
} satisfies Record<string, (engine: Engine) => RotationStrategy>;
export type StrategyName = keyof typeof STRATEGIES;

/** The template's timeout, in ms. */
const FUNCTION_TIMEOUT = 30_000;
const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';

export interface LabOptions {
  /** The function's environment besides the test server's CA. */
  readonly environment?: Record<string, string | undefined>;
  /** How often the service runs a rotation before it gives up. 1 by default: a clean rotation needs no second try. */
  readonly attempts?: number;
  /** What an invocation that begins now may take, in ms. The template's timeout by default. */
  readonly functionTimeout?: () => number;
  /** What RDS says of the database that the superuser secret is for. By default RDS is not there. */
  readonly rdsDatabase?: RdsDatabase;
  /** Each invocation has a process of its own, so that no step inherits what the one before has read. */
  readonly apart?: boolean;
  /** Sees the function's calls and the test's own, and may answer them in the service's place. */
  readonly intercept?: Interceptor;
}

/** What a value of a secret says, to whoever reads it without the code under test. */
export type SecretJson = Record<string, unknown> & { username: string; password: string };

/** A rotation function and its strategy, in this process, attached to secrets of a local Secrets Manager. */
export async function openLab(database: TestDatabase, strategy: StrategyName, options: LabOptions = {}) {
  const { functionTimeout = () => FUNCTION_TIMEOUT, apart = false, intercept, rdsDatabase } = options;
  const written: string[] = [];
  const secretsManager = await startSecretsManager({
    ...(intercept && { intercept }),
    rotation: { kind: 'invoking', attempts: options.attempts ?? 1, pauseMs: 1 },
  });
  const { endpoint, region, rotations } = secretsManager;
  const api = new SecretsManager({
    endpoint,
    region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });

  const environment: Record<string, string | undefined> = {
    DATABASE_CA: database.server.ca,
    SUPERUSER_SECRET_ARN: '*',
    ...options.environment,
  };
  const startProcess = () =>
    rotationHandler(STRATEGIES[strategy](database.engine), {
      environment,
      openStore: (event, deadline) => openSecretStore(event, deadline, api),
      ...(rdsDatabase && { openRds: () => ({ describe: async () => rdsDatabase }) }),
      openLog: (_context, fields) => {
        const write = (...line: unknown[]) => void written.push(inspect([fields, ...line], { depth: 10 }));
        return { info: write, warn: write, error: write };
      },
    });
  let handler = startProcess();
  const invoke = async (event: unknown) => {
    if (apart) handler = startProcess();
    const ends = performance.now() + functionTimeout();
    const context = { getRemainingTimeInMillis: () => Math.floor(ends - performance.now()) } as Context;
    try {
      return await handler(event, context);
    } catch (error) {
      // What Lambda and the service would show of it.
      written.push(inspect(error, { depth: 10 }));
      throw error;
    }
  };
  const invokeStep = async (event: unknown) => void (await invoke(event));
  rotations.register(LAMBDA_ARN, invokeStep);

  const readSecret = async (name: string, stage = 'AWSCURRENT') => {
    const { SecretString = '{}' } = await api.getSecretValue({ SecretId: name, VersionStage: stage });
    return JSON.parse(SecretString) as SecretJson;
  };

  return {
    api,
    invoke,
    readSecret,
    functionArn: LAMBDA_ARN,
    /** The function's environment, which may be changed as an operator does. */
    environment,

    /** All that the function has logged and thrown. */
    output: () => written.join('\n'),

    /** Stores a secret and returns its ARN. An object is a login to the database, with keys added or changed. */
    async createSecret(value: object | string | Uint8Array): Promise<string> {
      const { ARN = '' } = await api.createSecret({
        Name: `secret-${randomUUID()}`,
        ...(value instanceof Uint8Array
          ? { SecretBinary: value }
          : { SecretString: typeof value === 'string' ? value : loginJson(value) }),
      });
      return ARN;
    },

    /** Makes another login AWSCURRENT, as a person does. */
    async putCurrent(SecretId: string, value: object): Promise<void> {
      await api.putSecretValue({ SecretId, SecretString: loginJson(value) });
    },

    /** Runs a whole rotation, as the service does. */
    async rotate(secretArn: string, immediately = true): Promise<RotationOutcome> {
      await stage(secretArn, immediately);
      return rotations.settled(secretArn);
    },

    /** Asks the function for its report on a secret, as an operator does. */
    async preflight(SecretId: string): Promise<PreflightReport> {
      const report = await invoke({ Step: 'preflight', SecretId });
      if (report === undefined) throw new Error('the function answered without a report');
      written.push(inspect(report, { depth: 10 }));
      return report;
    },

    /** Registers a version without running its rotation, and returns what runs one step of it. */
    async stepsOf(secretArn: string): Promise<(step: Step) => Promise<void>> {
      rotations.register(LAMBDA_ARN, async () => {
        throw new Error('the steps of this rotation are run by hand');
      });
      const versionId = await stage(secretArn, true);
      await rotations.settled(secretArn);
      rotations.register(LAMBDA_ARN, invokeStep);
      return (step) =>
        invokeStep({
          Step: step,
          SecretId: secretArn,
          ClientRequestToken: versionId,
          RotationToken: 'canary-of-the-rotation-token-00000000',
        });
    },

    /** Takes AWSPENDING off, as an operator does with a rotation that is stuck. */
    async cancel(secretArn: string): Promise<void> {
      await api.updateSecretVersionStage({
        SecretId: secretArn,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: await pendingOf(secretArn),
      });
    },

    /** Has the next rotation end with the login of the version that bears `stage`, as an operator does. */
    async target(secretArn: string, stage: string): Promise<void> {
      const versions = Object.entries(await labels(secretArn));
      await api.updateSecretVersionStage({
        SecretId: secretArn,
        VersionStage: 'ROTATION_TARGET',
        MoveToVersionId: versions.find(([, stages]) => stages.includes(stage))?.[0],
      });
    },

    /** Gives the version under rotation a value in the function's place. */
    async rewritePending(secretArn: string, value: object): Promise<void> {
      await api.putSecretValue({
        SecretId: secretArn,
        ClientRequestToken: await pendingOf(secretArn),
        SecretString: loginJson(value),
        VersionStages: ['AWSPENDING'],
      });
    },

    labels,

    async [Symbol.asyncDispose]() {
      api.destroy();
      await secretsManager.stop();
    },
  };

  async function labels(SecretId: string): Promise<Record<string, string[]>> {
    const { VersionIdsToStages = {} } = await api.describeSecret({ SecretId });
    return VersionIdsToStages;
  }

  async function pendingOf(secretArn: string): Promise<string | undefined> {
    const versions = Object.entries(await labels(secretArn));
    return versions.find(([, stages]) => stages.includes('AWSPENDING'))?.[0];
  }

  function loginJson(value: object): string {
    const { host, port } = database.server;
    return JSON.stringify({ engine: database.secretEngine, host, port, ...value });
  }

  async function stage(SecretId: string, RotateImmediately: boolean): Promise<string> {
    const ClientRequestToken = randomUUID();
    await api.rotateSecret({
      SecretId,
      ClientRequestToken,
      RotateImmediately,
      RotationLambdaARN: LAMBDA_ARN,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
    return ClientRequestToken;
  }
}

export type Lab = Awaited<ReturnType<typeof openLab>>;

/** The error that ended a rotation, which was expected to fail. */
export function failureOf(outcome: RotationOutcome): Error {
  const last = outcome.failures.at(-1);
  if (last === undefined) throw new Error(`the rotation ${outcome.kind}, without a failure`);
  return last.error as Error;
}
