import { describe, expect, it } from 'vitest';
import { csvOf } from '../../../packages/rotation-doctor/src/csv.ts';
import { tableOf } from '../../../packages/rotation-doctor/src/table.ts';
import { around, inWords, parseDuration } from '../../../packages/rotation-doctor/src/time-words.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

it.each([
  [0, '0 seconds'],
  [999, '0 seconds'],
  [SECOND, '1 second'],
  [119 * SECOND, '1 minute'],
  [HOUR, '1 hour'],
  [47 * HOUR, '1 day'],
  [400 * 24 * HOUR, '400 days'],
])('%i ms are %s', (ms, words) => {
  expect(inWords(ms)).toBe(words);
});

it('a time is told in UTC, and how far it is from now', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  expect(around(new Date('2026-03-10T09:59:59Z'), now)).toBe('2026-03-10 09:59 UTC (2 hours ago)');
  expect(around(new Date('2026-03-12T12:00:00Z'), now)).toBe('2026-03-12 12:00 UTC (in 2 days)');
});

it.each([
  ['0s', 0],
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['10', undefined],
  ['-1h', undefined],
  ['1.5h', undefined],
  ['1w', undefined],
  ['', undefined],
])('%s is a duration of %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

describe('CSV', () => {
  it('quotes what has a comma, a quote or a line break, and ends each record with CRLF', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          ['plain', ''],
          ['x,y', 'say "hi"'],
          ['two\nlines', 'a\rb'],
        ],
      ),
    ).toBe('a,b\r\nplain,\r\n"x,y","say ""hi"""\r\n"two\nlines","a\rb"\r\n');
  });
});

it('a table has columns as wide as they must be, and no spaces at the end of a line', () => {
  expect(
    tableOf(
      ['A', 'B', 'LAST'],
      [
        ['long', 'x', ''],
        ['', 'yy', 'as long as it is'],
      ],
    ),
  ).toEqual(['A     B   LAST', 'long  x', '      yy  as long as it is']);
});
