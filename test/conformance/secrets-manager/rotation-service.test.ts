import { describe, expect, it } from 'vitest';
import { faulty, honestFunction, LAMBDA, rotating } from './rotating.ts';
import { expectRefusal, labels, put, readValue, V1, V2, V3 } from './subject.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('a rotation', () => {
  it('runs the four steps in order, with the same ids', async () => {
    await using rotation = await rotating(honestFunction);
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    const { ARN } = await rotation.api.describeSecret({ SecretId: rotation.id });
    expect(rotation.events.map((event) => event.Step)).toEqual(STEPS);
    expect(new Set(rotation.events.map((event) => event.SecretId))).toEqual(new Set([ARN]));
    expect(new Set(rotation.events.map((event) => event.ClientRequestToken))).toEqual(new Set([V2]));
  });

  it('passes a RotationToken, the same to each step, and another one in the next rotation', async () => {
    await using rotation = await rotating(honestFunction);
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    await rotation.api.rotateSecret({ SecretId: rotation.id, ClientRequestToken: V3 });
    await rotation.service.rotations.settled(rotation.id);
    const tokens = rotation.events.map((event) => event.RotationToken);
    expect(new Set(tokens.slice(0, 4)).size).toBe(1);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens[0]).toMatch(/^[a-zA-Z0-9-]{36,256}$/);
  });

  it('is answered before its first step begins, and with no value to read', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    await using rotation = await rotating(faulty(() => gate));
    await rotation.rotate();
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
    await expectRefusal(
      rotation.api.getSecretValue({ SecretId: rotation.id, VersionId: V2 }),
      'ResourceNotFoundException',
    );
    open();
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({ kind: 'succeeded' });
  });

  it('succeeds when AWSPENDING is gone', async () => {
    await using rotation = await rotating(honestFunction);
    await rotation.rotate();
    expect(await rotation.service.rotations.settled(rotation.id)).toEqual({
      kind: 'succeeded',
      versionId: V2,
      failures: [],
    });
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] });
    expect(await readValue(rotation.api, rotation.id)).toBe('two');
  });

  it('succeeds when AWSPENDING is left on AWSCURRENT, and can be started anew', async () => {
    await using rotation = await rotating((api) => async ({ Step, SecretId, ClientRequestToken }) => {
      if (Step === 'finishSecret') {
        await put(api, SecretId, ClientRequestToken, 'two', ['AWSCURRENT', 'AWSPENDING']);
      }
    });
    await rotation.rotate();
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({ kind: 'succeeded' });
    expect(await labels(rotation.api, rotation.id)).toEqual({
      [V1]: ['AWSPREVIOUS'],
      [V2]: ['AWSCURRENT', 'AWSPENDING'],
    });
    await rotation.api.rotateSecret({ SecretId: rotation.id, ClientRequestToken: V3 });
  });

  it('that left AWSPENDING on AWSCURRENT loses it to a later value, and is not abandoned', async () => {
    await using rotation = await rotating((api) => async ({ Step, SecretId, ClientRequestToken }) => {
      if (Step === 'finishSecret') {
        await put(api, SecretId, ClientRequestToken, 'two', ['AWSCURRENT', 'AWSPENDING']);
      }
    });
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    await put(rotation.api, rotation.id, V3, "a person's");
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] });
    expect(rotation.progress.map((seen) => seen.kind)).not.toContain('RotationAbandoned');
  });

  it('fails when every step succeeds and AWSPENDING is on another version than AWSCURRENT', async () => {
    await using rotation = await rotating(() => async () => {}, { attempts: 1 });
    await rotation.rotate();
    const outcome = await rotation.service.rotations.settled(rotation.id);
    expect(outcome).toMatchObject({ kind: 'failed', failures: [{ attempt: 1, step: 'finishSecret' }] });
    expect(String(outcome.failures[0]?.error)).toContain(`AWSPENDING is on version ${V2}`);
  });

  it('tells when it rotated last, and when it will next', async () => {
    await using rotation = await rotating(honestFunction);
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    const { LastRotatedDate, NextRotationDate } = await rotation.api.describeSecret({
      SecretId: rotation.id,
    });
    const rotated = LastRotatedDate?.getTime() ?? 0;
    expect(Math.abs(Date.now() - rotated)).toBeLessThan(60_000);
    expect((NextRotationDate?.getTime() ?? 0) - rotated).toBe(2_592_000_000); // 30 days
  });

  it('is repeated without effect when its token is sent again', async () => {
    await using rotation = await rotating(honestFunction);
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    await rotation.rotate();
    expect(rotation.events).toHaveLength(4);
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] });
  });
});

