import { type Environment, flag } from './environment.ts';
import { InvalidConfiguration } from './errors.ts';

/** What GetRandomPassword is asked for, in its own words. */
export interface PasswordSettings {
  readonly PasswordLength: number;
  readonly ExcludeCharacters: string;
  readonly ExcludeNumbers: boolean;
  readonly ExcludePunctuation: boolean;
  readonly ExcludeUppercase: boolean;
  readonly ExcludeLowercase: boolean;
  readonly RequireEachIncludedType: boolean;
}

/** Characters that break connection URIs, shell words or configuration files somewhere along a password's way. */
const TROUBLESOME_CHARACTERS = ':/@"\'\\`';
/** With the default alphabet 32 characters carry about 200 bits. */
const DEFAULT_LENGTH = 32;
/** GetRandomPassword's own limits. */
const LONGEST = 4_096;
/** Fewer characters could be guessed on line. */
const SHORTEST = 8;

/**
 * The settings of generated passwords, from the environment variables that AWS's own functions use.
 * @throws InvalidConfiguration naming the variable
 */
export function passwordSettings(environment: Environment): PasswordSettings {
  return {
    PasswordLength: length(environment),
    ExcludeCharacters: environment['EXCLUDE_CHARACTERS'] ?? TROUBLESOME_CHARACTERS,
    ExcludeNumbers: flag(environment, 'EXCLUDE_NUMBERS', false),
    ExcludePunctuation: flag(environment, 'EXCLUDE_PUNCTUATION', false),
    ExcludeUppercase: flag(environment, 'EXCLUDE_UPPERCASE', false),
    ExcludeLowercase: flag(environment, 'EXCLUDE_LOWERCASE', false),
    RequireEachIncludedType: flag(environment, 'REQUIRE_EACH_INCLUDED_TYPE', true),
  };
}

function length(environment: Environment): number {
  const text = environment['PASSWORD_LENGTH'] || String(DEFAULT_LENGTH);
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= SHORTEST && number <= LONGEST)) {
    throw new InvalidConfiguration('PASSWORD_LENGTH', `is no number from ${SHORTEST} to ${LONGEST}`);
  }
  return number;
}
