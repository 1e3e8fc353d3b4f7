import type { VersionId } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loginGapBegins, loginGapEnds } from '../../../layers/rotation-core/src/login-gap.ts';
import { startStep, strategyStub } from '../support/invoke.ts';
import { pendingRotation, serve } from '../support/secrets-manager.ts';

const version = (name: string) => name as VersionId;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

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
    const secret = pendingRotation();
    serve(secret);
    const strategy = strategyStub({ setSecret: async (_versions, rotation) => rotation.loginGapBegins() });
    const run = async (step: 'setSecret' | 'finishSecret') => {
      const { work, lines } = startStep(step, { strategy });
      await work;
      return lines;
    };
    await run('setSecret');
    vi.advanceTimersByTime(250);
    expect(await run('finishSecret')).toMatchObject([
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
});