describe('a failed step', () => {
  it('has the entire rotation run again, with the same token', async () => {
    let tests = 0;
    const failFirstTest = faulty(({ Step }) => {
      if (Step === 'testSecret' && ++tests === 1) throw new Error('database is restarting');
    });
    await using rotation = await rotating(failFirstTest);
    await rotation.rotate();
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({
      kind: 'succeeded',
      failures: [{ attempt: 1, step: 'testSecret', error: new Error('database is restarting') }],
    });
    expect(rotation.events.map((event) => event.Step)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      ...STEPS,
    ]);
    expect(new Set(rotation.events.map((event) => event.ClientRequestToken))).toEqual(new Set([V2]));
  });

  it('fails the rotation after three attempts, and blocks the next one', async () => {
    const failSet = faulty(({ Step }) => {
      if (Step === 'setSecret') throw new Error('no route to host');
    });
    await using rotation = await rotating(failSet);
    await rotation.rotate();
    const outcome = await rotation.service.rotations.settled(rotation.id);
    expect(outcome.kind).toBe('failed');
    expect(outcome.failures.map(({ attempt, step }) => [attempt, step])).toEqual([
      [1, 'setSecret'],
      [2, 'setSecret'],
      [3, 'setSecret'],
    ]);
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
    expect((await rotation.api.describeSecret({ SecretId: rotation.id })).LastRotatedDate).toBeUndefined();
    await expectRefusal(
      rotation.api.rotateSecret({ SecretId: rotation.id, ClientRequestToken: V3 }),
      'InvalidRequestException',
      "A previous rotation isn't complete.",
    );
  });

  it('is made good by a later reattempt, with the same token', async () => {
    let reachable = false;
    const failUntilReachable = faulty(({ Step }) => {
      if (Step === 'setSecret' && !reachable) throw new Error('no route to host');
    });
    await using rotation = await rotating(failUntilReachable, { attempts: 1 });
    await rotation.rotate();
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({ kind: 'failed' });
    reachable = true;
    expect(await rotation.service.rotations.reattempt(rotation.id)).toMatchObject({
      kind: 'succeeded',
      versionId: V2,
    });
    expect(await readValue(rotation.api, rotation.id)).toBe('two');
  });
});

describe('a rotation that is ended from outside', () => {
  it('is abandoned for a value that a person stores', async () => {
    const personIntervenes = faulty(async ({ Step, SecretId }, api) => {
      if (Step === 'setSecret') await put(api, SecretId, V3, "a person's");
    });
    await using rotation = await rotating(personIntervenes);
    await rotation.rotate();
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({ kind: 'abandoned' });
    expect(rotation.events.map((event) => event.Step)).toEqual(['createSecret', 'setSecret']);
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] });
    expect(await readValue(rotation.api, rotation.id, { VersionId: V2 })).toBe('two');
  });

  it('is cancelled with its AWSPENDING version left', async () => {
    const personCancels = faulty(async ({ Step, SecretId }, api) => {
      if (Step === 'setSecret') await api.cancelRotateSecret({ SecretId });
    });
    await using rotation = await rotating(personCancels);
    await rotation.rotate();
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({ kind: 'cancelled' });
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
    expect((await rotation.api.describeSecret({ SecretId: rotation.id })).RotationEnabled).toBe(false);
  });

  it('ends with the service, without waiting out its pause', async () => {
    const failAlways = faulty(() => {
      throw new Error('no route to host');
    });
    await using rotation = await rotating(failAlways, { pauseMs: 3_600_000 });
    await rotation.rotate();
    const settled = rotation.service.rotations.settled(rotation.id);
    await rotation.service.stop();
    expect(await settled).toMatchObject({ kind: 'stopped' });
  });

  it('fails when the secret is deleted meanwhile', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    await using rotation = await rotating(() => () => gate, { attempts: 1 });
    await rotation.rotate();
    const settled = rotation.service.rotations.settled(rotation.id);
    await rotation.api.deleteSecret({ SecretId: rotation.id, ForceDeleteWithoutRecovery: true });
    open();
    expect(await settled).toMatchObject({ kind: 'failed', failures: [{ step: 'finishSecret' }] });
  });
});

