import { expect } from 'vitest';
import { type Case, expectRefusal, OUT_OF_BOUNDS } from '../subject.ts';

export const randomPasswords: Readonly<Record<string, Case>> = {
  'a password has 32 characters of all four types': async (api) => {
    const { RandomPassword = '' } = await api.getRandomPassword({});
    expect(RandomPassword).toHaveLength(32);
    expect(RandomPassword).toMatch(/[a-z]/);
    expect(RandomPassword).toMatch(/[A-Z]/);
    expect(RandomPassword).toMatch(/[0-9]/);
    expect(RandomPassword).toMatch(/[!-/:-@[-`{-~]/);
    expect(RandomPassword).not.toMatch(/ /);
  },
  'a password can have 4096 characters': async (api) => {
    const { RandomPassword } = await api.getRandomPassword({ PasswordLength: 4096 });
    expect(RandomPassword).toHaveLength(4096);
  },
  'a long password has every character of the set, and no other': async (api) => {
    const characters = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const { RandomPassword = '' } = await api.getRandomPassword({
        PasswordLength: 4096,
        IncludeSpace: true,
      });
      for (const character of RandomPassword) characters.add(character);
    }
    expect([...characters].sort().join('')).toBe(
      ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~',
    );
  },
  'excluded types stay out': async (api) => {
    const { RandomPassword } = await api.getRandomPassword({
      PasswordLength: 200,
      ExcludeUppercase: true,
      ExcludePunctuation: true,
      ExcludeNumbers: true,
    });
    expect(RandomPassword).toMatch(/^[a-z]{200}$/);
  },
  'excluded characters stay out': async (api) => {
    const ExcludeCharacters = '/@"\'\\:abcXYZ019]^-';
    const { RandomPassword = '' } = await api.getRandomPassword({ PasswordLength: 4096, ExcludeCharacters });
    expect([...RandomPassword].filter((character) => ExcludeCharacters.includes(character))).toEqual([]);
  },
  'four characters are one of each type': async (api) => {
    const { RandomPassword = '' } = await api.getRandomPassword({ PasswordLength: 4 });
    for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) expect(RandomPassword).toMatch(type);
  },
  'three characters are too few for four types': async (api) => {
    await expectRefusal(
      api.getRandomPassword({ PasswordLength: 3 }),
      'InvalidParameterException',
      'Password length is too short based on the required types.',
    );
  },
  'a single character will do when no type is required': async (api) => {
    const { RandomPassword } = await api.getRandomPassword({
      PasswordLength: 1,
      RequireEachIncludedType: false,
    });
    expect(RandomPassword).toHaveLength(1);
  },
  'a length of 0 is refused': async (api) => {
    await expectRefusal(api.getRandomPassword({ PasswordLength: 0 }), OUT_OF_BOUNDS);
  },
  'a length of 4097 is refused': async (api) => {
    await expectRefusal(api.getRandomPassword({ PasswordLength: 4097 }), OUT_OF_BOUNDS);
  },
  'a password of no character at all is refused': async (api) => {
    await expectRefusal(
      api.getRandomPassword({
        ExcludeLowercase: true,
        ExcludeUppercase: true,
        ExcludeNumbers: true,
        ExcludePunctuation: true,
      }),
      'InvalidParameterException',
    );
  },
};
