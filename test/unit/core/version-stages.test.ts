import { parseEvent, type VersionId } from '@rotation/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, finishingMoves } from '../../../layers/rotation-core/src/version-stages.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent } from '../support/rotation-event.ts';

const event = () => parseEvent(rotationEvent('setSecret'));
const OURS = NEW_VERSION as VersionId;
const OTHER = OLD_VERSION as VersionId;

const secretOf = (stages: Record<string, readonly string[]>, rotationEnabled?: boolean) => ({
  rotationEnabled,
  isDeleted: false,
  stages: new Map(Object.entries(stages) as [VersionId, readonly string[]][]),
});
const outcome = (...secret: Parameters<typeof secretOf>) => {
  const decision = decide(event(), secretOf(...secret));
  return decision.kind === 'refuse' ? decision.error.name : decision.kind;
};

describe('decide', () => {
  it.each([
    ['AWSPENDING', true, { [OURS]: ['AWSPENDING'], [OTHER]: ['AWSCURRENT'] }, 'run'],
    ['AWSPENDING and a label of one’s own', true, { [OURS]: ['blue', 'AWSPENDING'] }, 'run'],
    ['AWSPENDING, without any AWSCURRENT', true, { [OURS]: ['AWSPENDING'] }, 'run'],
    ['AWSPENDING, rotation never configured', undefined, { [OURS]: ['AWSPENDING'] }, 'run'],
    ['AWSCURRENT', true, { [OURS]: ['AWSCURRENT'] }, 'already-current'],
    ['AWSCURRENT and AWSPENDING', true, { [OURS]: ['AWSPENDING', 'AWSCURRENT'] }, 'already-current'],
    [
      'AWSCURRENT, another rotation under way',
      true,
      { [OURS]: ['AWSCURRENT'], [OTHER]: ['AWSPENDING'] },
      'already-current',
    ],
    ['no label', true, { [OURS]: [] }, 'TokenNotPending'],
    ['AWSPREVIOUS', true, { [OURS]: ['AWSPREVIOUS'], [OTHER]: ['AWSCURRENT'] }, 'TokenNotPending'],
    ['a label of one’s own', undefined, { [OURS]: ['blue'], [OTHER]: ['AWSPENDING'] }, 'TokenNotPending'],
    ['a label that differs in case', true, { [OURS]: ['awspending'] }, 'TokenNotPending'],
    ['no version at all', true, {}, 'UnknownToken'],
    ['another version', true, { [OTHER]: ['AWSPENDING', 'AWSCURRENT'] }, 'UnknownToken'],
    ['AWSPENDING, rotation off', false, { [OURS]: ['AWSPENDING'] }, 'RotationNotEnabled'],
    ['AWSCURRENT, rotation off', false, { [OURS]: ['AWSCURRENT'] }, 'RotationNotEnabled'],
    ['no version at all, rotation off', false, {}, 'RotationNotEnabled'],
  ])('%s', (_case, enabled, stages, expected) => {
    expect(outcome(stages as Record<string, string[]>, enabled)).toBe(expected);
  });

  it.each(['AWSPENDING', 'AWSCURRENT'])('refuses a deleted secret, %s or not', (stage) => {
    const deleted = { ...secretOf({ [OURS]: [stage] }, true), isDeleted: true };
    expect(decide(event(), deleted)).toMatchObject({ error: { name: 'SecretDeleted' } });
  });

  it('names the labels that a cancelled version has', () => {
    const decision = decide(event(), secretOf({ [OURS]: ['AWSPREVIOUS', 'blue'] }));
    expect(decision).toMatchObject({
      error: { message: expect.stringContaining('(its labels: AWSPREVIOUS, blue)') },
    });
    expect(decide(event(), secretOf({ [OURS]: [] }))).toMatchObject({
      error: { message: expect.stringContaining('(its labels: none)') },
    });
  });
});

const label = fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'blue', 'green');
const versionId = fc.constantFrom<string>(OURS, OTHER, 'cccccccc-0000-4000-8000-00000000000c');
/** Each label on at most one version, and any version with or without labels: all that DescribeSecret can answer. */
const anySecret = fc
  .tuple(fc.dictionary(label, versionId), fc.uniqueArray(versionId), fc.constantFrom(true, false, undefined))
  .map(([holders, versions, enabled]) => {
    const stages: Record<string, string[]> = Object.fromEntries(versions.map((id) => [id, []]));
    for (const [stage, id] of Object.entries(holders)) stages[id] = [...(stages[id] ?? []), stage];
    return { holders, stages, enabled };
  });

describe('of any secret', () => {
  it('a step runs when, and only when, rotation is not off and AWSPENDING alone is on its version', () => {
    fc.assert(
      fc.property(anySecret, ({ holders, stages, enabled }) => {
        const mayRun = enabled !== false && holders['AWSPENDING'] === OURS && holders['AWSCURRENT'] !== OURS;
        expect(outcome(stages, enabled) === 'run').toBe(mayRun);
        const isDone = enabled !== false && holders['AWSCURRENT'] === OURS;
        expect(outcome(stages, enabled) === 'already-current').toBe(isDone);
      }),
    );
  });

  it('the finishing moves leave AWSCURRENT on the version and AWSPENDING nowhere on it, and cut at any place can be resumed', () => {
    fc.assert(
      fc.property(anySecret, fc.nat(2), ({ holders, stages }, cut) => {
        const after = { ...holders };
        const carryOut = (moves: ReturnType<typeof finishingMoves>) => {
          for (const { stage, from, to } of moves) {
            expect(from).toBe(after[stage]);
            if (to === undefined) delete after[stage];
            else after[stage] = to;
          }
        };
        carryOut(finishingMoves(OURS, secretOf(stages)).slice(0, cut));
        const half: Record<string, string[]> = Object.fromEntries(Object.keys(stages).map((id) => [id, []]));
        for (const [stage, id] of Object.entries(after)) half[id] = [...(half[id] ?? []), stage];
        carryOut(finishingMoves(OURS, secretOf(half)));
        expect(after['AWSCURRENT']).toBe(OURS);
        expect(after['AWSPENDING']).not.toBe(OURS);
      }),
    );
  });
});

describe('finishingMoves', () => {
  const current = (from: VersionId | undefined) => ({ stage: 'AWSCURRENT', from, to: OURS });
  const pendingOff = { stage: 'AWSPENDING', from: OURS, to: undefined };

  it.each([
    ['the usual case', { [OTHER]: ['AWSCURRENT'], [OURS]: ['AWSPENDING'] }, [current(OTHER), pendingOff]],
    ['AWSCURRENT nowhere', { [OURS]: ['AWSPENDING'] }, [current(undefined), pendingOff]],
    ['AWSPENDING off already', { [OTHER]: ['AWSCURRENT'], [OURS]: [] }, [current(OTHER)]],
    ['both on the version', { [OTHER]: ['AWSPREVIOUS'], [OURS]: ['AWSPENDING', 'AWSCURRENT'] }, [pendingOff]],
    ['nothing left to do', { [OTHER]: ['AWSPREVIOUS'], [OURS]: ['AWSCURRENT'] }, []],
    ['AWSPENDING of another rotation', { [OTHER]: ['AWSPENDING'], [OURS]: ['AWSCURRENT'] }, []],
  ])('%s', (_case, stages, moves) => {
    expect(finishingMoves(OURS, secretOf(stages as Record<string, string[]>))).toEqual(moves);
  });
});
