import { describe, expect, it } from 'vitest';
import { quantile, spreadOf } from '../../../local/bench/spread.ts';

describe('a spread', () => {
  it('has the middle value, and those in the middle of either half', () => {
    expect(spreadOf([9, 1, 5, 7, 3])).toEqual({ median: 5, lowerQuartile: 3, upperQuartile: 7, count: 5 });
  });

  it('goes between values where there is none in the middle', () => {
    expect(spreadOf([10, 20])).toEqual({ median: 15, lowerQuartile: 12.5, upperQuartile: 17.5, count: 2 });
  });

  it('of one value is that value', () => {
    expect(spreadOf([4])).toEqual({ median: 4, lowerQuartile: 4, upperQuartile: 4, count: 1 });
  });

  it('of nothing is an error', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

it('a percentile lies as near to each of two values as its share says', () => {
  expect(quantile([0, 100], 0.95)).toBe(95);
});
