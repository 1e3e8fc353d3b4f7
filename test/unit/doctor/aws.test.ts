import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsFailed } from '../../../packages/rotation-doctor/src/aws-failure.ts';
import { openFunctions } from '../../../packages/rotation-doctor/src/functions.ts';
import { openStepLogs, parseLine } from '../../../packages/rotation-doctor/src/step-log.ts';

const lambda = mockClient(LambdaClient);
const logs = mockClient(CloudWatchLogsClient);
afterEach(() => {
  lambda.reset();
  logs.reset();
});

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';
const functions = openFunctions(new LambdaClient({ region: 'us-east-1' }));
const stepLogs = openStepLogs(new CloudWatchLogsClient({ region: 'us-east-1' }));

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('what AWS says no with', () => {
  const call = { action: 'secretsmanager:DescribeSecret', target: 'secret app' };
  it.each([
    [
      named('AccessDeniedException', 'no identity-based policy allows it'),
      'AWS denies secretsmanager:DescribeSecret on secret app: no identity-based policy allows it. Allow it in your policy; the README of rotation-doctor has all that it needs.',
    ],
    [
      named('ResourceNotFoundException', "can't find the specified secret."),
      'There is no secret app in this account and Region. Check the name, AWS_PROFILE and AWS_REGION.',
    ],
    [
      named('CredentialsProviderError', 'Could not load credentials from any providers'),
      'There are no AWS credentials: Could not load credentials from any providers. Sign in, or set AWS_PROFILE.',
    ],
    [
      named('ExpiredTokenException', 'The security token is expired'),
      'AWS does not accept these credentials: The security token is expired. Sign in again.',
    ],
    [
      named('ThrottlingException', 'Rate exceeded'),
      'AWS throttles secretsmanager:DescribeSecret: Rate exceeded. Try again in a minute.',
    ],
    [
      named('Error', 'connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' }),
      'secretsmanager:DescribeSecret was not answered: connect ECONNREFUSED 127.0.0.1:1. Check the network, AWS_REGION and the endpoint.',
    ],
    [new Error('Region is missing'), 'There is no AWS Region. Set AWS_REGION.'],
    [
      named('InternalServiceError', 'Out of order.'),
      'secretsmanager:DescribeSecret on secret app failed: InternalServiceError: Out of order.',
    ],
  ])('is told in a sentence and what to do: %s', (error, message) => {
    expect(new AwsFailed(call, error)).toMatchObject({ message, exitCode: 3 });
  });
});

describe('a function that is asked for its report', () => {
  /** The SDK gives a payload as bytes that can be read as text. */
  const payload = (text: string) =>
    Object.assign(new TextEncoder().encode(text), { transformToString: () => text }) as never;

  it('gets the ARN of the secret, and nothing else', async () => {
    lambda.on(InvokeCommand).resolves({ Payload: payload('{"outcome":"passed","findings":[]}') });
    expect(await functions.preflight(ARN, 'the ARN')).toEqual({ outcome: 'passed', findings: [] });
    expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({
      FunctionName: ARN,
      Payload: '{"Step":"preflight","SecretId":"the ARN"}',
    });
  });

  it('keeps of a finding what it knows', async () => {
    const finding = {
      check: 'login',
      outcome: 'failed',
      error: 'LoginRejected',
      detail: 'No.',
      remedy: 'Look.',
      versionId: 'one',
      durationMs: 3,
    };
    const answer = { outcome: 'failed', findings: [{ ...finding, unknown: 1 }] };
    lambda.on(InvokeCommand).resolves({ Payload: payload(JSON.stringify(answer)) });
    expect((await functions.preflight(ARN, 'x')).findings).toEqual([finding]);
  });

  it.each([
    ['null'],
    ['no JSON'],
    ['{"outcome":"fine","findings":[]}'],
    ['{"outcome":"passed"}'],
    ['{"outcome":"passed","findings":[{"check":"login","outcome":"so so"}]}'],
    ['{"outcome":"passed","findings":[null]}'],
  ])('has made none when it answers %s', async (answer) => {
    lambda.on(InvokeCommand).resolves({ Payload: payload(answer) });
    await expect(functions.preflight(ARN, 'x')).rejects.toMatchObject({
      message: 'The function rotate made no report: it is another function, or one from before the doctor.',
      exitCode: 1,
    });
  });

  it('is in trouble when it throws or times out', async () => {
    lambda.on(InvokeCommand).resolves({
      FunctionError: 'Unhandled',
      Payload: payload(
        '{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 30.00 seconds"}',
      ),
    });
    await expect(functions.preflight(ARN, 'x')).rejects.toMatchObject({
      message:
        'The function rotate could not make its report. Sandbox.Timedout: Task timed out after 30.00 seconds',
      exitCode: 1,
    });
  });
});

