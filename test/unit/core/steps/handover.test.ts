import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  Fault,
  LoginRejected,
  type RotationStrategy,
  STEPS,
  type Step,
  TooManyConnections,
} from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CANARY, failureOf } from '../../support/canaries.ts';
import { startProcess, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent, SUPERUSER_ARN } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  holdAnswers,
  pendingRotation,
  type Secret,
  serve,
  service,
  untilAllIsSent,
} from '../../support/secrets-manager.ts';

const OTHER_VERSION = 'dddddddd-0000-4000-8000-00000000000d';
const OLDEST_VERSION = 'eeeeeeee-0000-4000-8000-00000000000e';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What one invocation asks the service for, in the order of its calls. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = service.calls().length;
  await work();
  return service
    .calls()
    .slice(before)
    .map(({ args }) => args[0].constructor.name.replace('Command', ''));
}

/** A process whose next event is expected to be that of `next`, after the steps before it. */
async function processBefore(next: Step, secret: Secret, strategy = strategyStub()) {
  serve(secret);
  const { invoke } = startProcess({ strategy });
  for (const step of STEPS.slice(0, STEPS.indexOf(next))) await invoke(rotationEvent(step));
  return { strategy, run: (step: Step, replaced = {}) => invoke(rotationEvent(step, replaced)) };
}

type Run = (step: Step, replaced?: object) => Promise<unknown>;

const ALL_READ = ['DescribeSecret', 'GetSecretValue', 'GetSecretValue'];
const inAnyOrder = (calls: readonly string[]) => calls.toSorted();

describe('a step that follows in the same process', () => {
  it('does not read again what the one before has read', async () => {
    serve(begunRotation());
    const { invoke } = startProcess();
    const calls: Record<string, string[]> = {};
    for (const step of STEPS) calls[step] = await callsOf(() => invoke(rotationEvent(step)));
    expect(inAnyOrder(calls['createSecret'] ?? [])).toEqual([
      'DescribeSecret',
      'GetRandomPassword',
      'GetSecretValue',
      'PutSecretValue',
    ]);
    // Where a strategy changes anything, it asks for the labels once more; this one changes nothing.
    expect(calls['setSecret']).toEqual(['DescribeSecret']);
    expect(calls['testSecret']).toEqual([]);
    expect(calls['finishSecret']).toEqual([
      'DescribeSecret',
      'UpdateSecretVersionStage',
      'UpdateSecretVersionStage',
    ]);
  });

  it.each([
    ['made', begunRotation, CANARY.generated],
    ['found', pendingRotation, CANARY.pending],
  ])('works with the proposal that createSecret has %s', async (_case, begin, password) => {
    const { strategy, run } = await processBefore('setSecret', begin());
    await run('setSecret');
    await run('testSecret');
    await run('finishSecret');
    for (const step of ['setSecret', 'testSecret', 'hold'] as const) {
      const [versions] = vi.mocked(strategy[step]).mock.calls[0] ?? [];
      expect(versions?.current.password.reveal()).toBe(CANARY.current);
      expect(versions?.current.versionId).toBe(OLD_VERSION);
      expect(versions?.pending.password.reveal()).toBe(password);
      expect(versions?.pending.versionId).toBe(NEW_VERSION);
    }
  });

  it.each([
    ['it arrives twice', (run: Run) => run('setSecret')],
    ['an operator asked for a preflight in between', (run: Run) => run('setSecret', { Step: 'preflight' })],
    [
      'an event of another rotation came in between',
      (run: Run) => failureOf(run('setSecret', { ClientRequestToken: OTHER_VERSION })),
    ],
    ['it comes late', async () => void vi.setSystemTime(Date.now() + 60_001)],
  ])('reads everything when %s', async (_case, happen) => {
    const { run } = await processBefore('setSecret', begunRotation());
    await happen(run);
    expect(inAnyOrder(await callsOf(() => run('setSecret')))).toEqual(ALL_READ);
  });

  it('is in time a minute after the step before', async () => {
    const { run } = await processBefore('setSecret', begunRotation());
    vi.setSystemTime(Date.now() + 60_000);
    expect(await callsOf(() => run('setSecret'))).toEqual(['DescribeSecret']);
  });

  it.each([
    ['setSecret has found nothing for it, and testSecret neither', true, true, 0],
    ['setSecret has found something for it', false, true, 1],
    ['testSecret has found something for it', true, false, 1],
  ])('settles as is needed when %s', async (_case, set, tested, times) => {
    const strategy = strategyStub({ setSecret: async () => set, testSecret: async () => tested });
    const { run } = await processBefore('finishSecret', begunRotation(), strategy);
    await run('finishSecret');
    expect(strategy.settle).toHaveBeenCalledTimes(times);
  });

  it('settles whatever was found when it does not know what that was', async () => {
    const strategy = strategyStub({ setSecret: async () => true });
    const { run } = await processBefore('finishSecret', begunRotation(), strategy);
    vi.setSystemTime(Date.now() + 60_001);
    await run('finishSecret');
    expect(strategy.settle).toHaveBeenCalledOnce();
  });

  it('does not read AWSPREVIOUS again for a strategy that asks for it', async () => {
    const previous = vi.fn<RotationStrategy['setSecret']>(async (_versions, rotation) => {
      expect((await rotation.previous())?.password.reveal()).toBe(CANARY.previous);
      return true;
    });
    const { run } = await processBefore(
      'setSecret',
      begunRotation({
        [OTHER_VERSION]: { stages: ['AWSPREVIOUS'], text: valueText({ password: CANARY.previous }) },
      }),
      strategyStub({ asksForPrevious: true, setSecret: previous }),
    );
    expect(await callsOf(() => run('setSecret'))).toEqual(['DescribeSecret']);
    expect(previous).toHaveBeenCalledOnce();
  });

  it('lets its strategy read ahead while the labels are looked at', async () => {
    const readAhead = vi.fn<RotationStrategy['readAhead']>((current, rotation) =>
      rotation.otherSecret(SUPERUSER_ARN, 'superuser secret', current),
    );
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async ({ current }, rotation) => {
      const superuser = await rotation.otherSecret(SUPERUSER_ARN, 'superuser secret', current);
      expect(superuser.password.reveal()).toBe(CANARY.superuser);
      return true;
    });
    const strategy = strategyStub({ readAhead, setSecret });
    const { run } = await processBefore('setSecret', begunRotation(), strategy);
    expect(await callsOf(() => run('setSecret'))).toEqual(['GetSecretValue', 'DescribeSecret']);
    expect(setSecret).toHaveBeenCalledOnce();

    const { run: runAgain } = await processBefore('setSecret', begunRotation(), strategy);
    const answer = holdAnswers();
    const work = failureOf(runAgain('setSecret'));
    await untilAllIsSent();
    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 1);
    expect(service).toHaveReceivedCommandWith(GetSecretValueCommand, { SecretId: SUPERUSER_ARN });
    answer();
    await work;
  });

  it('does not fail for what its strategy could not read ahead and does not need', async () => {
    const readAhead = () => Promise.reject(new Error('the connection was cut'));
    const { run, strategy } = await processBefore('setSecret', begunRotation(), strategyStub({ readAhead }));
    await run('setSecret');
    expect(strategy.setSecret).toHaveBeenCalledOnce();
  });

  it('inherits nothing from a step that failed', async () => {
    const setSecret = vi.fn(async () => true);
    const { run } = await processBefore('setSecret', begunRotation(), strategyStub({ setSecret }));
    setSecret.mockRejectedValueOnce(
      new TooManyConnections({ host: 'db', port: 1, username: 'app' }, new Fault('full')),
    );
    await failureOf(run('setSecret'));
    expect(inAnyOrder(await callsOf(() => run('testSecret')))).toEqual(ALL_READ);
  });
});

