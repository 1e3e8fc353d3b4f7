import { expect, it } from 'vitest';
import { duration, median } from '../../local/demo/format.ts';
import { changedKeys } from '../../local/demo/inspection.ts';
import { leaksIn, redacted } from '../../local/demo/leaks.ts';

const SECRETS = new Map([
  ['hunter2', 'the first password'],
  ['hunter3', 'the password of rotation 1'],
]);

it('finds a secret in a log, and does not say what it is', () => {
  const logs = new Map([
    ['the log', "ALTER ROLE shop PASSWORD 'hunter3'"],
    ['the other log', 'nothing of interest'],
  ]);
  expect(leaksIn(logs, SECRETS)).toEqual(['the password of rotation 1 stands in the log']);
});

it('takes secrets out of a text that is shown', () => {
  expect(redacted('hunter2 and hunter3 and hunter2', SECRETS)).toBe(
    '[redacted] and [redacted] and [redacted]',
  );
});

const VALUE = { username: 'shop', password: 'hunter2', port: 5432, contact: { team: 'shop' } };

it.each([
  ['another login', { ...VALUE, username: 'shop_clone', password: 'hunter3' }, []],
  ['the same in another object', { ...VALUE, contact: { team: 'shop' } }, []],
  ['a number that became text', { ...VALUE, port: '5432' }, ['port']],
  ['a key that is gone', { username: 'shop', password: 'hunter2', port: 5432 }, ['contact']],
  ['a key that is new', { ...VALUE, ssl: true }, ['ssl']],
])('compares all but the login of two values: %s', (_, after, changed) => {
  expect(changedKeys(VALUE, after)).toEqual(changed);
});

it.each([
  [[], undefined],
  [[3], 3],
  [[9, 1, 5], 5],
  [[10, 1, 9, 2], 5.5],
])('takes the middle of %j', (values, middle) => {
  expect(median(values)).toBe(middle);
});

it.each([
  [0.4, '0 ms'],
  [999, '999 ms'],
  [1_250, '1.3 s'],
])('writes %d ms as people do', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