describe('the log of a function', () => {
  it('is where the function says, or where Lambda puts it', async () => {
    lambda
      .on(GetFunctionConfigurationCommand)
      .resolvesOnce({ LoggingConfig: { LogGroup: '/my/logs' } })
      .resolves({});
    expect(await functions.logGroup(ARN)).toBe('/my/logs');
    expect(await functions.logGroup(`${ARN}:live`)).toBe('/aws/lambda/rotate');
  });

  it('is read page by page for the steps of one version, in the order of their times', async () => {
    const line = (step: string) =>
      JSON.stringify({ message: 'step succeeded', step, versionId: 'two', outcome: 'done' });
    logs
      .on(FilterLogEventsCommand)
      .callsFake(({ nextToken }: FilterLogEventsCommandInput) =>
        nextToken === undefined
          ? { events: [{ eventId: 'b', timestamp: 2_000, message: line('setSecret') }], nextToken: 'more' }
          : { events: [{ eventId: 'a', timestamp: 1_000, message: line('createSecret') }] },
      );
    const steps = await stepLogs.read('/my/logs', { versionId: 'two' }, new Date(500));
    expect(steps).toEqual([
      { id: 'a', at: new Date(1_000), step: 'createSecret', versionId: 'two' },
      { id: 'b', at: new Date(2_000), step: 'setSecret', versionId: 'two' },
    ]);
    expect(logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input).toEqual({
      logGroupName: '/my/logs',
      filterPattern: '{ $.versionId = "two" }',
      startTime: 500,
      nextToken: undefined,
    });
  });

  it.each([
    [
      { message: 'step succeeded', step: 'testSecret', versionId: 'two', outcome: 'preflight-passed' },
      { step: 'testSecret', versionId: 'two' },
    ],
    [
      {
        message: 'step failed',
        step: 'setSecret',
        versionId: 'two',
        error: { name: 'HostNotFound', message: 'No. Look.' },
      },
      { step: 'setSecret', versionId: 'two', error: { name: 'HostNotFound', message: 'No. Look.' } },
    ],
    [{ message: 'step succeeded', step: 'preflight', versionId: 'two', outcome: 'failed' }, undefined],
    [{ message: 'preflight', step: 'testSecret', outcome: 'failed' }, undefined],
    [{ message: 'a stored login was rejected', step: 'setSecret' }, undefined],
    [{ message: 'step succeeded' }, undefined],
    [null, undefined],
  ])('ends a step with %j', (line, expected) => {
    expect(parseLine(JSON.stringify(line))).toEqual(expected);
  });

  it('is read for all rotations of a secret', async () => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    await stepLogs.read('/my/logs', { secretArn: 'arn:app' }, new Date(500));
    expect(logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input).toMatchObject({
      filterPattern: '{ $.secretArn = "arn:app" }',
    });
  });

  it('has lines of Lambda’s own, which end no step', () => {
    expect(parseLine('START RequestId: 1')).toBeUndefined();
  });
});
