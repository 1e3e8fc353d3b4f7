import { rotationHandler } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf, witness } from '../support/canaries.ts';
import { strategyStub } from '../support/invoke.ts';
import { lambdaContext, NEW_VERSION, rotationEvent, SECRET_ARN } from '../support/rotation-event.ts';
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
      error: {
        name: 'RotationNotEnabled',
        message: expect.stringContaining(`testSecret of version ${NEW_VERSION} failed: `),
      },
    });
  });

  it('has no event of a kind that is refused, and nothing of the invocation before', async () => {
    await run(rotationEvent('setSecret'));
    await failureOf(run({ ...rotationEvent('setSecret'), Step: 7 }));
    expect(written).toHaveLength(2);
    expect(written[1]).toMatchObject({
      ...COMMON,
      message: 'invocation refused',
      error: { name: 'InvalidEvent' },
    });
    for (const field of ['step', 'secretArn', 'versionId', 'outcome'])
      expect(written[1]).not.toHaveProperty(field);
  });
});
