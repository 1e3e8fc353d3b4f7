import { passwordSettings } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { unmetBy } from '../../../functions/strategies/password-policy.ts';

const unmet = (policy: Parameters<typeof unmetBy>[0], environment: Record<string, string> = {}) =>
  unmetBy(policy, passwordSettings(environment));

describe('the passwords of these settings', () => {
  it('meet a policy that asks for what they have', () => {
    expect(unmet({ length: 32, digits: 1, lowercase: 1, uppercase: 1, punctuation: 1 })).toEqual([]);
    expect(unmet({})).toEqual([]);
  });

  it('are too short', () => {
    expect(unmet({ length: 33 })).toEqual(['it wants 33 characters, and PASSWORD_LENGTH is 32']);
    expect(unmet({ length: 33 }, { PASSWORD_LENGTH: '33' })).toEqual([]);
  });

  it.each([
    ['EXCLUDE_NUMBERS', { digits: 2 }, 'it wants digits (2), which the settings exclude'],
    ['EXCLUDE_LOWERCASE', { lowercase: 1 }, 'it wants lowercase letters (1), which the settings exclude'],
    ['EXCLUDE_UPPERCASE', { uppercase: 1 }, 'it wants uppercase letters (1), which the settings exclude'],
    [
      'EXCLUDE_PUNCTUATION',
      { punctuation: 1 },
      'it wants punctuation characters (1), which the settings exclude',
    ],
  ])('lack what %s excludes', (variable, policy, problem) => {
    expect(unmet(policy, { [variable]: 'true' })).toEqual([problem]);
    expect(unmet({}, { [variable]: 'true' })).toEqual([]);
  });

  it.each([
    ['0123456789', { digits: 1 }],
    ['abcdefghijklmnopqrstuvwxyz', { lowercase: 1 }],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', { uppercase: 1 }],
    ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', { punctuation: 1 }],
  ])('lack what is excluded one by one: %s', (excluded, policy) => {
    expect(unmet(policy, { EXCLUDE_CHARACTERS: excluded })).toHaveLength(1);
    expect(unmet(policy, { EXCLUDE_CHARACTERS: excluded.slice(1) })).toEqual([]);
  });

  it('are told of all that they lack at once', () => {
    expect(unmet({ length: 40, digits: 1 }, { PASSWORD_LENGTH: '39', EXCLUDE_NUMBERS: 'true' })).toHaveLength(
      2,
    );
  });
});
