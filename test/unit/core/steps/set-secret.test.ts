import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import type { RotationStrategy } from '@rotation/core';
import { describe, expect, it, vi } from 'vitest';
import { CANARY, failureOf } from '../../support/canaries.ts';
import { failStep, runStep, startStep, strategyStub } from '../../support/invoke.ts';
import {
  NEW_VERSION,
  OLD_VERSION,
  OLDEST_VERSION,
  SECRET_ARN,
  SUPERUSER_ARN,
} from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  holdAnswers,
  pendingRotation,
  serve,
  service,
  untilAllIsSent,
} from '../../support/secrets-manager.ts';

const PENDING_QUERY = { VersionId: NEW_VERSION, VersionStage: 'AWSPENDING' };
const absent = () => new ResourceNotFoundException({ message: 'not there yet', $metadata: {} });

describe('setSecret', () => {
  it('hands the strategy both values, and reads nothing else', async () => {
    serve(pendingRotation());
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async () => {});

    expect(await runStep('setSecret', { strategy: strategyStub({ setSecret }) })).toBe('done');

    const [versions, rotation] = setSecret.mock.calls[0] ?? [];
    expect(versions?.current.password.reveal()).toBe(CANARY.current);
    expect(versions?.pending.password.reveal()).toBe(CANARY.pending);
    expect(rotation?.event.secretArn).toBe(SECRET_ARN);
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 1);
    expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 2);
    expect(service.calls()).toHaveLength(3);
  });

  it('asks whether the values belong together before the strategy does anything', async () => {
    serve(pendingRotation());
    const order: string[] = [];
    const strategy = strategyStub({
      assertProposal: () => void order.push('assertProposal'),
      setSecret: async () => void order.push('setSecret'),
    });
    await runStep('setSecret', { strategy });
    expect(order).toEqual(['assertProposal', 'setSecret']);
  });

  it('does nothing when the values do not belong together', async () => {
    serve(pendingRotation());
    const assertProposal = vi.fn(() => {
      throw new RangeError('no proposal');
    });
    const strategy = strategyStub({ assertProposal });
    await failStep('setSecret', { strategy });
    expect(strategy.setSecret).not.toHaveBeenCalled();
  });

  it('reads an AWSPENDING value again that a first read misses', async () => {
    serve(pendingRotation());
    service
      .on(GetSecretValueCommand, PENDING_QUERY)
      .rejectsOnce(absent())
      .resolves({
        SecretString: valueText({ password: CANARY.pending }),
      });
    const strategy = strategyStub();

    expect(await runStep('setSecret', { strategy })).toBe('done');

    expect(strategy.setSecret).toHaveBeenCalledOnce();
    expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 3);
  });

  it('refuses when AWSPENDING stays without a value', async () => {
    serve(begunRotation());
    const strategy = strategyStub();
    expect((await failStep('setSecret', { strategy })).name).toBe('NoPendingValue');
    expect(strategy.setSecret).not.toHaveBeenCalled();
  });

  it('refuses without an AWSCURRENT value', async () => {
    serve(pendingRotation({ [OLD_VERSION]: { stages: ['AWSCURRENT'] } }));
    expect((await failStep('setSecret')).name).toBe('NoCurrentVersion');
  });

  it('starts all its reading before any of it is answered', async () => {
    const answer = holdAnswers();
    const { work } = startStep('setSecret');
    await untilAllIsSent();
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 1);
    expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 2);
    answer();
    await failureOf(work);
  });
});

describe('what a strategy can ask for', () => {
  it('reads AWSPREVIOUS when asked, and not before', async () => {
    const value = { stages: ['AWSPREVIOUS'], text: valueText({ password: CANARY.previous }) };
    serve(pendingRotation({ [OLDEST_VERSION]: value }));
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async (_versions, rotation) => {
      expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 2);
      expect((await rotation.previous())?.password.reveal()).toBe(CANARY.previous);
    });
    await runStep('setSecret', { strategy: strategyStub({ setSecret }) });
    expect(setSecret).toHaveBeenCalledOnce();
  });

  it.each([
    ['is not there', {}, 0],
    ['is no database login', { [OLDEST_VERSION]: { stages: ['AWSPREVIOUS'], text: CANARY.previous } }, 1],
    [
      'is another engine’s',
      { [OLDEST_VERSION]: { stages: ['AWSPREVIOUS'], text: valueText({ engine: 'mysql' }) } },
      1,
    ],
  ])('has no AWSPREVIOUS when it %s', async (_case, versions, warnings) => {
    serve(pendingRotation(versions));
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async (_versions, rotation) => {
      expect(await rotation.previous()).toBeUndefined();
    });
    const { work, lines } = startStep('setSecret', { strategy: strategyStub({ setSecret }) });
    await work;
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(warnings);
  });

  it('reads the AWSCURRENT value of another secret', async () => {
    serve(pendingRotation());
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async (_versions, rotation) => {
      const admin = await rotation.otherSecret(SUPERUSER_ARN, 'superuser secret');
      expect(admin.password.reveal()).toBe(CANARY.superuser);
      expect(admin.version).toBe('superuser secret');
    });
    await runStep('setSecret', { strategy: strategyStub({ setSecret }) });
    expect(service).toHaveReceivedLastCommandWith(GetSecretValueCommand, { SecretId: SUPERUSER_ARN });
  });
});
