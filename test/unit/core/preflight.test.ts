import { Fault, LoginRejected, type RotationError } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { openPreflight } from '../../../layers/rotation-core/src/preflight.ts';

const rejected = (cause?: Error) => new LoginRejected({ host: 'db', port: 1, username: 'app' }, cause);
const withoutTimes = (findings: readonly object[]) =>
  findings.map((finding) => ({ ...finding, durationMs: 0 }));

describe('a preflight', () => {
  it('has a finding for each check, in their order, and goes on after one that fails', async () => {
    const preflight = openPreflight(() => {});
    const found = await preflight.check('first', [], async ({ note }) => {
      note('All is well.');
      return 7;
    });
    const missing = await preflight.check('second', [found], async () => {
      throw rejected();
    });
    await preflight.check('third', [found, missing], async () => {
      throw new Error('must not run');
    });
    await preflight.check('fourth', [found], async ({ note, warn }, seven) => {
      note(`${seven} things.`);
      warn('One is odd.', 'Mend it.');
      warn('Another, too.', 'Mend that as well.');
    });

    const { outcome, findings } = preflight.report();
    expect(outcome).toBe('failed');
    expect(withoutTimes(findings)).toEqual([
      { check: 'first', outcome: 'passed', detail: 'All is well.', durationMs: 0 },
      {
        check: 'second',
        outcome: 'failed',
        error: 'LoginRejected',
        detail: 'The database rejected the login of "app" at db:1.',
        remedy:
          'Compare the secret with the database: is the password the one of this user, may the user log in from here, is it locked or expired?',
        durationMs: 0,
      },
      { check: 'third', outcome: 'skipped', durationMs: 0 },
      {
        check: 'fourth',
        outcome: 'warning',
        detail: '7 things. One is odd. Another, too.',
        remedy: 'Mend it. Mend that as well.',
        durationMs: 0,
      },
    ]);
  });

  it('names the version that a check is about', async () => {
    const preflight = openPreflight(() => {});
    await preflight.check('logins', [], async ({ about }) => about('version 7', ['dbname']));
    expect(withoutTimes(preflight.report().findings)).toEqual([
      { check: 'logins', outcome: 'passed', versionId: 'version 7', differs: ['dbname'], durationMs: 0 },
    ]);
  });

  it('adds the time of what was done for a check before it began', async () => {
    const preflight = openPreflight(() => {});
    await preflight.check('login', [], async ({ took }) => took(5_000));
    const [finding] = preflight.report().findings;
    expect(finding?.durationMs).toBeGreaterThanOrEqual(5_000);
  });

  it('tells of errors that nobody foresaw, whose stack no finding has', async () => {
    const heard: RotationError[] = [];
    const preflight = openPreflight((failure) => heard.push(failure));
    for (const error of [rejected(), new TypeError('nobody has vetted this')]) {
      await preflight.check('login', [], async () => {
        throw error;
      });
    }
    expect(heard.map(({ name }) => name)).toEqual(['UnexpectedFailure']);
    expect(heard[0]?.stack).toContain('preflight.test.ts');
  });

  it('fails with the first error of a check', async () => {
    const preflight = openPreflight(() => {});
    expect(preflight.failure()).toBeUndefined();
    const error = rejected();
    for (const thrown of [error, rejected()]) {
      await preflight.check('login', [], async () => {
        throw thrown;
      });
    }
    expect(preflight.failure()).toBe(error);
  });

  it("gives the server's own words beside ours", async () => {
    const preflight = openPreflight(() => {});
    await preflight.check('login', [], async () => {
      throw rejected(new Fault('role "app" is not permitted to log in', '28000'));
    });
    expect(preflight.report().findings).toMatchObject([
      {
        detail: 'The database rejected the login of "app" at db:1.',
        cause: 'role "app" is not permitted to log in',
      },
    ]);
  });

  it('takes an error that nobody foresaw for one, without its message', async () => {
    const preflight = openPreflight(() => {});
    await preflight.check('login', [], async () => {
      throw new TypeError('nobody has vetted this');
    });
    const { findings } = preflight.report();
    expect(findings).toMatchObject([{ outcome: 'failed', error: 'UnexpectedFailure' }]);
    expect(JSON.stringify(findings)).not.toContain('vetted');
  });

  it.each([
    { outcomes: ['passed', 'skipped'], worst: 'passed' },
    { outcomes: ['passed', 'warning', 'skipped'], worst: 'warning' },
    { outcomes: ['failed', 'warning'], worst: 'failed' },
    { outcomes: [], worst: 'passed' },
  ] as const)('is as good as the worst of $outcomes', ({ outcomes, worst }) => {
    const preflight = openPreflight(() => {});
    for (const outcome of outcomes) preflight.add({ check: 'a check', outcome });
    expect(preflight.report().outcome).toBe(worst);
  });
});
