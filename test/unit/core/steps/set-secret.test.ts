import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  Fault,
  LoginRejected,
  NoStoredLoginWorks,
  PasswordNotPutBack,
  PasswordRefused,
  type Rotation,
  type RotationStrategy,
  StatementFailed,
  type Versions,
} from '@rotation/core';
import { describe, expect, it, vi } from 'vitest';
import { CANARY, failureOf } from '../../support/canaries.ts';
import type { LogLine } from '../../support/captured-log.ts';
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
  type Secret,
  type StoredVersion,
  serve,
  service,
  untilAllIsSent,
} from '../../support/secrets-manager.ts';

const PENDING_QUERY = { VersionId: NEW_VERSION, VersionStage: 'AWSPENDING' };
const absent = () => new ResourceNotFoundException({ message: 'not there yet', $metadata: {} });

describe('setSecret', () => {
  it('hands the strategy both values, and reads nothing else', async () => {
    serve(pendingRotation());
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async () => true);

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
      async setSecret() {
        order.push('setSecret');
        return true;
      },
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

describe('a failure of the strategy', () => {
  const target = { host: 'db.example.com', port: 5432, username: 'app' };
  const fault = new Fault('what the server said');
  const failing = (error: Error) => async () => {
    throw error;
  };

  it('that says the password is refused takes AWSPENDING off, and stays the failure', async () => {
    const secret = pendingRotation();
    serve(secret);
    const refusal = new PasswordRefused(target, 'app', fault);

    const failure = await failStep('setSecret', { strategy: strategyStub({ setSecret: failing(refusal) }) });

    expect(failure).toBe(refusal);
    expect(failure.cause).toBe(fault);
    expect(service).toHaveReceivedCommandExactlyOnceWith(UpdateSecretVersionStageCommand, {
      SecretId: SECRET_ARN,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: NEW_VERSION,
      MoveToVersionId: undefined,
    });
    expect(secret[NEW_VERSION]?.stages).toEqual([]);
    expect(secret[OLD_VERSION]?.stages).toEqual(['AWSCURRENT']);
  });

  it.each([
    new PasswordNotPutBack(target, 'app', fault),
    new LoginRejected(target, fault),
    new NoStoredLoginWorks([], new LoginRejected(target, new PasswordRefused(target, 'app', fault))),
    new StatementFailed(target, 'set the password', fault),
    new RangeError('a bug'),
  ])('of another kind leaves every label where it is: $name', async (error) => {
    const secret = pendingRotation();
    serve(secret);
    await failStep('setSecret', { strategy: strategyStub({ setSecret: failing(error) }) });
    expect(service).not.toHaveReceivedCommand(UpdateSecretVersionStageCommand);
    expect(secret[NEW_VERSION]?.stages).toEqual(['AWSPENDING']);
  });

  it('leaves every label where it is in testSecret', async () => {
    serve(pendingRotation());
    const testSecret = failing(new PasswordRefused(target, 'app', fault));
    const failure = await failStep('testSecret', { strategy: strategyStub({ testSecret }) });
    expect(failure.name).toBe('PasswordRefused');
    expect(service).not.toHaveReceivedCommand(UpdateSecretVersionStageCommand);
  });
});

describe('what a strategy can ask for', () => {
  it('reads AWSPREVIOUS when asked, and not before', async () => {
    const value = { stages: ['AWSPREVIOUS'], text: valueText({ password: CANARY.previous }) };
    serve(pendingRotation({ [OLDEST_VERSION]: value }));
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async (_versions, rotation) => {
      expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 2);
      expect((await rotation.previous())?.password.reveal()).toBe(CANARY.previous);
      return true;
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
      return true;
    });
    const { work, lines } = startStep('setSecret', { strategy: strategyStub({ setSecret }) });
    await work;
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(warnings);
  });

  it('reads the AWSCURRENT value of another secret', async () => {
    serve(pendingRotation());
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async ({ current }, rotation) => {
      const admin = await rotation.otherSecret(SUPERUSER_ARN, 'superuser secret', current);
      expect(admin.password.reveal()).toBe(CANARY.superuser);
      expect(admin.version).toBe('superuser secret');
      return true;
    });
    await runStep('setSecret', { strategy: strategyStub({ setSecret }) });
    expect(service).toHaveReceivedLastCommandWith(GetSecretValueCommand, { SecretId: SUPERUSER_ARN });
  });

  describe('the versions without a label', () => {
    const readById = () =>
      service
        .commandCalls(GetSecretValueCommand)
        .map(({ args }) => args[0].input)
        .filter(({ VersionId, VersionStage }) => VersionId !== undefined && VersionStage === undefined)
        .map(({ VersionId }) => VersionId);

    it('come the newest first, each read when it is asked for', async () => {
      serve(
        pendingRotation({
          v3: cancelled(3),
          v7: cancelled(7),
          v1: cancelled(1),
          labelled: { ...cancelled(9), stages: ['blue'] },
          v5: cancelled(5),
          v6: cancelled(6),
          v2: cancelled(2),
          v4: cancelled(4),
        }),
      );
      const found: string[] = [];
      await settingWith(async (rotation) => {
        for await (const { version, password } of rotation.unlabelled())
          found.push(`${version}: ${password.reveal()}`);
      });
      expect(found).toEqual([
        'version v7: password 7',
        'version v6: password 6',
        'version v5: password 5',
        'version v4: password 4',
        'version v3: password 3',
        'version v2: password 2',
        'version v1: password 1',
      ]);
      expect(service).toHaveReceivedCommandTimes(ListSecretVersionIdsCommand, 1);
      expect(readById()).toEqual(['v7', 'v6', 'v5', 'v4', 'v3', 'v2', 'v1']);
    });

    it('are read one by one, as far as they are asked for', async () => {
      serve(pendingRotation({ v1: cancelled(1), v2: cancelled(2), v3: cancelled(3) }));
      await settingWith(async (rotation) => {
        const versions = rotation.unlabelled();
        expect(service).not.toHaveReceivedCommand(ListSecretVersionIdsCommand);
        for await (const { version } of versions) if (version === 'version v2') break;
      });
      expect(readById()).toEqual(['v3', 'v2']);
    });

    it('leave out what no login can be read from, with a warning', async () => {
      serve(
        pendingRotation({
          v1: cancelled(1),
          v2: { ...cancelled(2), text: CANARY.previous },
          v3: { ...cancelled(3), binary: true },
          v4: { ...cancelled(4), text: valueText({ engine: 'mysql' }) },
          v5: { ...cancelled(5), text: undefined },
        }),
      );
      const found: string[] = [];
      const lines = await settingWith(async (rotation) => {
        for await (const { version } of rotation.unlabelled()) found.push(version);
      });
      expect(found).toEqual(['version v1']);
      expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
        { message: 'a value is left out of account', fields: { version: 'version v4' } },
        { message: 'a value is left out of account', fields: { version: 'version v3' } },
        { message: 'a value is left out of account', fields: { version: 'version v2' } },
      ]);
    });

    it('fail the step when the service fails', async () => {
      serve(pendingRotation({ v1: cancelled(1) }));
      service.on(GetSecretValueCommand, { VersionId: 'v1' }).rejects(new Error('the connection was cut'));
      const setSecret = async (_versions: unknown, rotation: Rotation) => {
        for await (const { version } of rotation.unlabelled()) expect(version).toBeUndefined();
        return true;
      };
      const failure = await failStep('setSecret', { strategy: strategyStub({ setSecret }) });
      expect(failure.name).toBe('SecretsManagerFailed');
      expect(failure.message).toContain('GetSecretValue');
    });
  });

  describe('that the rotation is still under way', () => {
    it('is seen in another look at the labels', async () => {
      serve(pendingRotation());
      await settingWith(async (rotation, { current }) => {
        expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 1);
        await rotation.assertStillPending(current);
        expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 2);
      });
      expect(service.calls()).toHaveLength(4);
    });

    it.each([
      ['it was cancelled', 'UnknownToken', cancel([])],
      ['it was cancelled and has another label', 'TokenNotPending', cancel(['blue'])],
      ['a twin finished it', 'TokenNotPending', cancel(['AWSCURRENT'])],
      ['a twin finished it but for AWSPENDING', 'TokenNotPending', cancel(['AWSCURRENT', 'AWSPENDING'])],
      [
        'rotation was turned off',
        'RotationNotEnabled',
        (secret: Secret) => serve(secret, { description: { RotationEnabled: false } }),
      ],
    ])('is denied when %s', async (_case, name, happen) => {
      const secret = pendingRotation();
      serve(secret);
      const setSecret = async ({ current }: Versions, rotation: Rotation) => {
        happen(secret);
        await rotation.assertStillPending(current);
        return true;
      };
      expect((await failStep('setSecret', { strategy: strategyStub({ setSecret }) })).name).toBe(name);
    });

    it('is denied when AWSCURRENT is another version than that which was read', async () => {
      const secret = pendingRotation({ other: { stages: [], text: valueText() } });
      serve(secret);
      const setSecret = async ({ current }: Versions, rotation: Rotation) => {
        Object.assign(secret[OLD_VERSION] ?? {}, { stages: ['AWSPREVIOUS'] });
        Object.assign(secret['other'] ?? {}, { stages: ['AWSCURRENT'] });
        await rotation.assertStillPending(current);
        return true;
      };
      const failure = await failStep('setSecret', { strategy: strategyStub({ setSecret }) });
      expect(failure.name).toBe('CurrentMoved');
      // The next try reads AWSCURRENT anew.
      expect(secret[NEW_VERSION]?.stages).toEqual(['AWSPENDING']);
    });
  });
});

/** A version that lost its label, created at a time of its own. */
function cancelled(number: number): StoredVersion {
  return {
    stages: [],
    text: valueText({ password: `password ${number}` }),
    created: new Date(Date.UTC(2026, 0, number)),
  };
}

function cancel(stages: readonly string[]): (secret: Secret) => void {
  return (secret) => {
    secret[NEW_VERSION] = { ...secret[NEW_VERSION], stages };
  };
}

/** Runs setSecret with a strategy that does this, and returns what was logged. */
async function settingWith(
  work: (rotation: Rotation, versions: Versions) => Promise<void>,
): Promise<readonly LogLine[]> {
  const setSecret = vi.fn<RotationStrategy['setSecret']>(async (versions, rotation) => {
    await work(rotation, versions);
    return true;
  });
  const started = startStep('setSecret', { strategy: strategyStub({ setSecret }) });
  await started.work;
  expect(setSecret).toHaveBeenCalledOnce();
  return started.lines;
}
