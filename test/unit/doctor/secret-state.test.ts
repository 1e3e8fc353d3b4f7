import { describe, expect, it } from 'vitest';
import { isWrong, stateOf, stateWithLog } from '../../../packages/rotation-doctor/src/secret-state.ts';
import type { StepLine } from '../../../packages/rotation-doctor/src/step-log.ts';
import { secretWith, version } from './support/secrets.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const at = (time: string) => new Date(`2026-03-10T${time}:00Z`);

/** A rotation whose AWSPENDING version was made at ten. */
const unfinished = (replaced: Parameters<typeof secretWith>[0] = {}) =>
  secretWith({ labels: { one: ['AWSCURRENT'], two: ['AWSPENDING'] }, lastChanged: at('10:00'), ...replaced });
const versions = [version('two', at('10:00')), version('one', at('09:00'))];
const rotation = { versionId: 'two', began: at('10:00'), moved: at('10:00') };

describe('the state of a secret', () => {
  it.each([
    ['rotated once, and not yet due', secretWith({}), { kind: 'healthy' }],
    [
      'AWSPENDING on AWSCURRENT',
      secretWith({ labels: { one: ['AWSCURRENT', 'AWSPENDING'] } }),
      { kind: 'healthy' },
    ],
    ['never rotated', secretWith({ lastRotated: undefined }), { kind: 'never-rotated' }],
    ['due an hour ago', secretWith({ nextRotation: at('11:00') }), { kind: 'overdue', since: at('11:00') }],
    ['turned off', secretWith({ rotationEnabled: false }), { kind: 'off' }],
    ['without a function', secretWith({ functionArn: undefined }), { kind: 'no-function' }],
    ['without AWSCURRENT', secretWith({ labels: { one: ['AWSPENDING'] } }), { kind: 'no-current' }],
    ['to be deleted', secretWith({ deletion: at('23:00') }), { kind: 'deleted', on: at('23:00') }],
  ])('%s', (_name, secret, expected) => {
    expect(stateOf(secret, [], NOW)).toEqual(expected);
  });

  it('is stuck when nothing has happened to a rotation for an hour', () => {
    expect(stateOf(unfinished(), versions, at('10:59'))).toEqual({ kind: 'in-progress', rotation });
    expect(stateOf(unfinished(), versions, at('11:00'))).toEqual({ kind: 'stuck', rotation });
  });

  it('is in progress as long as the secret has changed within the hour', () => {
    const secret = unfinished({ lastChanged: at('11:30') });
    expect(stateOf(secret, versions, NOW)).toEqual({
      kind: 'in-progress',
      rotation: { ...rotation, moved: at('11:30') },
    });
  });

  it('goes by the limit that is given', () => {
    expect(stateOf(unfinished(), versions, at('10:01'), 60_000).kind).toBe('stuck');
    expect(stateOf(unfinished(), versions, at('23:00'), 24 * 3_600_000).kind).toBe('in-progress');
  });

  it('is stuck at once where rotation was turned off, for nobody tries again', () => {
    expect(stateOf(unfinished({ rotationEnabled: false }), versions, at('10:01')).kind).toBe('stuck');
  });

  it('is stuck rather than overdue', () => {
    expect(stateOf(unfinished({ nextRotation: at('11:00') }), versions, NOW).kind).toBe('stuck');
  });

  it('goes by the last change of the secret for a version that is not listed', () => {
    expect(stateOf(unfinished(), [], NOW)).toEqual({ kind: 'stuck', rotation });
  });
});

describe('a rotation that was given up', () => {
  const made = [version('two', at('10:00')), version('one', at('09:00'))];

  it('is known by its version, the newest and without a label', () => {
    expect(stateOf(secretWith({}), made, NOW)).toEqual({
      kind: 'failed',
      versionId: 'two',
      known: 'by its version',
    });
  });

  it.each([
    ['a version without a label is older', { two: ['AWSCURRENT'] }, made],
    ['the newest has the label of a person', { one: ['AWSCURRENT'], two: ['mine'] }, made],
    [
      'AWSCURRENT went back behind others',
      { one: ['AWSCURRENT'], three: ['AWSPREVIOUS'] },
      [version('three', at('11:00')), ...made],
    ],
  ])('is not when %s', (_why, labels, made) => {
    expect(stateOf(secretWith({ labels }), made, NOW)).toEqual({ kind: 'healthy' });
  });

  const failed = (versionId: string): StepLine => ({
    id: 'a',
    at: NOW,
    step: 'setSecret',
    versionId,
    error: { name: 'HostNotFound', message: 'No.' },
  });

  it('is known by the log, unless somebody made that version AWSCURRENT', () => {
    const healthy = { kind: 'healthy' } as const;
    expect(stateWithLog(healthy, secretWith({}), failed('two'))).toEqual({
      kind: 'failed',
      versionId: 'two',
      known: 'by the log',
    });
    expect(stateWithLog(healthy, secretWith({}), failed('one'))).toEqual(healthy);
    expect(stateWithLog({ kind: 'off' }, secretWith({}), failed('two'))).toEqual({ kind: 'off' });
  });

  it('is failing before, and as long as the service tries it again', () => {
    const moving = { kind: 'in-progress', rotation } as const;
    expect(stateWithLog(moving, secretWith({}), failed('two'))).toEqual({ kind: 'failing', rotation });
    expect(stateWithLog(moving, secretWith({}), failed('zero'))).toEqual(moving);
  });
});

describe('somebody should look after a secret', () => {
  it.each([
    ['healthy', false],
    ['never-rotated', false],
    ['off', true],
    ['no-function', true],
    ['no-current', true],
  ] as const)('that is %s: %s', (kind, expected) => {
    expect(isWrong({ kind })).toBe(expected);
  });

  it('when its rotation is stuck or overdue, and not while it is in progress', () => {
    expect(isWrong({ kind: 'in-progress', rotation })).toBe(false);
    expect(isWrong({ kind: 'failing', rotation })).toBe(true);
    expect(isWrong({ kind: 'failed', versionId: 'two', known: 'by the log' })).toBe(true);
    expect(isWrong({ kind: 'stuck', rotation })).toBe(true);
    expect(isWrong({ kind: 'overdue', since: NOW })).toBe(true);
    expect(isWrong({ kind: 'deleted', on: NOW })).toBe(true);
  });
});
