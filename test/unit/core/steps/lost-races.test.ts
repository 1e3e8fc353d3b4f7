import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { Fault, IdentityChanged, InvalidConfiguration, PasswordRefused } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { CANARY } from '../../support/canaries.ts';
import { failStep, runStep, startStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  pendingRotation,
  type Secret,
  serve,
  service,
  untilAllIsSent,
} from '../../support/secrets-manager.ts';

/* What a step finds when somebody else has moved the labels, or put a value, between two of its calls. */

const PAIR = {
  current: expect.objectContaining({ version: 'AWSCURRENT' }),
  pending: expect.objectContaining({ version: 'AWSPENDING' }),
};
const pendingText = valueText({ password: CANARY.pending });

function finish(secret: Secret): void {
  secret[NEW_VERSION] = { stages: ['AWSCURRENT'], text: pendingText };
  secret[OLD_VERSION] = { stages: ['AWSPREVIOUS'], text: valueText() };
}

describe('a label that could not be moved', () => {
  it.each([
    ['was cancelled', 'UnknownToken', []],
    ['was replaced', 'TokenNotPending', ['blue']],
  ])('is said to be of a rotation that %s', async (_case, name, stages) => {
    const secret = pendingRotation();
    serve(secret);
    service.on(UpdateSecretVersionStageCommand).callsFake(() => {
      secret[NEW_VERSION] = { stages, text: pendingText };
      throw new Error('the label is on another version');
    });
    expect((await failStep('finishSecret')).name).toBe(name);
  });

  it('stays the failure when nobody can tell where the labels are', async () => {
    serve(pendingRotation());
    service.on(UpdateSecretVersionStageCommand).callsFake(() => {
      service.on(DescribeSecretCommand).rejects(new Error('no answer'));
      throw new Error('cut off');
    });
    const failure = await failStep('finishSecret');
    expect(failure.name).toBe('SecretsManagerFailed');
    expect(failure.message).toContain('Secrets Manager did not carry out UpdateSecretVersionStage');
    expect(failure.cause).toMatchObject({ message: 'cut off' });
  });

  it('does not hide why the database refused the password', async () => {
    serve(pendingRotation());
    service.on(UpdateSecretVersionStageCommand).rejects(new Error('cut off'));
    const login = { host: 'db.example.com', port: 5432, username: 'app' };
    const refusal = new PasswordRefused(login, 'app', new Fault('too weak'));
    const setSecret = () => Promise.reject(refusal);
    const { work, lines } = startStep('setSecret', { strategy: strategyStub({ setSecret }) });
    await expect(work).rejects.toBe(refusal);
    expect(lines[0]).toMatchObject({
      level: 'warn',
      message: 'AWSPENDING could not be taken off',
      fields: { reason: expect.stringContaining('UpdateSecretVersionStage') },
    });
  });
});

describe.each([
  ['createSecret', 2],
  ['setSecret', 2],
  ['testSecret', 2],
  // The last one to see which labels are left to move.
  ['finishSecret', 3],
] as const)('%s', (step, looks) => {
  it('has nothing to do when a twin finished the rotation between its look and its reading', async () => {
    const secret = pendingRotation();
    serve(secret);
    service.on(GetSecretValueCommand).callsFake(async () => {
      await untilAllIsSent();
      await untilAllIsSent();
      finish(secret);
      throw new Error('the label is on another version');
    });
    expect(await runStep(step)).toBe('already-current');
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, looks);
  });

  it('has its strategy look at both versions', async () => {
    serve(pendingRotation());
    const strategy = strategyStub();
    await runStep(step, { strategy });
    expect(strategy.assertProposal).toHaveBeenCalledExactlyOnceWith(PAIR, {});
  });

  it('gives the rotation up whose proposal is for another AWSCURRENT', async () => {
    const secret = pendingRotation();
    serve(secret);
    const assertProposal = () => {
      throw new IdentityChanged('username', 'AWSCURRENT', 'AWSPENDING');
    };
    expect((await failStep(step, { strategy: strategyStub({ assertProposal }) })).name).toBe(
      'IdentityChanged',
    );
    expect(secret[NEW_VERSION]?.stages).toEqual([]);
    expect(secret[OLD_VERSION]?.stages).toEqual(['AWSCURRENT']);
  });

  it('keeps one that does not fit what was read as AWSCURRENT because the label is elsewhere', async () => {
    const secret = pendingRotation({ other: { stages: [], text: valueText() } });
    serve(secret);
    const assertProposal = () => {
      secret[OLD_VERSION] = { stages: ['AWSPREVIOUS'], text: valueText() };
      secret['other'] = { stages: ['AWSCURRENT'], text: valueText() };
      throw new IdentityChanged('username', 'AWSCURRENT', 'AWSPENDING');
    };
    expect((await failStep(step, { strategy: strategyStub({ assertProposal }) })).name).toBe(
      'IdentityChanged',
    );
    expect(secret[NEW_VERSION]?.stages).toEqual(['AWSPENDING']);
  });

  it('keeps one that nothing can be said about as the function is configured', async () => {
    const secret = pendingRotation();
    serve(secret);
    const misconfigured = new InvalidConfiguration('MANAGE_CLONES', 'is neither true nor false');
    const assertProposal = () => {
      throw misconfigured;
    };
    expect(await failStep(step, { strategy: strategyStub({ assertProposal }) })).toBe(misconfigured);
    expect(secret[NEW_VERSION]?.stages).toEqual(['AWSPENDING']);
  });

  it('has nothing to do with one that does not fit because a twin has made it AWSCURRENT', async () => {
    const secret = pendingRotation();
    serve(secret);
    const assertProposal = () => {
      finish(secret);
      throw new IdentityChanged('username', 'AWSCURRENT', 'AWSPENDING');
    };
    const strategy = strategyStub({ assertProposal });
    expect(await runStep(step, { strategy })).toBe('already-current');
    expect(service).not.toHaveReceivedCommand(UpdateSecretVersionStageCommand);
    for (const work of ['setSecret', 'testSecret', 'hold', 'settle'] as const) {
      expect(strategy[work]).not.toHaveBeenCalled();
    }
  });
});

describe('a value that is seen late', () => {
  it('of a twin is looked at together with AWSCURRENT', async () => {
    const secret = begunRotation();
    serve(secret);
    service.on(PutSecretValueCommand).callsFakeOnce(() => {
      secret[NEW_VERSION] = { stages: ['AWSPENDING'], text: pendingText };
      throw new ResourceExistsException({ message: 'the token is in use', $metadata: {} });
    });
    const strategy = strategyStub();
    expect(await runStep('createSecret', { strategy })).toBe('kept');
    expect(strategy.assertProposal).toHaveBeenCalledExactlyOnceWith(PAIR, {});
  });

  it('is not worked on when a twin has made it AWSCURRENT meanwhile', async () => {
    const secret = begunRotation();
    serve(secret);
    service.on(PutSecretValueCommand).callsFakeOnce(() => {
      secret[NEW_VERSION] = { stages: ['AWSPENDING'], text: pendingText };
      throw new ResourceExistsException({ message: 'the token is in use', $metadata: {} });
    });
    const assertProposal = () => {
      finish(secret);
      throw new IdentityChanged('username', 'AWSCURRENT', 'AWSPENDING');
    };
    const strategy = strategyStub({ assertProposal });
    expect(await runStep('createSecret', { strategy })).toBe('already-current');
    expect(secret[NEW_VERSION]?.stages).toEqual(['AWSCURRENT']);
  });
});