describe('RotateImmediately=false', () => {
  const rotateLater = {
    RotateImmediately: false,
    RotationLambdaARN: LAMBDA,
    ClientRequestToken: V2,
  } as const;

  it('runs testSecret alone, on an AWSPENDING version without a value, which is then removed', async () => {
    const seen: unknown[] = [];
    await using rotation = await rotating((api) => async ({ SecretId, ClientRequestToken }) => {
      seen.push(await labels(api, SecretId));
      await expectRefusal(
        api.getSecretValue({ SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' }),
        'ResourceNotFoundException',
      );
    });
    await rotation.api.rotateSecret({ SecretId: rotation.id, ...rotateLater });
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({ kind: 'succeeded' });
    expect(rotation.events.map((event) => event.Step)).toEqual(['testSecret']);
    expect(seen).toEqual([{ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] }]);
    const { Versions = [] } = await rotation.api.listSecretVersionIds({
      SecretId: rotation.id,
      IncludeDeprecated: true,
    });
    expect(Versions.map((version) => version.VersionId)).toEqual([V1]);
    expect(await rotation.api.describeSecret({ SecretId: rotation.id })).toMatchObject({
      RotationEnabled: true,
    });
  });

  it('fails with testSecret, and blocks nothing', async () => {
    await using rotation = await rotating(() => () => Promise.reject(new Error('no route to host')));
    await rotation.api.rotateSecret({ SecretId: rotation.id, ...rotateLater });
    expect(await rotation.service.rotations.settled(rotation.id)).toMatchObject({
      kind: 'failed',
      failures: [{ attempt: 1, step: 'testSecret' }],
    });
    expect(rotation.progress.map((seen) => seen.kind)).toEqual([
      'TestRotationStarted',
      'StepStarted',
      'StepEnded',
      'TestRotationFailed',
    ]);
    expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSCURRENT'] });
  });
});

describe('the observer', () => {
  it('sees a rotation start, its steps with their durations, and its success', async () => {
    await using rotation = await rotating(honestFunction);
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    expect(
      rotation.progress.map((seen) => ('step' in seen ? `${seen.kind} ${seen.step}` : seen.kind)),
    ).toEqual([
      'RotationStarted',
      'StepStarted createSecret',
      'StepEnded createSecret',
      'StepStarted setSecret',
      'StepEnded setSecret',
      'StepStarted testSecret',
      'StepEnded testSecret',
      'StepStarted finishSecret',
      'StepEnded finishSecret',
      'RotationSucceeded',
    ]);
    const durations = rotation.progress.flatMap((seen) =>
      seen.kind === 'StepEnded' ? [seen.durationMs] : [],
    );
    expect(durations.every((duration) => duration >= 0 && duration < 60_000)).toBe(true);
  });

  it('sees the error of a step, and the failure of the rotation', async () => {
    const failSet = faulty(({ Step }) => {
      if (Step === 'setSecret') throw new Error('no route to host');
    });
    await using rotation = await rotating(failSet, { attempts: 1 });
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    expect(rotation.progress.slice(-2)).toMatchObject([
      { kind: 'StepEnded', step: 'setSecret', attempt: 1, error: new Error('no route to host') },
      { kind: 'RotationFailed', versionId: V2 },
    ]);
  });

  it('sees a rotation abandoned, once', async () => {
    const personIntervenes = faulty(async ({ Step, SecretId }, api) => {
      if (Step === 'setSecret') await put(api, SecretId, V3, "a person's");
    });
    await using rotation = await rotating(personIntervenes);
    await rotation.rotate();
    await rotation.service.rotations.settled(rotation.id);
    expect(rotation.progress.filter((seen) => seen.kind.startsWith('Rotation'))).toMatchObject([
      { kind: 'RotationStarted' },
      { kind: 'RotationAbandoned', versionId: V2 },
    ]);
  });
});

it('a Lambda function that is not registered is refused, and nothing is staged', async () => {
  await using rotation = await rotating(honestFunction);
  await expectRefusal(
    rotation.api.rotateSecret({ SecretId: rotation.id, RotationLambdaARN: `${LAMBDA}-missing` }),
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function',
  );
  expect(await labels(rotation.api, rotation.id)).toEqual({ [V1]: ['AWSCURRENT'] });
  expect((await rotation.api.describeSecret({ SecretId: rotation.id })).RotationEnabled).toBeUndefined();
});
