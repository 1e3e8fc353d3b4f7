import type { Finding, PreflightReport } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { runDoctor } from '../../../packages/rotation-doctor/src/doctor.ts';
import { unstickPlan } from '../../../packages/rotation-doctor/src/unstick-plan.ts';
import { secretWith, version } from './support/secrets.ts';
import { surroundingsWith } from './support/surroundings.ts';

const reportOf = (...findings: Omit<Finding, 'durationMs'>[]): PreflightReport => ({
  outcome: 'failed',
  findings: findings.map((finding) => ({ durationMs: 1, ...finding })),
});
const worksNow = reportOf({ check: 'login', outcome: 'passed' });
const rejected: Omit<Finding, 'durationMs'> = { check: 'login', outcome: 'failed', error: 'LoginRejected' };
const works = (versionId: string) =>
  reportOf(rejected, { check: 'other stored logins', outcome: 'warning', versionId });
const noneWorks = reportOf(rejected, {
  check: 'other stored logins',
  outcome: 'warning',
  detail: 'None of them works either.',
});

const subjectWith = (labels: Record<string, string[]>) => ({
  secret: secretWith({ labels }),
  versions: [version('one'), version('two'), version('three')],
  state: { kind: 'healthy' } as const,
});
const moves = (labels: Record<string, string[]>, report: PreflightReport) => {
  const plan = unstickPlan(subjectWith(labels), report);
  return plan.kind === 'moves' ? plan.moves.map(({ label, from, to }) => [label, from, to]) : plan.kind;
};

describe('when AWSCURRENT logs in', () => {
  it.each([
    [{ one: ['AWSCURRENT'], two: ['AWSPREVIOUS'] }, 'nothing'],
    [{ one: ['AWSCURRENT', 'AWSPENDING'] }, 'nothing'],
    [{ one: ['AWSCURRENT', 'ROTATION_TARGET'] }, [['ROTATION_TARGET', 'one', undefined]]],
    [{ one: ['AWSCURRENT'], two: ['AWSPENDING'] }, [['AWSPENDING', 'two', undefined]]],
    [{ one: ['AWSCURRENT'], two: ['ROTATION_TARGET'] }, [['ROTATION_TARGET', 'two', undefined]]],
    [
      { one: ['AWSCURRENT'], two: ['AWSPENDING'], three: ['ROTATION_TARGET', 'AWSPREVIOUS'] },
      [
        ['AWSPENDING', 'two', undefined],
        ['ROTATION_TARGET', 'three', undefined],
      ],
    ],
  ])('%j: %j', (labels, expected) => {
    expect(moves(labels, worksNow)).toEqual(expected);
  });
});

describe('when the server rejects AWSCURRENT', () => {
  it('AWSCURRENT moves first, to AWSPENDING that logs in', () => {
    expect(moves({ one: ['AWSCURRENT'], two: ['AWSPENDING'] }, works('two'))).toEqual([
      ['AWSCURRENT', 'one', 'two'],
      ['AWSPENDING', 'two', undefined],
    ]);
  });

  it('AWSCURRENT moves to AWSPREVIOUS that logs in, and AWSPENDING goes', () => {
    const labels = { one: ['AWSCURRENT'], two: ['AWSPENDING'], three: ['AWSPREVIOUS'] };
    expect(moves(labels, works('three'))).toEqual([
      ['AWSCURRENT', 'one', 'three'],
      ['AWSPENDING', 'two', undefined],
    ]);
  });

  it('AWSCURRENT moves to a version without a label that logs in', () => {
    expect(moves({ one: ['AWSCURRENT'] }, works('three'))).toEqual([['AWSCURRENT', 'one', 'three']]);
  });

  it('nothing moves to a version that the secret does not have', () => {
    expect(moves({ one: ['AWSCURRENT'], two: ['AWSPENDING'] }, works('gone'))).toBe('by-hand');
  });

  it('nothing moves when no stored login works, AWSPENDING neither', () => {
    const plan = unstickPlan(subjectWith({ one: ['AWSCURRENT'], two: ['AWSPENDING'] }), noneWorks);
    expect(plan).toEqual({
      kind: 'by-hand',
      why: 'The server rejects the login of AWSCURRENT, and that of every other version that the function could try.',
      ways: [
        'If somebody knows the password that the user has now: store it in the secret with aws secretsmanager put-secret-value.',
        'If not: as a superuser, give the user the password that AWSCURRENT has.',
        'Or, for a single user, let the function do that: with a superuser secret and REPAIR_AWSCURRENT=true in its environment, run npx --no rotation-doctor rotate app --wait. Turn it off again afterwards.',
      ],
    });
  });
});

describe('a version whose other values are not those of AWSCURRENT', () => {
  const differing = reportOf(rejected, {
    ...{ check: 'other stored logins', outcome: 'warning', versionId: 'three' },
    ...{ differs: ['dbname', 'poolSize'] },
  } as Omit<Finding, 'durationMs'>);

  /** Command lines of unstick, by a function that logs in with version three. */
  async function unstick(...options: string[]) {
    const made: string[] = [];
    const { surroundings, stdout, stderr } = surroundingsWith(
      {
        describe: async () => secretWith({}),
        versions: async () => [version('one'), version('three')],
        moveLabel: async (_id, { label, to }) => void made.push(`${label} ${to}`),
      },
      { functions: { preflight: async () => differing, logGroup: async () => '/logs' } },
    );
    const exitCode = await runDoctor(['unstick', 'app', ...options], surroundings);
    return { exitCode, made, stdout: stdout(), stderr: stderr() };
  }

  it('is not made AWSCURRENT by --yes alone, and the keys are named', async () => {
    const { exitCode, made, stdout, stderr } = await unstick('--yes');
    expect(stdout).toContain('Warning: the values of dbname, poolSize are others in that version');
    expect(stderr).toContain('Nothing was changed. Look at that version, and add --even-if-differing');
    expect([exitCode, made]).toEqual([2, []]);
  });

  it('is where somebody says so', async () => {
    expect((await unstick('--yes', '--even-if-differing')).made).toEqual(['AWSCURRENT three']);
  });
});

describe('without the proof of a login', () => {
  it.each([
    ['the server is not reached', reportOf({ check: 'port', outcome: 'failed', error: 'HostUnreachable' })],
    ['the user is locked', reportOf({ check: 'login', outcome: 'failed', error: 'AccountLocked' })],
    [
      'the other logins could not be tried',
      reportOf(rejected, { check: 'other stored logins', outcome: 'failed', error: 'ConnectionTimedOut' }),
    ],
    ['the other logins were not tried', reportOf(rejected)],
    ['there is no finding at all', reportOf()],
  ])('nothing moves: %s', (_why, report) => {
    expect(moves({ one: ['AWSCURRENT'], two: ['AWSPENDING'] }, report)).toBe('by-hand');
  });

  it('the way on is what failed, with what to do', () => {
    const report = reportOf(
      {
        check: 'port',
        outcome: 'failed',
        error: 'HostUnreachable',
        detail: 'Nobody answers.',
        remedy: 'Open it.',
      },
      { check: 'login', outcome: 'skipped' },
    );
    expect(unstickPlan(subjectWith({ one: ['AWSCURRENT'] }), report)).toEqual({
      kind: 'by-hand',
      why: 'The function could not find out which login works, and without that no label moves.',
      ways: ['port: HostUnreachable: Nobody answers. Open it.'],
    });
  });
});
