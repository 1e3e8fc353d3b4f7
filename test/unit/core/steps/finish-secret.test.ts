import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { Fault, HostUnreachable, LoginRejected, type RotationStrategy } from '@rotation/core';
import { describe, expect, it, vi } from 'vitest';
import { failureOf } from '../../support/canaries.ts';
import { failStep, heldLogin, runStep, startStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, OLDEST_VERSION, SECRET_ARN } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  holdAnswers,
  pendingRotation,
  type Secret,
  serve,
  service,
  untilAllIsSent,
} from '../../support/secrets-manager.ts';

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
  MoveToVersionId: undefined,
};
const READ_CURRENT = { SecretId: SECRET_ARN, VersionId: undefined, VersionStage: 'AWSCURRENT' };
const READ_PENDING = { SecretId: SECRET_ARN, VersionId: NEW_VERSION, VersionStage: 'AWSPENDING' };

const moves = () => service.commandCalls(UpdateSecretVersionStageCommand).map(({ args }) => args[0].input);
const stages = (secret: Secret) => ({ new: secret[NEW_VERSION]?.stages, old: secret[OLD_VERSION]?.stages });

interface Labels {
  readonly new: readonly string[];
  readonly old: readonly string[];
}
const BOTH_LABELS: Labels = { new: ['AWSPENDING', 'AWSCURRENT'], old: ['AWSPREVIOUS'] };
const FINISHED: Labels = { new: ['AWSCURRENT'], old: ['AWSPREVIOUS'] };
const BOTH_MOVES = [
  { move: 'that of AWSCURRENT', input: MOVE_CURRENT, after: BOTH_LABELS },
  { move: 'that of AWSPENDING', input: TAKE_PENDING_OFF, after: FINISHED },
];

function label(secret: Secret, labels: Labels): void {
  secret[NEW_VERSION] = { ...secret[NEW_VERSION], stages: labels.new };
  secret[OLD_VERSION] = { ...secret[OLD_VERSION], stages: labels.old };
}

