import { STEPS } from '@rotation/core';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import type { Answer, Interceptor } from '../../local/secrets-manager/index.ts';
import { testDatabase } from '../support/test-database.ts';
import { openSite } from './site.ts';

const HOUR = 3_600_000;
const database = testDatabase(inject('servers').postgres);

const SKEWED: Answer = {
  kind: 'error',
  status: 400,
  type: 'InvalidSignatureException',
  message:
    'Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)',
};

afterEach(() => void vi.useRealTimers());

describe("the function's clock", () => {
  it.each([-HOUR, HOUR])('may jump by %i ms before each step', async (jump) => {
    await using site = await openSite(database, { strategy: 'alternating-users' });
    for (const [index, step] of STEPS.entries()) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump * (index + 1) });
      await site.run(step);
      vi.useRealTimers();
    }
    await site.expectHealth();
  });

  it('may jump in the middle of every step', async () => {
    let jumps = 0;
    const intercept: Interceptor = (_, answer) => {
      jumps += 1;
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + (jumps % 2 === 0 ? -HOUR : HOUR) });
      return answer();
    };
    await using site = await openSite(database, { intercept });
    for (const step of STEPS) await site.run(step);
    vi.useRealTimers();
    await site.expectHealth();
  });

  it.each(STEPS)('that is so wrong that no signature of %s is valid is named', async (step) => {
    let isWrong = false;
    const intercept: Interceptor = (_, answer) => (isWrong ? SKEWED : answer());
    // What testSecret inherits spares it every call: see docs/decisions/0008.
    await using site = await openSite(database, { intercept, apart: true });
    for (const done of STEPS.slice(0, STEPS.indexOf(step))) await site.run(done);
    isWrong = true;
    const failure = await site.failureOf(step);
    isWrong = false;
    expect(failure).toMatchObject({
      name: 'SecretsManagerFailed',
      message: expect.stringContaining('InvalidSignatureException'),
      cause: { message: expect.stringContaining('Signature expired') },
    });
    await site.expectNothingLost();
    await site.expectRecovery();
  });
});