describe('what a step inherits, when the labels have moved since', () => {
  /** AWSCURRENT is on a version that neither step has seen, with the same user. */
  const moveCurrent = (secret: Secret) => {
    secret[OLD_VERSION] = { stages: ['AWSPREVIOUS'], text: valueText() };
    secret[OTHER_VERSION] = { stages: ['AWSCURRENT'], text: valueText({ password: CANARY.previous }) };
  };

  it('is not used by setSecret, which reads AWSCURRENT anew before it sends any login', async () => {
    const secret = begunRotation();
    const { strategy, run } = await processBefore('setSecret', secret);
    moveCurrent(secret);
    await run('setSecret');
    const [versions] = vi.mocked(strategy.setSecret).mock.calls[0] ?? [];
    expect(versions?.current.versionId).toBe(OTHER_VERSION);
  });

  it('leaves setSecret to read AWSPREVIOUS, which has moved as well', async () => {
    const secret = begunRotation({
      [OLDEST_VERSION]: { stages: ['AWSPREVIOUS'], text: valueText({ password: 'of the oldest' }) },
    });
    const setSecret = vi.fn<RotationStrategy['setSecret']>(async (_versions, rotation) => {
      expect((await rotation.previous())?.password.reveal()).toBe(CANARY.current);
      return true;
    });
    const strategy = strategyStub({ asksForPrevious: true, setSecret });
    const { run } = await processBefore('setSecret', secret, strategy);
    secret[OLDEST_VERSION] = { stages: [] };
    moveCurrent(secret);
    await run('setSecret');
    expect(setSecret).toHaveBeenCalledOnce();
  });

  it('is refused by setSecret once the rotation was cancelled', async () => {
    const secret = begunRotation();
    const { strategy, run } = await processBefore('setSecret', secret);
    secret[NEW_VERSION] = { ...secret[NEW_VERSION], stages: ['blue'] };
    expect((await failureOf(run('setSecret'))).name).toBe('TokenNotPending');
    expect(strategy.setSecret).not.toHaveBeenCalled();
  });

  it('leaves setSecret nothing to do once another process has ended the rotation', async () => {
    const secret = begunRotation();
    const { strategy, run } = await processBefore('setSecret', secret);
    secret[OLD_VERSION] = { stages: ['AWSPREVIOUS'], text: valueText() };
    secret[NEW_VERSION] = { ...secret[NEW_VERSION], stages: ['AWSCURRENT'] };
    await run('setSecret');
    expect(strategy.setSecret).not.toHaveBeenCalled();
  });

  it('is why testSecret says that the rotation was replaced where its login is rejected', async () => {
    const secret = begunRotation();
    const rejected = new LoginRejected({ host: 'db', port: 1, username: 'app' }, new Fault('no'));
    const testSecret = () => Promise.reject(rejected);
    const { run } = await processBefore('testSecret', secret, strategyStub({ testSecret }));
    secret[NEW_VERSION] = { ...secret[NEW_VERSION], stages: ['blue'] };
    expect((await failureOf(run('testSecret'))).name).toBe('TokenNotPending');
  });

  it('leads finishSecret to no move of AWSCURRENT away from a version that it has not seen', async () => {
    const secret = begunRotation();
    const { run } = await processBefore('finishSecret', secret);
    moveCurrent(secret);
    expect((await failureOf(run('finishSecret'))).name).toBe('CurrentMoved');
    expect(secret[OTHER_VERSION]?.stages).toEqual(['AWSCURRENT']);
    expect(secret[NEW_VERSION]?.stages).toEqual(['AWSPENDING']);
  });
});
