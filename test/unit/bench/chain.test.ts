import { expect, it } from 'vitest';
import { longestChain } from '../../../local/bench/chain.ts';

/** Calls as [start, end], in ms. */
const calls = (...spans: readonly (readonly [number, number])[]) =>
  spans.map(([start, end]) => ({ startedAt: new Date(start), endedAt: new Date(end) }));

it.each([
  ['no calls', calls(), 0],
  ['one after the other', calls([0, 10], [10, 20], [25, 30]), 3],
  ['all at once', calls([0, 10], [1, 11], [2, 12]), 1],
  ['two at once, then one that waits for both', calls([0, 10], [1, 30], [31, 40]), 2],
  ['a long one beside several short ones', calls([0, 100], [0, 20], [20, 40], [40, 60]), 3],
  ['in another order than that of their ends', calls([40, 60], [0, 100], [20, 40], [0, 20]), 3],
])('the longest chain of %s', (_, intervals, length) => {
  expect(longestChain(intervals)).toBe(length);
});
