import { Fault, LoginRejected, STEPS, type Step, TooManyConnections } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CANARY, failureOf } from '../../support/canaries.ts';
import { startProcess, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  pendingRotation,
  type Secret,
  serve,
  service,
} from '../../support/secrets-manager.ts';

const OTHER_VERSION = 'dddddddd-0000-4000-8000-00000000000d';

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

  it('inherits nothing from a step that failed', async () => {
    const setSecret = vi.fn(async () => {});
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
