import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import type { RotationStrategy } from '@rotation/core';
import { describe, expect, it, vi } from 'vitest';
import { CANARY, failureOf } from '../../support/canaries.ts';
import { failStep, runStep, startStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  holdAnswers,
  pendingRotation,
  serve,
  service,
  untilAllIsSent,
} from '../../support/secrets-manager.ts';

describe('testSecret', () => {
  it('hands the strategy both values, and changes nothing', async () => {
    serve(pendingRotation());
    const testSecret = vi.fn<RotationStrategy['testSecret']>(async () => true);
    const strategy = strategyStub({ testSecret });

    expect(await runStep('testSecret', { strategy })).toBe('done');

    const [versions] = testSecret.mock.calls[0] ?? [];
    expect(versions?.current.password.reveal()).toBe(CANARY.current);
    expect(versions?.pending.password.reveal()).toBe(CANARY.pending);
    expect(strategy.preflight).not.toHaveBeenCalled();
    expect(strategy.setSecret).not.toHaveBeenCalled();
    expect(service.calls()).toHaveLength(3);
  });

  it('asks whether the values belong together first', async () => {
    serve(pendingRotation());
    const assertProposal = vi.fn(() => {
      throw new RangeError('no proposal');
    });
    const strategy = strategyStub({ assertProposal });
    await failStep('testSecret', { strategy });
    expect(strategy.testSecret).not.toHaveBeenCalled();
  });

  it('tries out what can be known beforehand when AWSPENDING has no value (RotateImmediately=false)', async () => {
    serve(begunRotation());
    const strategy = strategyStub();

    expect(await runStep('testSecret', { strategy })).toBe('preflight-passed');

    expect(strategy.preflight).toHaveBeenCalledOnce();
    expect(strategy.testSecret).not.toHaveBeenCalled();
    expect(strategy.assertProposal).not.toHaveBeenCalled();
  });

  it('tests a value that a first read misses, instead of trying out', async () => {
    serve(pendingRotation());
    service
      .on(GetSecretValueCommand, { VersionId: NEW_VERSION, VersionStage: 'AWSPENDING' })
      .rejectsOnce(new ResourceNotFoundException({ message: 'not there yet', $metadata: {} }))
      .resolves({ SecretString: valueText({ password: CANARY.pending }) });
    const strategy = strategyStub();
    expect(await runStep('testSecret', { strategy })).toBe('done');
    expect(strategy.preflight).not.toHaveBeenCalled();
    expect(strategy.testSecret).toHaveBeenCalledOnce();
  });

  it('refuses without an AWSCURRENT value', async () => {
    serve(pendingRotation({ [OLD_VERSION]: { stages: ['AWSCURRENT'] } }));
    expect((await failStep('testSecret')).name).toBe('NoCurrentVersion');
  });

  it('starts all its reading before any of it is answered', async () => {
    const answer = holdAnswers();
    const { work } = startStep('testSecret');
    await untilAllIsSent();
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 1);
    expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 2);
    answer();
    await failureOf(work);
  });
});
