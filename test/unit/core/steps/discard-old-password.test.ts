import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { RotationStrategy } from '@rotation/core';
import { describe, expect, it, vi } from 'vitest';
import { CANARY } from '../../support/canaries.ts';
import { failStep, type InvokeOptions, startStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent, SECRET_ARN } from '../../support/rotation-event.ts';
import { begunRotation, pendingRotation, serve, service } from '../../support/secrets-manager.ts';

/** Asked for by a person, who names a version. */
const asked = (ClientRequestToken: string, options: InvokeOptions = {}): InvokeOptions => ({
  ...options,
  event: rotationEvent('setSecret', {
    Step: 'discardOldPassword',
    ClientRequestToken,
    RotationToken: undefined,
  }),
});
const settled = () => ({ [OLD_VERSION]: begunRotation()[OLD_VERSION] ?? { stages: [] } });

describe('discardOldPassword', () => {
  it('hands the strategy the value of AWSCURRENT', async () => {
    serve(settled());
    const discardOldPassword = vi.fn<RotationStrategy['discardOldPassword']>(async () => {});
    const strategy = strategyStub({ discardOldPassword });
    const { work, lines } = startStep('setSecret', asked(OLD_VERSION, { strategy }));
    await work;
    expect(discardOldPassword.mock.calls[0]?.[0].password.reveal()).toBe(CANARY.current);
    expect(service).toHaveReceivedCommandExactlyOnceWith(GetSecretValueCommand, {
      SecretId: SECRET_ARN,
      VersionStage: 'AWSCURRENT',
      VersionId: OLD_VERSION,
    });
    expect(lines.at(-1)?.fields).toMatchObject({ step: 'discardOldPassword', outcome: 'done' });
  });

  it('does not ask whether rotation is on: a leaked password is to go in any case', async () => {
    serve(settled(), { description: { RotationEnabled: false } });
    const strategy = strategyStub();
    await startStep('setSecret', asked(OLD_VERSION, { strategy })).work;
    expect(strategy.discardOldPassword).toHaveBeenCalledTimes(1);
  });

  it('is refused for a version that is not AWSCURRENT', async () => {
    serve(settled());
    const strategy = strategyStub();
    expect(await failStep('setSecret', asked(NEW_VERSION, { strategy }))).toMatchObject({
      name: 'VersionNotCurrent',
    });
    expect(strategy.discardOldPassword).not.toHaveBeenCalled();
  });

  it('is refused while a rotation is under way, which may have made AWSCURRENT the old password', async () => {
    serve(pendingRotation());
    const strategy = strategyStub();
    expect(await failStep('setSecret', asked(OLD_VERSION, { strategy }))).toMatchObject({
      name: 'RotationUnderWay',
      message: expect.stringContaining(NEW_VERSION),
    });
    expect(strategy.discardOldPassword).not.toHaveBeenCalled();
  });

  it('takes AWSPENDING beside AWSCURRENT for the end of a rotation', async () => {
    const { [OLD_VERSION]: current = { stages: [] } } = settled();
    serve({ [OLD_VERSION]: { ...current, stages: ['AWSCURRENT', 'AWSPENDING'] } });
    const strategy = strategyStub();
    await startStep('setSecret', asked(OLD_VERSION, { strategy })).work;
    expect(strategy.discardOldPassword).toHaveBeenCalledTimes(1);
  });
});