describe('finishSecret', () => {
  it('moves AWSCURRENT, then takes AWSPENDING off', async () => {
    const secret = pendingRotation();
    serve(secret);

    expect(await runStep('finishSecret')).toBe('done');

    expect(moves()).toEqual([MOVE_CURRENT, TAKE_PENDING_OFF]);
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 2);
    expect(service).toHaveReceivedCommandWith(GetSecretValueCommand, READ_CURRENT);
    expect(service).toHaveReceivedCommandWith(GetSecretValueCommand, READ_PENDING);
    expect(service.calls()).toHaveLength(6);
    expect(stages(secret)).toEqual(FINISHED);
  });

  it('moves AWSCURRENT while its strategy holds the login, and has it settle what is left before AWSPENDING goes', async () => {
    const events: string[] = [];
    serve(pendingRotation(), { watch: (point) => events.push(point) });
    const hold = async () => {
      events.push('held');
      return heldLogin({
        assertHeld: async () => void events.push('still held'),
        [Symbol.asyncDispose]: async () => void events.push('let go'),
      });
    };
    const settle = async () => void events.push('settled');
    await runStep('finishSecret', { strategy: strategyStub({ hold, settle }) });
    expect(events.slice(events.indexOf('held'))).toEqual([
      'held',
      'before DescribeSecret',
      'after DescribeSecret',
      'still held',
      'before UpdateSecretVersionStage',
      'after UpdateSecretVersionStage',
      'let go',
      'settled',
      'before UpdateSecretVersionStage',
      'after UpdateSecretVersionStage',
    ]);
  });

  it('has its strategy hold the login that it has compared with AWSCURRENT', async () => {
    serve(pendingRotation());
    const strategy = strategyStub();
    await runStep('finishSecret', { strategy });
    const versions = {
      current: expect.objectContaining({ version: 'AWSCURRENT' }),
      pending: expect.objectContaining({ version: 'AWSPENDING' }),
    };
    expect(strategy.assertProposal).toHaveBeenCalledExactlyOnceWith(versions, {});
    expect(strategy.hold).toHaveBeenCalledExactlyOnceWith(versions, expect.anything());
  });

  it('tells what settles the rest that it has held the login', async () => {
    serve(pendingRotation());
    const strategy = strategyStub();
    await runStep('finishSecret', { strategy });
    expect(strategy.settle).toHaveBeenCalledExactlyOnceWith(
      {
        current: expect.objectContaining({ version: 'AWSCURRENT' }),
        pending: expect.objectContaining({ version: 'AWSPENDING' }),
        isProven: true,
      },
      expect.anything(),
    );
  });

  it('moves nothing when the login cannot be held, or was replaced before it was', async () => {
    const secret = pendingRotation();
    serve(secret);
    const refused = new HostUnreachable({ host: 'db', port: 5432, username: 'app' }, new Fault('cut off'));
    const hold = vi.fn<RotationStrategy['hold']>().mockRejectedValueOnce(refused);
    expect(await failStep('finishSecret', { strategy: strategyStub({ hold }) })).toBe(refused);

    hold.mockImplementationOnce(async () => {
      label(secret, { new: ['blue'], old: ['AWSCURRENT'] });
      return heldLogin();
    });
    expect((await failStep('finishSecret', { strategy: strategyStub({ hold }) })).name).toBe(
      'TokenNotPending',
    );
    expect(moves()).toEqual([]);
  });

  it('moves nothing once the session has ended that holds the login', async () => {
    serve(pendingRotation());
    const ended = new HostUnreachable({ host: 'db', port: 5432, username: 'app' }, new Fault('cut off'));
    const hold = async () => heldLogin({ assertHeld: () => Promise.reject(ended) });
    expect(await failStep('finishSecret', { strategy: strategyStub({ hold }) })).toBe(ended);
    expect(moves()).toEqual([]);
  });

  it('says that the rotation was replaced where that is why the login is rejected', async () => {
    const secret = pendingRotation();
    serve(secret);
    const hold = async () => {
      label(secret, { new: ['blue'], old: ['AWSCURRENT'] });
      throw new LoginRejected({ host: 'db', port: 5432, username: 'app' }, new Fault('no'));
    };
    expect((await failStep('finishSecret', { strategy: strategyStub({ hold }) })).name).toBe(
      'TokenNotPending',
    );
  });

  it('fails with what else keeps it from the login, even where the rotation was replaced', async () => {
    const secret = pendingRotation();
    serve(secret);
    const unreachable = new HostUnreachable({ host: 'db', port: 5432, username: 'app' }, new Fault('gone'));
    const hold = async () => {
      label(secret, { new: ['blue'], old: ['AWSCURRENT'] });
      throw unreachable;
    };
    expect(await failStep('finishSecret', { strategy: strategyStub({ hold }) })).toBe(unreachable);
  });

  it('has nothing left to do when a twin finished the rotation before it held the login', async () => {
    const secret = pendingRotation();
    serve(secret);
    const hold = async () => {
      label(secret, FINISHED);
      return heldLogin();
    };
    const strategy = strategyStub({ hold });
    expect(await runStep('finishSecret', { strategy })).toBe('done');
    expect(moves()).toEqual([]);
    expect(strategy.settle).not.toHaveBeenCalled();
  });

  it('gives nobody a login that a secret without AWSCURRENT has nothing to compare with', async () => {
    serve(pendingRotation({ [OLD_VERSION]: { stages: [] } }));
    const strategy = strategyStub();
    expect((await failStep('finishSecret', { strategy })).name).toBe('NoCurrentVersion');
    expect(strategy.hold).not.toHaveBeenCalled();
    expect(moves()).toEqual([]);
  });

  it('run twice changes nothing more', async () => {
    const secret = pendingRotation();
    serve(secret);
    await runStep('finishSecret');
    expect(await runStep('finishSecret')).toBe('already-current');
    expect(moves()).toHaveLength(2);
    expect(stages(secret)).toEqual(FINISHED);
  });

  it.each(BOTH_MOVES)(
    'fails as the service did when $move was not made, and can be run again',
    async ({ input }) => {
      const secret = pendingRotation();
      serve(secret);
      service.on(UpdateSecretVersionStageCommand, input).rejectsOnce(new Error('the connection was cut'));

      const failure = await failStep('finishSecret');

      expect(failure.name).toBe('SecretsManagerFailed');
      expect(failure.message).toContain('Secrets Manager did not carry out UpdateSecretVersionStage');
      expect(failure.cause).toMatchObject({ message: 'the connection was cut' });

      serve(secret);
      expect(await runStep('finishSecret')).toBe('done');
      expect(stages(secret)).toEqual(FINISHED);
    },
  );

  it.each(BOTH_MOVES)('goes on when $move was made and the answer was lost', async ({ input, after }) => {
    const secret = pendingRotation();
    serve(secret);
    service.on(UpdateSecretVersionStageCommand, input).callsFakeOnce(() => {
      label(secret, after);
      throw new Error('the connection was cut');
    });

    expect(await runStep('finishSecret')).toBe('done');

    expect(moves()).toEqual([MOVE_CURRENT, TAKE_PENDING_OFF]);
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 3);
    expect(stages(secret)).toEqual(FINISHED);
  });

  it.each([
    ['made the first move', 1, BOTH_LABELS],
    ['made both moves', 1, FINISHED],
    ['made the second move', 2, FINISHED],
  ])('goes on when a twin %s before its own move %i', async (_case, ownMove, after) => {
    const secret = pendingRotation();
    let begun = 0;
    serve(secret, {
      watch: (point) => {
        if (point === 'before UpdateSecretVersionStage' && ++begun === ownMove) label(secret, after);
      },
    });

    expect(await runStep('finishSecret')).toBe('done');

    expect(moves()).toEqual([MOVE_CURRENT, TAKE_PENDING_OFF]);
    expect(stages(secret)).toEqual(FINISHED);
  });

  it('fails when another version than its own became AWSCURRENT meanwhile', async () => {
    const secret = pendingRotation();
    const watch = (point: string) => {
      if (point !== 'before UpdateSecretVersionStage') return;
      label(secret, { new: ['AWSPENDING'], old: ['AWSPREVIOUS'] });
      secret[OLDEST_VERSION] = { stages: ['AWSCURRENT'], text: valueText() };
    };
    serve(secret, { watch });

    const failure = await failStep('finishSecret');

    expect(failure.name).toBe('SecretsManagerFailed');
    expect(failure.cause).toMatchObject({ message: 'the label is on another version' });
    expect(moves()).toEqual([MOVE_CURRENT]);
    expect(secret[OLDEST_VERSION]?.stages).toEqual(['AWSCURRENT']);
  });

  it('does not take AWSPENDING off when AWSCURRENT could not be moved', async () => {
    const secret = pendingRotation();
    serve(secret);
    service.on(UpdateSecretVersionStageCommand).rejects(new Error('the connection was cut'));
    await failStep('finishSecret');
    expect(moves()).toHaveLength(1);
  });

  it('never gives AWSCURRENT to a version without a value', async () => {
    const secret = pendingRotation({ [NEW_VERSION]: { stages: ['AWSPENDING'] } });
    serve(secret);
    expect((await failStep('finishSecret')).name).toBe('NoPendingValue');
    expect(moves()).toEqual([]);
  });

  it.each([
    ['text that is no database login', { text: 'no JSON' }],
    ['bytes', { binary: true as const }],
  ])('never gives AWSCURRENT to %s', async (_case, value) => {
    serve(pendingRotation({ [NEW_VERSION]: { stages: ['AWSPENDING'], ...value } }));
    const failure = await failStep('finishSecret');
    expect(failure.name).toBe('InvalidSecretValue');
    expect(failure.message).toContain('AWSPENDING');
    expect(moves()).toEqual([]);
  });

  it('moves nothing when AWSPENDING cannot be read', async () => {
    serve(pendingRotation());
    service.on(GetSecretValueCommand).rejects(new Error('the connection was cut'));
    const failure = await failStep('finishSecret');
    expect(failure.name).toBe('SecretsManagerFailed');
    expect(failure.message).toContain('GetSecretValue');
    expect(moves()).toEqual([]);
  });

  describe('of a version that is AWSCURRENT already', () => {
    it('has its strategy settle what is left, and takes AWSPENDING off', async () => {
      const secret = pendingRotation();
      label(secret, BOTH_LABELS);
      serve(secret);
      const strategy = strategyStub();
      expect(await runStep('finishSecret', { strategy })).toBe('done');
      expect(strategy.hold).not.toHaveBeenCalled();
      expect(strategy.settle).toHaveBeenCalledExactlyOnceWith(
        {
          current: expect.objectContaining({ version: 'AWSPREVIOUS' }),
          pending: expect.objectContaining({ version: 'AWSCURRENT' }),
          isProven: false,
        },
        expect.anything(),
      );
      expect(moves()).toEqual([TAKE_PENDING_OFF]);
      expect(stages(secret)).toEqual(FINISHED);
    });

    it('has nothing to settle where the secret has no AWSPREVIOUS', async () => {
      const secret = pendingRotation();
      label(secret, { new: BOTH_LABELS.new, old: [] });
      serve(secret);
      const strategy = strategyStub();
      expect(await runStep('finishSecret', { strategy })).toBe('done');
      expect(strategy.settle).not.toHaveBeenCalled();
      expect(moves()).toEqual([TAKE_PENDING_OFF]);
    });

    it.each([
      ['it cannot be read', () => void service.on(GetSecretValueCommand).rejects(new Error('cut')), {}],
      ['it cannot be settled', () => {}, { settle: () => Promise.reject(new Error('cut')) }],
    ])('leaves AWSPENDING for the next try when %s', async (_case, happen, replaced) => {
      const secret = pendingRotation();
      label(secret, BOTH_LABELS);
      serve(secret);
      happen();
      await failStep('finishSecret', { strategy: strategyStub(replaced) });
      expect(moves()).toEqual([]);
    });
  });

  it('starts all its reading before any of it is answered', async () => {
    const answer = holdAnswers();
    const { work } = startStep('finishSecret');
    await untilAllIsSent();
    expect(service).toHaveReceivedCommandExactlyOnceWith(DescribeSecretCommand, { SecretId: SECRET_ARN });
    expect(service).toHaveReceivedCommandWith(GetSecretValueCommand, READ_PENDING);
    expect(service).toHaveReceivedCommandWith(GetSecretValueCommand, READ_CURRENT);
    expect(service.calls()).toHaveLength(3);
    answer();
    await failureOf(work);
  });
});
