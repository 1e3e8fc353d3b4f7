import { expect, it } from 'vitest';
import { bothOf } from '../../../functions/strategies/both-of.ts';
import { failureOf } from '../support/canaries.ts';

const one = new Error('one');
const other = new Error('other');

it('starts both before either has ended', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const answers = bothOf(
    () => promise,
    async () => {
      resolve('by the other');
      return 2;
    },
  );
  expect(await answers).toEqual(['by the other', 2]);
});

it('ends when both have ended, also when one fails', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ended: string[] = [];
  const failing = failureOf(
    bothOf(
      () => Promise.reject(one),
      async () => {
        await promise;
        ended.push('other');
      },
    ),
  );
  await new Promise((next) => setImmediate(next));
  expect(ended).toEqual([]);
  resolve();
  expect(await failing).toBe(one);
  expect(ended).toEqual(['other']);
});

it('fails with what the first has thrown when both fail, and with that of the second when it alone does', async () => {
  expect(
    await failureOf(
      bothOf(
        () => Promise.reject(one),
        () => Promise.reject(other),
      ),
    ),
  ).toBe(one);
  expect(
    await failureOf(
      bothOf(
        async () => 1,
        () => Promise.reject(other),
      ),
    ),
  ).toBe(other);
});
