import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { startFunction } from '../../local/lambda/function-process.ts';
import { type Interceptor, startSecretsManager } from '../../local/secrets-manager/index.ts';
import { freePort } from '../../local/servers/free-port.ts';
import { type Artifacts, type FunctionName, ownArtifacts, sharedArtifacts } from '../support/artifacts.ts';

/* A step that fails names lines of the repository, without any option of Node. */

const REPOSITORY = join(import.meta.dirname, '../..');
const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

interface LoggedError {
  readonly name: string;
  readonly location: string;
  readonly stack: string;
  readonly cause?: LoggedError;
}

/** Has a function rotate a secret of a server that nobody runs, and gives the error that it logs. */
async function failingStep(
  name: FunctionName,
  { layerFolder, functionFolder }: Artifacts = sharedArtifacts(),
  intercept?: Interceptor,
): Promise<LoggedError> {
  await using secretsManager = await startSecretsManager({
    rotation: { kind: 'invoking', attempts: 1 },
    ...(intercept && { intercept }),
  });
  const { endpoint, region, rotations } = secretsManager;
  const api = new SecretsManager({ endpoint, region, credentials: CREDENTIALS });
  const login = { host: 'localhost', port: await freePort(), username: 'app', password: 'old' };
  const value = { engine: name.replace(/-.*/, ''), ...login };
  const { ARN = '' } = await api.createSecret({ Name: 'app', SecretString: JSON.stringify(value) });
  await using rotation = startFunction({
    functionFolder: functionFolder(name),
    layerFolder,
    environment: {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    },
  });
  rotations.register(LAMBDA_ARN, rotation.invoke);
  await api.rotateSecret({ SecretId: ARN, RotationLambdaARN: LAMBDA_ARN });
  await rotations.settled(ARN);
  const lines = rotation.output().split('\n').filter(Boolean);
  const { error } = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'ERROR');
  return error;
}

/** A place in our sources, which the stack names below the bundle's folder. */
const PLACE = /\/(?<path>(?:functions\/engines|layers\/rotation-core)\/.+\.ts):(?<line>\d+):\d+\)$/;

/** The line of the repository that a frame names, if it names one. */
async function sourceOf(frame: string): Promise<string | undefined> {
  const { path, line } = PLACE.exec(frame)?.groups ?? {};
  if (path === undefined) return undefined;
  const text = await readFile(join(REPOSITORY, path), 'utf8');
  return text.split('\n')[Number(line) - 1]?.trim();
}

const framesOf = ({ stack }: LoggedError) => stack.split('\n').slice(1);

/** Answers DescribeSecret as the service never would. */
const incoherent: Interceptor = ({ operation }, answer) => {
  const given = answer();
  if (operation !== 'DescribeSecret' || given.kind !== 'output') return given;
  const stages = Object.keys(given.output['VersionIdsToStages'] ?? {}).map((id) => [id, 5]);
  return { kind: 'output', output: { ...given.output, VersionIdsToStages: Object.fromEntries(stages) } };
};

describe.each([
  ['postgres-single-user', 'postgres'],
  ['mysql-single-user', 'mysql'],
] as const)('the stack of %s', (name, engine) => {
  it('goes through the function, and that of its cause through the layer', async () => {
    const error = await failingStep(name);
    const [first = '', ...others] = framesOf(error);
    expect(error.name).toBe('HostUnreachable');
    expect(error.location).toMatch(/functions\/engines\/connection-fault\.ts:\d+$/);
    expect(first).toMatch(/^ {4}at connectionFault \(\//);
    expect(await sourceOf(first)).toBe('return Known && new Known(target, first);');
    expect(others.at(-1)).toMatch(/^ {4}at async Object\.connect \(\//);
    expect(others.at(-1)).toContain(`/functions/engines/${engine}/index.ts:`);

    if (error.cause === undefined) throw new Error('The error was logged without its cause.');
    const [thrown = ''] = framesOf(error.cause);
    expect(thrown).toMatch(/^ {4}at faultOf \(\//);
    expect(await sourceOf(thrown)).toBe('return new Fault(cause.message, code);');
  });
});

it('the stack of what nobody foresaw goes through the layer', async () => {
  const error = await failingStep('postgres-single-user', sharedArtifacts(), incoherent);
  expect(error.name).toBe('UnexpectedFailure');
  const [first = '', second = ''] = framesOf(error);
  expect(first).toMatch(/^ {4}at decide \(\//);
  expect(await sourceOf(first)).toBe("if (labels.includes(CURRENT)) return { kind: 'already-current' };");
  expect(await sourceOf(second)).toBe(
    'if (!mayRun(decide(invocation.rotation.event, description))) return undefined;',
  );
});

it('a step without source maps fails as it would with them', async () => {
  await using own = await ownArtifacts();
  await rm(join(own.layerFolder, 'nodejs/node_modules/@rotation/core/index.js.map'));
  await rm(join(own.functionFolder('postgres-single-user'), 'index.js.map'));
  const error = await failingStep('postgres-single-user', own);
  expect(error.name).toBe('HostUnreachable');
  expect(framesOf(error)[0]).toMatch(/\/index\.js:\d+:\d+\)$/);
});
