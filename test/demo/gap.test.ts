import { expect, it } from 'vitest';
import { gapOf, gapsFelt } from '../../local/demo/gap.ts';
import type { ClientFailure } from '../../local/demo/observation.ts';
import { rotation, singleUser } from './observations.ts';

/** What the client feels of the two rotations, whose gaps are from 1010 to 1075 and from 2010 to 2075. */
function felt(...failures: (readonly [kind: ClientFailure['kind'], from: number, to: number])[]): number[] {
  const of = failures.map(([kind, from, to]) => ({ kind, from, to, reason: '' }));
  return gapsFelt({ ...singleUser, client: { ...singleUser.client, failures: of } });
}

it('is from the start of setSecret to the end of the last step', () => {
  expect(gapOf(rotation(1))).toEqual({ from: 1_010, to: 1_075 });
});

it('is none in a rotation that ended before setSecret', () => {
  expect(gapOf(rotation(1, { steps: [{ step: 'createSecret', from: 1_000, to: 1_010 }] }))).toBeUndefined();
});

it('is felt from the first rejected login to the last, in each rotation', () => {
  expect(felt(['rejected', 1_020, 1_030], ['rejected', 1_050, 1_060], ['rejected', 2_030, 2_037])).toEqual([
    40, 7,
  ]);
});

it('is not felt in a rotation that rejected none of the logins', () => {
  expect(felt(['rejected', 2_030, 2_037])).toEqual([0, 7]);
});

it('is not felt longer than it can have been', () => {
  expect(felt(['rejected', 1_000, 1_020], ['rejected', 1_070, 1_090])).toEqual([65, 0]);
});

it('is not what made a login fail that was not rejected, or at another time', () => {
  expect(felt(['failed', 1_020, 1_030], ['rejected', 1_076, 1_090], ['rejected', 2_000, 2_009])).toEqual([
    0, 0,
  ]);
});
