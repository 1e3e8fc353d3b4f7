import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { PARTS } from '../../../build/package-parts.ts';

type Long = new (low: number, high: number, unsigned: boolean) => { toNumber(): number };

const module: { exports?: Long } = {};
new Function('module', PARTS['long/umd/index.js'] ?? '')(module);
const StandIn = module.exports ?? expect.fail('The stand-in exports nothing.');
/** As mysql2 finds it. */
const Real = createRequire(createRequire(import.meta.url).resolve('mysql2'))('long') as Long;

it.each([
  [0, 0, true, '0'],
  [0xffffffff, 0xffffffff, true, '18446744073709551615'],
  [0xffffffff, 0xffffffff, false, '-1'],
  [0, 0x80000000, true, '9223372036854775808'],
  [0, 0x80000000, false, '-9223372036854775808'],
  [1, 0x200000, true, '9007199254740993'],
  [0xffffffff, 0x7fffffff, false, '9223372036854775807'],
])('%i and %i, unsigned %o, are %s', (low, high, unsigned, digits) => {
  expect(new StandIn(low, high, unsigned).toString()).toBe(digits);
  expect(new Real(low, high, unsigned).toString()).toBe(digits);
});

it.each([
  [0, 0, true, 0],
  [0xffffffff, 0xffffffff, false, -1],
  [0xffffffff, 0x1fffff, true, 9_007_199_254_740_991],
  [0xffffffff, 0xffffffff, true, 18_446_744_073_709_552_000],
])('%i and %i, unsigned %o, are %d for JavaScript', (low, high, unsigned, number) => {
  expect(new StandIn(low, high, unsigned).toNumber()).toBe(number);
  expect(new Real(low, high, unsigned).toNumber()).toBe(number);
});
