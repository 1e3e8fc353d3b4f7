import {
  ConnectionTimedOut,
  PasswordRefused,
  type RotationError,
  type RotationStrategy,
  type Step,
  UnknownToken,
  type VersionId,
} from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loginGapBegins, loginGapEnds } from '../../../layers/rotation-core/src/login-gap.ts';
import type { LogLine } from '../support/captured-log.ts';
import { startStep, strategyStub } from '../support/invoke.ts';
import { NEW_VERSION, SECRET_ARN } from '../support/rotation-event.ts';
import { current } from '../support/secret-values.ts';
import { pendingRotation, serve } from '../support/secrets-manager.ts';

const version = (name: string) => name as VersionId;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  loginGapEnds(version(NEW_VERSION));
});

const changing = strategyStub({
  async setSecret(_versions, rotation) {
    rotation.loginGapBegins();
    return true;
  },
});

/** What a step logs, whether it succeeds or fails. */
async function linesOf(step: Step, strategy: RotationStrategy): Promise<readonly LogLine[]> {
  const { work, lines } = startStep(step, { strategy });
  await work.catch(() => {});
  return lines;
}

/** What the line of a step that fails says of the gap. */
async function gapAtFailure(strategy: RotationStrategy): Promise<unknown> {
  const line = (await linesOf('testSecret', strategy)).at(-1);
  expect(line).toMatchObject({ level: 'error', message: 'step failed' });
  return line?.fields['LoginGap'];
}

const failingWith = (failure: () => RotationError) =>
  strategyStub({
    async testSecret() {
      throw failure();
    },
  });
const timedOut = failingWith(() => new ConnectionTimedOut(current(), undefined));

describe('the time during which AWSCURRENT is rejected', () => {
  it('is from the change of the password to the move of AWSCURRENT', () => {
    loginGapBegins(version('one'));
    vi.advanceTimersByTime(700);
    // A step that is repeated does not begin it anew.
    loginGapBegins(version('one'));
    vi.advanceTimersByTime(300);
    expect(loginGapEnds(version('one'))).toBe(1_000);
    expect(loginGapEnds(version('one'))).toBeUndefined();
  });

  it('is not known of a rotation that another process began', () => {
    expect(loginGapEnds(version('elsewhere'))).toBeUndefined();
  });

  it('is forgotten of the oldest when more and more rotations never end', () => {
    for (let n = 0; n <= 100; n++) loginGapBegins(version(`v${n}`));
    expect(loginGapEnds(version('v0'))).toBeUndefined();
    expect(loginGapEnds(version('v1'))).toBe(0);
    for (let n = 2; n <= 100; n++) expect(loginGapEnds(version(`v${n}`))).toBe(0);
  });

  it('is a metric of CloudWatch in the log of finishSecret', async () => {
    serve(pendingRotation());
    await linesOf('setSecret', changing);
    vi.advanceTimersByTime(250);
    expect(await linesOf('finishSecret', changing)).toMatchObject([
      {
        level: 'info',
        message: 'AWSCURRENT logs in again',
        fields: {
          engine: 'postgres',
          strategy: 'stub',
          LoginGap: 250,
          _aws: {
            Timestamp: Date.now(),
            CloudWatchMetrics: [
              {
                Namespace: 'SecretsRotation',
                Dimensions: [['engine', 'strategy']],
                Metrics: [{ Name: 'LoginGap', Unit: 'Milliseconds' }],
              },
            ],
          },
        },
      },
      { message: 'step succeeded' },
    ]);
  });

  it('is on the line of each step that fails until then, for a rotation that gets no further', async () => {
    serve(pendingRotation());
    await linesOf('setSecret', changing);
    vi.advanceTimersByTime(60_000);
    const [line] = await linesOf('testSecret', timedOut);
    expect(line?.fields).toMatchObject({
      LoginGap: 60_000,
      StepFailed: 1,
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'SecretsRotation',
            Dimensions: [
              ['engine', 'strategy'],
              ['engine', 'strategy', 'step'],
            ],
            Metrics: [
              { Name: 'StepFailed', Unit: 'Count' },
              { Name: 'StepDuration', Unit: 'Milliseconds' },
            ],
          },
          {
            Namespace: 'SecretsRotation',
            Dimensions: [['engine', 'strategy']],
            Metrics: [{ Name: 'LoginGap', Unit: 'Milliseconds' }],
          },
        ],
      },
    });
    vi.advanceTimersByTime(30_000);
    expect(await gapAtFailure(timedOut)).toBe(90_000);
  });

  it('is not on that line where the password of AWSCURRENT was not changed', async () => {
    serve(pendingRotation());
    expect(await gapAtFailure(timedOut)).toBeUndefined();
  });

  it('ends where the password from before was put back', async () => {
    serve(pendingRotation());
    await linesOf('setSecret', changing);
    vi.advanceTimersByTime(400);
    const refused = failingWith(() => new PasswordRefused(current(), 'app', undefined));
    expect(await gapAtFailure(refused)).toBe(400);
    expect(await gapAtFailure(timedOut)).toBeUndefined();
  });

  it('is not known any more once the rotation was cancelled', async () => {
    serve(pendingRotation());
    await linesOf('setSecret', changing);
    expect(await gapAtFailure(failingWith(() => new UnknownToken(SECRET_ARN)))).toBeUndefined();
    expect(await gapAtFailure(timedOut)).toBeUndefined();
  });
});
