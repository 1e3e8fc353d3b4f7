import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { failStep, runStep } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, SECRET_ARN } from '../../support/rotation-event.ts';
import { pendingRotation, type Secret, serve, service } from '../../support/secrets-manager.ts';

const MOVE_CURRENT = {
  SecretId: SECRET_ARN,
  VersionStage: 'AWSCURRENT',
  RemoveFromVersionId: OLD_VERSION,
  MoveToVersionId: NEW_VERSION,
};
const TAKE_PENDING_OFF = {
  SecretId: SECRET_ARN,
  VersionStage: 'AWSPENDING',
  RemoveFromVersionId: NEW_VERSION,
};

const moves = () => service.commandCalls(UpdateSecretVersionStageCommand).map(({ args }) => args[0].input);
const stages = (secret: Secret) => ({ new: secret[NEW_VERSION]?.stages, old: secret[OLD_VERSION]?.stages });
const FINISHED = { new: ['AWSCURRENT'], old: ['AWSPREVIOUS'] };

describe('finishSecret', () => {
  it('moves AWSCURRENT, then takes AWSPENDING off', async () => {
    const secret = pendingRotation();
    serve(secret);

    expect(await runStep('finishSecret')).toBe('done');

    expect(moves()).toEqual([MOVE_CURRENT, { ...TAKE_PENDING_OFF, MoveToVersionId: undefined }]);
    expect(service.calls()).toHaveLength(3);
    expect(stages(secret)).toEqual(FINISHED);
  });

  it('gives AWSCURRENT to the first version of a secret', async () => {
    const secret = pendingRotation({ [OLD_VERSION]: { stages: [] } });
    serve(secret);
    await runStep('finishSecret');
    expect(moves()[0]).toEqual({ ...MOVE_CURRENT, RemoveFromVersionId: undefined });
    expect(stages(secret)).toEqual({ new: ['AWSCURRENT'], old: [] });
  });

  it('run twice changes nothing more', async () => {
    const secret = pendingRotation();
    serve(secret);
    await runStep('finishSecret');
    expect(await runStep('finishSecret')).toBe('already-current');
    expect(moves()).toHaveLength(2);
    expect(stages(secret)).toEqual(FINISHED);
  });

  /* A crash before the first call changes nothing, and one after the second is the case above. */
  it.each([
    ['before the move took effect', false],
    ['after it took effect and before its answer came', true],
  ])('can be run again after it died %s', async (_case, tookEffect) => {
    const secret = pendingRotation();
    serve(secret);
    service.on(UpdateSecretVersionStageCommand, MOVE_CURRENT).callsFakeOnce(() => {
      if (tookEffect) {
        secret[NEW_VERSION] = { ...secret[NEW_VERSION], stages: ['AWSPENDING', 'AWSCURRENT'] };
        secret[OLD_VERSION] = { ...secret[OLD_VERSION], stages: ['AWSPREVIOUS'] };
      }
      throw new Error('the connection was cut');
    });
    expect((await failStep('finishSecret')).name).toBe('SecretsManagerFailed');

    serve(secret);
    expect(await runStep('finishSecret')).toBe('done');

    expect(moves()).toHaveLength(tookEffect ? 1 : 2);
    expect(stages(secret)).toEqual(FINISHED);
  });

  it.each([
    ['before AWSPENDING was off', false],
    ['after AWSPENDING was off and before the answer came', true],
  ])('can be run again after it died %s', async (_case, tookEffect) => {
    const secret = pendingRotation();
    serve(secret);
    service.on(UpdateSecretVersionStageCommand, TAKE_PENDING_OFF).callsFakeOnce(() => {
      if (tookEffect) secret[NEW_VERSION] = { ...secret[NEW_VERSION], stages: ['AWSCURRENT'] };
      throw new Error('the connection was cut');
    });
    expect((await failStep('finishSecret')).name).toBe('SecretsManagerFailed');

    serve(secret);
    expect(await runStep('finishSecret')).toBe(tookEffect ? 'already-current' : 'done');

    expect(stages(secret)).toEqual(FINISHED);
  });

  it('does not take AWSPENDING off when AWSCURRENT could not be moved', async () => {
    const secret = pendingRotation();
    serve(secret);
    service.on(UpdateSecretVersionStageCommand).rejects(new Error('the connection was cut'));
    await failStep('finishSecret');
    expect(moves()).toHaveLength(1);
  });

  // Known gap: the step trusts that createSecret has run. Make it an `it` when it does not any more.
  it.fails('never gives AWSCURRENT to a version without a value', async () => {
    const secret = pendingRotation({ [NEW_VERSION]: { stages: ['AWSPENDING'] } });
    serve(secret);
    expect((await failStep('finishSecret')).name).toBe('NoPendingValue');
    expect(moves()).toEqual([]);
  });
});
