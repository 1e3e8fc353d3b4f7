import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../support/canaries.ts';
import { failStep, runStep, startStep } from '../../support/invoke.ts';
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
const READ_PENDING = { SecretId: SECRET_ARN, VersionId: NEW_VERSION, VersionStage: undefined };

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
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 1);
    expect(service).toHaveReceivedCommandExactlyOnceWith(GetSecretValueCommand, READ_PENDING);
    expect(service.calls()).toHaveLength(4);
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
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 2);
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

  it('takes AWSPENDING off a version that is AWSCURRENT already, whether it can be read or not', async () => {
    const secret = pendingRotation();
    label(secret, BOTH_LABELS);
    serve(secret);
    service.on(GetSecretValueCommand).rejects(new Error('the connection was cut'));
    expect(await runStep('finishSecret')).toBe('done');
    expect(moves()).toEqual([TAKE_PENDING_OFF]);
    expect(stages(secret)).toEqual(FINISHED);
  });

  it('starts all its reading before any of it is answered', async () => {
    const answer = holdAnswers();
    const { work } = startStep('finishSecret');
    await untilAllIsSent();
    expect(service).toHaveReceivedCommandExactlyOnceWith(DescribeSecretCommand, { SecretId: SECRET_ARN });
    expect(service).toHaveReceivedCommandExactlyOnceWith(GetSecretValueCommand, READ_PENDING);
    expect(service.calls()).toHaveLength(2);
    answer();
    await failureOf(work);
  });
});
