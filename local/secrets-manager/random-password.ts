import { randomInt } from 'node:crypto';
import { invalidParameter } from './service-error.ts';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const SPACE = ' ';

/** What GetRandomPassword is asked for, its defaults filled in. */
export interface PasswordPolicy {
  /** In characters, 1 to 4096. */
  readonly length: number;
  readonly excludeCharacters: string;
  readonly excludeLowercase: boolean;
  readonly excludeUppercase: boolean;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly includeSpace: boolean;
  /** At least one character of each of the four types that is left. A space belongs to none of them. */
  readonly requireEachType: boolean;
}

/**
 * Makes a password as GetRandomPassword does, from the operating system's random numbers.
 * @throws ServiceError InvalidParameterException when no character is left, or the length has no room for every type.
 */
export function randomPassword(policy: PasswordPolicy): string {
  const types = [
    policy.excludeLowercase ? '' : LOWERCASE,
    policy.excludeUppercase ? '' : UPPERCASE,
    policy.excludeNumbers ? '' : NUMBERS,
    policy.excludePunctuation ? '' : PUNCTUATION,
  ]
    .map((type) => without(type, policy.excludeCharacters))
    .filter((type) => type !== '');
  const alphabet = types.join('') + without(policy.includeSpace ? SPACE : '', policy.excludeCharacters);
  if (alphabet === '') {
    throw invalidParameter('The exclusions leave no character to make a password of.');
  }
  const required = policy.requireEachType ? types : [];
  if (policy.length < required.length) {
    throw invalidParameter('Password length is too short based on the required types.');
  }
  // Drawing anew, instead of planting one character of each type, keeps every allowed password equally likely.
  // The rarest case, four places and a single character left in three of the types, takes some two thousand draws.
  for (;;) {
    const password = draw(alphabet, policy.length);
    if (required.every((type) => containsOneOf(password, type))) return password;
  }
}

const without = (characters: string, excluded: string) =>
  [...characters].filter((character) => !excluded.includes(character)).join('');

const containsOneOf = (password: string, type: string) =>
  [...password].some((character) => type.includes(character));

const draw = (alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
