import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PasswordPolicy, randomPassword } from '../../../local/secrets-manager/random-password.ts';

const PRINTABLE =
  ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~';
const ANYTHING: PasswordPolicy = {
  length: 32,
  excludeCharacters: '',
  excludeLowercase: false,
  excludeUppercase: false,
  excludeNumbers: false,
  excludePunctuation: false,
  includeSpace: false,
  requireEachType: true,
};

const policies: fc.Arbitrary<PasswordPolicy> = fc.record({
  length: fc.integer({ min: 4, max: 100 }),
  excludeCharacters: fc.string({ unit: fc.constantFrom(...PRINTABLE), maxLength: 60 }),
  excludeLowercase: fc.boolean(),
  excludeUppercase: fc.boolean(),
  excludeNumbers: fc.boolean(),
  excludePunctuation: fc.boolean(),
  includeSpace: fc.boolean(),
  requireEachType: fc.boolean(),
});

/** The four types of the API reference, by regular expressions instead of the lists that the code has. */
const TYPES: readonly [excluded: keyof PasswordPolicy, type: RegExp][] = [
  ['excludeLowercase', /^[a-z]$/],
  ['excludeUppercase', /^[A-Z]$/],
  ['excludeNumbers', /^[0-9]$/],
  ['excludePunctuation', /^[!-/:-@[-`{-~]$/],
];

const allowedOf = (policy: PasswordPolicy, type: RegExp) =>
  [...PRINTABLE].filter((character) => type.test(character) && !policy.excludeCharacters.includes(character));

describe('randomPassword', () => {
  it('keeps every rule of its policy, or refuses it for want of characters', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const types = TYPES.filter(([excluded]) => policy[excluded] === false)
          .map(([, type]) => allowedOf(policy, type))
          .filter((type) => type.length > 0);
        const allowed = [...types.flat(), ...(policy.includeSpace ? allowedOf(policy, /^ $/) : [])];
        if (allowed.length === 0) {
          expect(() => randomPassword(policy)).toThrow('The exclusions leave no character');
          return;
        }
        const password = [...randomPassword(policy)];
        expect(password).toHaveLength(policy.length);
        expect(password.filter((character) => !allowed.includes(character))).toEqual([]);
        if (!policy.requireEachType) return;
        for (const type of types) expect(password.some((character) => type.includes(character))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('draws every character equally often', () => {
    const digits = { ...ANYTHING, excludeLowercase: true, excludeUppercase: true, excludePunctuation: true };
    const counts = new Map<string, number>();
    for (let round = 0; round < 25; round++) {
      for (const digit of randomPassword({ ...digits, length: 4_000 })) {
        counts.set(digit, (counts.get(digit) ?? 0) + 1);
      }
    }
    // 100,000 draws of ten digits: a count outside 10,000 ± 600, more than six standard deviations, is no accident.
    expect([...counts.keys()].sort().join('')).toBe('0123456789');
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(600);
  });

  it('puts the characters that it has to have in any place', () => {
    const places = new Set<number>();
    for (let round = 0; round < 500; round++) {
      places.add(randomPassword({ ...ANYTHING, length: 4 }).search(/[0-9]/));
    }
    expect(places).toEqual(new Set([0, 1, 2, 3]));
  });

  it.each([
    { length: 3, types: 'four', policy: ANYTHING },
    { length: 2, types: 'three', policy: { ...ANYTHING, excludeNumbers: true } },
    { length: 3, types: 'four, besides the space', policy: { ...ANYTHING, includeSpace: true } },
  ])('has no room in $length characters for $types types', ({ length, policy }) => {
    expect(() => randomPassword({ ...policy, length })).toThrow(
      'Password length is too short based on the required types.',
    );
  });

  it('does not require a type that the excluded characters have used up', () => {
    expect(randomPassword({ ...ANYTHING, length: 3, excludeCharacters: '0123456789' })).toHaveLength(3);
  });
});
