import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type Rotation, rotationHandler, type Versions } from '@rotation/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureOf, witness } from '../support/canaries.ts';
import { failStep, startStep, strategyStub } from '../support/invoke.ts';
import {
  lambdaContext,
  NEW_VERSION,
  OLD_VERSION,
  rotationEvent,
  SUPERUSER_ARN,
} from '../support/rotation-event.ts';
import { POSTGRES, valueText } from '../support/secret-values.ts';
import { begunRotation, pendingRotation, serve, service } from '../support/secrets-manager.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A strategy whose setSecret is this. */
const setting = (work: (rotation: Rotation, versions: Versions) => Promise<unknown>) =>
  strategyStub({
    async setSecret(versions, rotation) {
      await work(rotation, versions);
      return true;
    },
  });

describe('the log', () => {
  it('says how long an invocation took', async () => {
    vi.spyOn(process, 'hrtime').mockReturnValueOnce([1, 200_000]).mockReturnValueOnce([3, 500_900_000]);
    const { work, lines } = startStep('setSecret', { event: {} });
    await failureOf(work);
    expect(lines[0]?.fields['durationMs']).toBe(2_501);
  });

  it('has the warnings of a strategy, with their fields and those of the step', async () => {
    serve(pendingRotation());
    const written: unknown[] = [];
    const keep = (chunk: unknown) => Boolean(written.push(JSON.parse(witness(String(chunk)))));
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    const strategy = setting(async ({ log }) => {
      log.warn('look out', { candidate: 'AWSPREVIOUS' });
      log.warn('look out again');
    });
    await rotationHandler(strategy, { environment: {} })(rotationEvent('setSecret'), lambdaContext());
    expect(written).toMatchObject([
      { level: 'WARN', message: 'look out', candidate: 'AWSPREVIOUS', versionId: NEW_VERSION },
      { level: 'WARN', message: 'look out again', step: 'setSecret' },
      { level: 'INFO', message: 'step succeeded' },
    ]);
  });
});

describe('what a strategy asks for', () => {
  it('is read once, and once for each place', async () => {
    serve(pendingRotation({ older: { stages: ['AWSPREVIOUS'], text: valueText() } }));
    await startStep('setSecret', {
      strategy: setting(async (rotation, { current }) => {
        const read = (replaced = {}) =>
          rotation.otherSecret(SUPERUSER_ARN, 'superuser secret', { ...current, ...replaced });
        const first = await read();
        expect(await read()).toBe(first);
        expect((await failureOf(read({ port: 1 }))).name).toBe('SuperuserSecretRefused');
        expect(await rotation.previous()).toBe(await rotation.previous());
      }),
    }).work;
    const superuser = { SecretId: SUPERUSER_ARN };
    const calls = service.commandCalls(GetSecretValueCommand, superuser);
    expect(calls).toHaveLength(2);
    expect(service.commandCalls(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' })).toHaveLength(1);
  });

  it('fails by the call’s name when the superuser secret cannot be read', async () => {
    serve(pendingRotation());
    service.on(GetSecretValueCommand, { SecretId: SUPERUSER_ARN }).rejects(new Error('cut off'));
    const failure = await failStep('setSecret', {
      strategy: setting((rotation, { current }) =>
        rotation.otherSecret(SUPERUSER_ARN, 'superuser secret', current),
      ),
    });
    expect(failure.message).toContain('Secrets Manager did not carry out GetSecretValue (Error).');
  });

  it.each([
    [['AWSPENDING'], ['AWSCURRENT'], false],
    [['AWSCURRENT'], ['AWSPREVIOUS'], true],
    [['AWSCURRENT', 'AWSPENDING'], ['AWSPREVIOUS'], true],
    [['AWSCURRENT'], ['AWSPENDING'], false],
  ])(
    'is told whether its version is AWSCURRENT for good: with %j beside %j, %s',
    async (own, other, expected) => {
      const secret = pendingRotation();
      serve(secret);
      const { work } = startStep('setSecret', {
        strategy: setting(async (rotation) => {
          secret[NEW_VERSION] = { stages: own, text: valueText() };
          secret[OLD_VERSION] = { stages: other, text: valueText() };
          expect(await rotation.isCurrent()).toBe(expected);
        }),
      });
      await work;
    },
  );

  it('is denied with the label that a finished rotation has', async () => {
    const secret = pendingRotation();
    serve(secret);
    const failure = await failStep('setSecret', {
      strategy: setting((rotation, { current }) => {
        secret[NEW_VERSION] = { stages: ['AWSCURRENT'], text: valueText() };
        return rotation.assertStillPending(current);
      }),
    });
    expect(failure.message).toContain('(its labels: AWSCURRENT)');
  });

  it('does not take a bug of ours for a value that no login can be read from', async () => {
    const secret = begunRotation({ older: { stages: ['AWSPREVIOUS'], text: valueText() } });
    serve(secret);
    let hasBug = false;
    const engine = {
      ...POSTGRES,
      get secretEngines() {
        if (hasBug) throw new RangeError('a bug');
        return POSTGRES.secretEngines;
      },
    };
    const strategy = strategyStub({
      engine,
      async nextUsername(_current, rotation) {
        hasBug = true;
        return (await rotation.previous())?.username ?? 'app';
      },
    });
    const failure = await failStep('createSecret', { strategy });
    expect(failure.name).toBe('UnexpectedFailure');
    expect(failure.message).toContain('An unforeseen RangeError was thrown.');
  });
});
