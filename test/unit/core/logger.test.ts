import { rotationHandler } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { singleUser } from '../../../functions/strategies/single-user.ts';
import { CANARY, failureOf, witness } from '../support/canaries.ts';
import { fakeDatabase } from '../support/fake-database.ts';
import { strategyStub } from '../support/invoke.ts';
import {
  lambdaContext,
  NEW_VERSION,
  OLD_VERSION,
  rotationEvent,
  SECRET_ARN,
} from '../support/rotation-event.ts';
import { pendingRotation, serve } from '../support/secrets-manager.ts';

const COMMON = {
  service: 'secrets-rotation',
  function_name: 'rotate',
  function_request_id: '11111111-2222-4333-8444-555555555555',
  engine: 'postgres',
  strategy: 'stub',
  durationMs: expect.any(Number),
};

/** What the process wrote, each line as the JSON that CloudWatch gets. */
const written: Record<string, unknown>[] = [];

beforeEach(() => {
  written.length = 0;
  const keep = (chunk: unknown) => {
    written.push(JSON.parse(witness(String(chunk))) as Record<string, unknown>);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  serve(pendingRotation());
});

afterEach(() => {
  vi.restoreAllMocks();
});

const run = (event: unknown, strategy = strategyStub()) =>
  rotationHandler(strategy, { environment: {} })(event, lambdaContext());

describe('the log of Powertools', () => {
  it('has one line for a step that succeeded', async () => {
    await run(rotationEvent('setSecret'));
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      ...COMMON,
      level: 'INFO',
      message: 'step succeeded',
      step: 'setSecret',
      secretArn: SECRET_ARN,
      versionId: NEW_VERSION,
      outcome: 'done',
    });
  });

  it('has nothing but these fields', async () => {
    await run(rotationEvent('setSecret'));
    expect(Object.keys(written[0] ?? {}).sort()).toEqual([
      'StepDuration',
      'StepSucceeded',
      '_aws',
      'candidates',
      'cold_start',
      'durationMs',
      'engine',
      'function_arn',
      'function_memory_size',
      'function_name',
      'function_request_id',
      'level',
      'message',
      'outcome',
      'phases',
      'sampling_rate',
      'secretArn',
      'service',
      'step',
      'strategy',
      'timestamp',
      'versionId',
    ]);
  });

  it('names the error of a step that failed', async () => {
    serve(pendingRotation(), { description: { RotationEnabled: false } });
    await failureOf(run(rotationEvent('testSecret')));
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      ...COMMON,
      level: 'ERROR',
      message: 'step failed',
      step: 'testSecret',
      secretArn: SECRET_ARN,
      versionId: NEW_VERSION,
      outcome: 'failed',
      remedy: 'Turn it on with RotateSecret if it should rotate; nothing was changed.',
      error: {
        name: 'RotationNotEnabled',
        message: expect.stringContaining(`testSecret of version ${NEW_VERSION} failed: `),
      },
    });
  });

  it('has the metrics of a step in that line, by what there are few of', async () => {
    vi.spyOn(process, 'hrtime').mockReturnValueOnce([0, 0]).mockReturnValue([1, 500_000_000]);
    await run(rotationEvent('setSecret'));
    serve(pendingRotation(), { description: { RotationEnabled: false } });
    await failureOf(run(rotationEvent('setSecret')));
    const metrics = (name: string) => ({
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'SecretsRotation',
          Dimensions: [
            ['engine', 'strategy'],
            ['engine', 'strategy', 'step'],
          ],
          Metrics: [
            { Name: name, Unit: 'Count' },
            { Name: 'StepDuration', Unit: 'Milliseconds' },
          ],
        },
      ],
    });
    expect(written).toMatchObject([
      { StepSucceeded: 1, StepDuration: 1_500, durationMs: 1_500, _aws: metrics('StepSucceeded') },
      { StepFailed: 1, StepDuration: 0, durationMs: 0, _aws: metrics('StepFailed') },
    ]);
  });

  it('says whom a step waited for, and which stored logins it tried', async () => {
    const database = fakeDatabase({ app: { password: CANARY.pending } });
    await run(rotationEvent('setSecret'), singleUser(database.engine));
    expect(written.at(-1)).toMatchObject({
      message: 'step succeeded',
      phases: {
        secretsManager: expect.any(Number),
        rds: 0,
        logins: expect.any(Number),
        statements: expect.any(Number),
      },
      candidates: [
        { version: 'AWSCURRENT', versionId: OLD_VERSION, outcome: 'LoginRejected' },
        { version: 'AWSPENDING', versionId: NEW_VERSION, outcome: 'accepted' },
      ],
    });
  });

  it('has no event of a kind that is refused, and nothing of the invocation before', async () => {
    await run(rotationEvent('setSecret'));
    await failureOf(run({ ...rotationEvent('setSecret'), Step: 7 }));
    expect(written).toHaveLength(2);
    expect(written[1]).toMatchObject({
      ...COMMON,
      message: 'invocation refused',
      remedy: expect.stringContaining('Only Secrets Manager should invoke this function'),
      error: { name: 'InvalidEvent' },
    });
    for (const field of ['step', 'secretArn', 'versionId', 'outcome', '_aws'])
      expect(written[1]).not.toHaveProperty(field);
  });
});
