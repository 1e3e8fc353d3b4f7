import type { Finding, PreflightReport } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { unstickPlan } from '../../../packages/rotation-doctor/src/unstick-plan.ts';
import { secretWith, version } from './support/secrets.ts';

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
