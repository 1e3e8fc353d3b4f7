import { beforeEach, describe, expect, it } from 'vitest';
import { makeMoves } from '../../../packages/rotation-doctor/src/label-moves.ts';
import type { LabelMove } from '../../../packages/rotation-doctor/src/secrets.ts';
import { secretWith } from './support/secrets.ts';
import { surroundingsWith } from './support/surroundings.ts';

type Stages = Record<string, string[]>;
const labelsOf = (stages: Stages) => new Map(Object.entries(stages));

const START: Stages = { one: ['AWSCURRENT'], two: ['AWSPENDING'] };
const PROMOTED: Stages = { one: ['AWSPREVIOUS'], two: ['AWSCURRENT', 'AWSPENDING'] };
const MOVES: LabelMove[] = [
  { label: 'AWSCURRENT', from: 'one', to: 'two' },
  { label: 'AWSPENDING', from: 'two', to: undefined },
];

/** What the service answers to the move of a label, where that is no. */
const refusals = new Map<string, Error>();
beforeEach(() => refusals.clear());

/** A secret that is seen in these states, one after the other, and the moves that are made of it. */
function seen(...states: Stages[]) {
  const looks = states.map((labels) => secretWith({ labels }));
  const made: string[] = [];
  const pauses: number[] = [];
  const { surroundings } = surroundingsWith({
    describe: async () => looks.shift() as never,
    async moveLabel(_id, { label }) {
      made.push(label);
      const refusal = refusals.get(label);
      if (refusal !== undefined) throw refusal;
    },
  });
  const move = () =>
    makeMoves(
      'app',
      MOVES,
      labelsOf(START),
      { ...surroundings, pause: async (ms) => void pauses.push(ms) },
      () => {},
    );
  return { made, pauses, move };
}

describe('moves of labels', () => {
  it('are made one after the other', async () => {
    const { made, pauses, move } = seen(START, PROMOTED);
    await move();
    expect(made).toEqual(['AWSCURRENT', 'AWSPENDING']);
    expect(pauses).toEqual([]);
  });

  it('are not begun when a label has moved since the plan', async () => {
    const moved = { three: ['AWSCURRENT'], one: ['AWSPREVIOUS'], two: ['AWSPENDING'] };
    const { made, move } = seen(moved, moved);
    await expect(move()).rejects.toMatchObject({ name: 'Trouble', exitCode: 1 });
    expect(made).toEqual([]);
  });

  it('end where a label moves between two of them', async () => {
    const moved = { one: ['AWSPREVIOUS'], two: ['AWSCURRENT'], three: ['AWSPENDING'] };
    const { made, move } = seen(START, moved, moved);
    await expect(move()).rejects.toThrow('The labels of the secret have moved meanwhile');
    expect(made).toEqual(['AWSCURRENT']);
  });

  it('count AWSPENDING as taken off where the service has done it as AWSCURRENT moved', async () => {
    const { made, pauses, move } = seen(START, { one: ['AWSPREVIOUS'], two: ['AWSCURRENT'] });
    await move();
    expect(made).toEqual(['AWSCURRENT', 'AWSPENDING']);
    expect(pauses).toEqual([]);
  });

  it('count a label as taken off that is gone by the time that it is', async () => {
    const { move } = seen(START, PROMOTED, { one: ['AWSPREVIOUS'], two: ['AWSCURRENT'] });
    refusals.set('AWSPENDING', new Error('not attached to version two'));
    await move();
  });

  it('fail where a label cannot be taken off', async () => {
    const { move } = seen(START, PROMOTED, PROMOTED);
    refusals.set('AWSPENDING', new Error('no'));
    await expect(move()).rejects.toThrow('no');
  });

  it('look again when the look right after a move misses it', async () => {
    const { made, pauses, move } = seen(START, START, PROMOTED);
    await move();
    expect(made).toEqual(['AWSCURRENT', 'AWSPENDING']);
    expect(pauses).toEqual([2_000]);
  });
});
