import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arePair, otherUsername } from '../../../functions/strategies/clone-name.ts';

describe('the other user of a pair', () => {
  it.each([
    ['the first rotation', 'app', undefined, 'app_clone'],
    ['the second rotation', 'app_clone', 'app', 'app'],
    ['the third rotation', 'app', 'app_clone', 'app_clone'],
    ['AWSPREVIOUS of the same user', 'app', 'app', 'app_clone'],
    ['AWSPREVIOUS of somebody else', 'app', 'other', 'app_clone'],
    ['a user truly called x_clone', 'x_clone', undefined, 'x_clone_clone'],
    ['a user truly called x_clone, rotated before as a single user', 'x_clone', 'x_clone', 'x_clone_clone'],
    ['its clone', 'x_clone_clone', 'x_clone', 'x_clone'],
    ['a user truly called x_clone, once more', 'x_clone', 'x_clone_clone', 'x_clone_clone'],
    ['a user called _clone', '_clone', undefined, '_clone_clone'],
    ['its clone too', '_clone_clone', '_clone', '_clone'],
    ['a suffix in capitals', 'app_CLONE', 'app', 'app_CLONE_clone'],
  ])('%s: %s after %s', (_case, current, previous, expected) => {
    expect(otherUsername(current, previous)).toBe(expected);
  });

  it('is of the pair, never empty, and brings one back to where one was', () => {
    const name = fc
      .tuple(fc.string({ minLength: 1 }), fc.constantFrom('', '_clone', '_clone_clone'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, fc.option(name, { nil: undefined }), (current, previous) => {
        const other = otherUsername(current, previous);
        expect(other).not.toBe('');
        expect(arePair(current, other)).toBe(true);
        expect(arePair(other, current)).toBe(true);
        expect(otherUsername(other, current)).toBe(current);
      }),
    );
  });

  it.each([
    ['app', 'app'],
    ['app', 'app_clone_clone'],
    ['app', 'App_clone'],
    ['_clone', '_clone'],
    ['app', 'other_clone'],
  ])('%s and %s are no pair', (one, other) => {
    expect(arePair(one, other)).toBe(false);
    expect(arePair(other, one)).toBe(false);
  });
});
