import { expect, it } from 'vitest';
import { orders, type Turns } from './orders.ts';

/** Two that do two things each, as what they do one after the other. */
function play(turns: Turns): string {
  const left = new Map([
    ['a', 2],
    ['b', 2],
  ]);
  let played = '';
  while (left.size > 0) {
    const next = turns.next([...left.keys()]);
    played += next;
    const more = (left.get(next) ?? 0) - 1;
    if (more > 0) left.set(next, more);
    else left.delete(next);
  }
  return played;
}

it.each([
  [0, ['aabb', 'bbaa']],
  [1, ['aabb', 'abba', 'baab', 'bbaa']],
  [2, ['aabb', 'abab', 'abba', 'baab', 'baba', 'bbaa']],
])('with %i switches, all orders are tried, and each once', (switches, all) => {
  const played: string[] = [];
  for (const turns of orders(switches)) played.push(play(turns));
  expect(played.sort()).toEqual(all);
});
