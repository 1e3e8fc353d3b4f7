import { describe, expect, it } from 'vitest';
import { passwordSettings } from '../../../layers/rotation-core/src/password-settings.ts';
import { thrownBy } from '../support/canaries.ts';

const DEFAULTS = {
  PasswordLength: 32,
  ExcludeCharacters: ':/@"\'\\`',
  ExcludeNumbers: false,
  ExcludePunctuation: false,
  ExcludeUppercase: false,
  ExcludeLowercase: false,
  RequireEachIncludedType: true,
};

describe('passwordSettings', () => {
  it('has defaults', () => {
    expect(passwordSettings({})).toEqual(DEFAULTS);
  });

  it.each([
    ['PASSWORD_LENGTH', '8', { PasswordLength: 8 }],
    ['PASSWORD_LENGTH', '4096', { PasswordLength: 4096 }],
    ['PASSWORD_LENGTH', '', {}],
    ['EXCLUDE_CHARACTERS', '#$', { ExcludeCharacters: '#$' }],
    ['EXCLUDE_CHARACTERS', '', { ExcludeCharacters: '' }],
    ['EXCLUDE_NUMBERS', 'true', { ExcludeNumbers: true }],
    ['EXCLUDE_PUNCTUATION', 'True', { ExcludePunctuation: true }],
    ['EXCLUDE_UPPERCASE', 'TRUE', { ExcludeUppercase: true }],
    ['EXCLUDE_LOWERCASE', 'true', { ExcludeLowercase: true }],
    ['EXCLUDE_LOWERCASE', 'False', {}],
    ['EXCLUDE_NUMBERS', '', {}],
    ['REQUIRE_EACH_INCLUDED_TYPE', 'false', { RequireEachIncludedType: false }],
    ['REQUIRE_EACH_INCLUDED_TYPE', '', {}],
    ['SOMETHING_ELSE', 'true', {}],
  ])('%s=%j', (variable, value, changed) => {
    expect(passwordSettings({ [variable]: value })).toEqual({ ...DEFAULTS, ...changed });
  });

  it.each([
    ['PASSWORD_LENGTH', '7'],
    ['PASSWORD_LENGTH', '4097'],
    ['PASSWORD_LENGTH', '32.5'],
    ['PASSWORD_LENGTH', '-32'],
    ['PASSWORD_LENGTH', '3e1'],
    ['PASSWORD_LENGTH', '0x20'],
    ['PASSWORD_LENGTH', ' 32'],
    ['PASSWORD_LENGTH', 'long'],
    ['EXCLUDE_NUMBERS', 'yes'],
    ['EXCLUDE_PUNCTUATION', '1'],
    ['EXCLUDE_UPPERCASE', 'on'],
    ['EXCLUDE_LOWERCASE', ' true'],
    ['REQUIRE_EACH_INCLUDED_TYPE', '0'],
  ])('refuses %s=%j, and names the variable', async (variable, value) => {
    const failure = await thrownBy(() => passwordSettings({ [variable]: value }));
    expect(failure.name).toBe('InvalidConfiguration');
    expect(failure.message).toContain(`environment variable ${variable} is `);
  });
});
