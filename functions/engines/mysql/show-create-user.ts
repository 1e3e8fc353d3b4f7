import { escape as literal } from 'mysql2';
import { isText, textIn, tokensOf, withoutSpaces, wordsWithUnescapedTexts } from './tokens.ts';

/** What a server does not print of a setting, or does not know at all, is this. In the order of the grammar. */
export const DEFAULTS = {
  REQUIRE: 'NONE',
  MAX_QUERIES_PER_HOUR: '0',
  MAX_UPDATES_PER_HOUR: '0',
  MAX_CONNECTIONS_PER_HOUR: '0',
  MAX_USER_CONNECTIONS: '0',
  MAX_STATEMENT_TIME: '0',
  'PASSWORD EXPIRE': 'DEFAULT',
  'PASSWORD HISTORY': 'DEFAULT',
  'PASSWORD REUSE INTERVAL': 'DEFAULT',
  'PASSWORD REQUIRE CURRENT': 'DEFAULT',
  FAILED_LOGIN_ATTEMPTS: '0',
  PASSWORD_LOCK_TIME: '0',
} as const;

export type Setting = keyof typeof DEFAULTS;

/** One way for an account to prove who it is. */
interface Authentication {
  readonly plugin: string;
  /** Of a plugin without a password: whom it lets in, as the name of a user of the operating system. */
  readonly as: string | undefined;
}

/** An account as SHOW CREATE USER prints it, without the name and the password's hash. */
export interface PrintedProperties {
  /** The word before the plugins in the server's statements: WITH on MySQL, VIA on MariaDB. */
  readonly introducedBy: 'WITH' | 'VIA';
  /** MariaDB may have several, of which each is enough. */
  readonly authentication: readonly Authentication[];
  /** MySQL: the plugins that a login has to satisfy besides. */
  readonly furtherFactors: readonly string[];
  /** What stands after the setting's name in a statement. Undefined is what the server does not tell for sure. */
  readonly settings: Readonly<Record<Setting, string | undefined>>;
  /** Whether it has a comment or an attribute. Only MySQL has them, and prints them with losses. */
  readonly hasAttribute: boolean;
  readonly isLocked: boolean;
  /** Whether its password was expired by hand. */
  readonly isExpired: boolean;
}

interface Clause {
  readonly opening: string;
  readonly words: readonly string[];
}

const COMPARING_NAMES: readonly string[] = ['unix_socket', 'pam', 'gssapi', 'named_pipe'];

/** Whether it is one of MariaDB's plugins that ask somebody else who it is, where others have a password's hash. */
export function comparesNames(plugin: string): boolean {
  return COMPARING_NAMES.includes(plugin);
}

/** No quoted name or text is mistaken for the words of these, since its quotes belong to the token. */
const OPENINGS = [
  'IDENTIFIED WITH',
  'IDENTIFIED VIA',
  'IDENTIFIED BY PASSWORD',
  'DEFAULT ROLE',
  'WITH',
  'ACCOUNT',
  'ATTRIBUTE',
  ...Object.keys(DEFAULTS),
].map((opening) => opening.split(' '));

/** How MariaDB's second row starts. */
const SECOND_ROW = 'ALTER';

/** @param lines all rows: MariaDB tells the lifetime of a password that was expired by hand in a second one */
export function parseShowCreateUser(lines: readonly string[]): PrintedProperties {
  const line = lines.join(' ');
  const tokens = withoutSpaces(tokensOf(line));
  const clauses = clausesIn(tokens);
  if (!clauses.some(({ opening }) => opening === 'IDENTIFIED WITH'))
    return propertiesIn('VIA', clauses, textIn);
  return propertiesIn('WITH', clausesIn(wordsWithUnescapedTexts(line)), (token) => token.slice(1, -1));
}

function propertiesIn(
  introducedBy: 'WITH' | 'VIA',
  clauses: readonly Clause[],
  textOf: (token: string) => string,
): PrintedProperties {
  const settings: Record<Setting, string | undefined> = { ...DEFAULTS };
  for (const { opening, words } of clauses) {
    if (!isSetting(opening)) continue;
    settings[opening] = settingValue(
      opening,
      words.map((word) => (isText(word) ? literal(textOf(word)) : word)).join(' '),
      introducedBy,
    );
  }
  return {
    introducedBy,
    authentication: authenticationIn(clauses, textOf),
    furtherFactors: clauses
      .filter(({ opening }) => opening === 'IDENTIFIED WITH')
      .slice(1)
      .map(({ words: [plugin = ''] }) => textOf(plugin)),
    settings,
    hasAttribute: clauses.some(({ opening }) => opening === 'ATTRIBUTE'),
    isLocked: clauses.some(({ opening, words }) => opening === 'ACCOUNT' && words[0] === 'LOCK'),
    isExpired: clauses.some(
      ({ opening, words: [kind = SECOND_ROW] }) => opening === 'PASSWORD EXPIRE' && kind === SECOND_ROW,
    ),
  };
}

function settingValue(setting: Setting, printed: string, introducedBy: 'WITH' | 'VIA'): string | undefined {
  switch (setting) {
    case 'PASSWORD EXPIRE':
      return expiry(printed, introducedBy);
    case 'REQUIRE':
      // Of a requirement of nothing but TLS MariaDB prints the first word alone.
      return printed || "SUBJECT ''";
    default:
      return printed;
  }
}

/**
 * A password that was expired by hand hides how long passwords live. MySQL also goes on printing an interval after PASSWORD
 * EXPIRE DEFAULT has ended it, until it reads its tables again.
 */
function expiry(printed: string, introducedBy: 'WITH' | 'VIA'): string | undefined {
  if (introducedBy === 'VIA') return printed || DEFAULTS['PASSWORD EXPIRE'];
  return printed === '' || printed.startsWith('INTERVAL') ? undefined : printed;
}

function isSetting(opening: string): opening is Setting {
  return Object.hasOwn(DEFAULTS, opening);
}

function authenticationIn(clauses: readonly Clause[], textOf: (token: string) => string): Authentication[] {
  const clause = clauses.find(({ opening }) => opening === 'IDENTIFIED WITH' || opening === 'IDENTIFIED VIA');
  // MariaDB names this plugin by printing a hash alone, or nothing where there is no password.
  if (clause === undefined) return [{ plugin: 'mysql_native_password', as: undefined }];
  const alternatives = separatedBy('OR', clause.words);
  return alternatives.map(([name = '', using, value = '']) => {
    const plugin = isText(name) ? textOf(name) : name;
    const namesSomebody = using === 'USING' && comparesNames(plugin);
    return { plugin, as: namesSomebody ? textOf(value) : undefined };
  });
}

function clausesIn(words: readonly string[]): readonly Clause[] {
  const clauses: { opening: string; words: string[] }[] = [];
  for (let at = 0; at < words.length; ) {
    const opening = OPENINGS.find((parts) => parts.every((part, i) => words[at + i] === part));
    if (opening) clauses.push({ opening: opening.join(' '), words: [] });
    else clauses.at(-1)?.words.push(words[at] ?? '');
    at += opening?.length ?? 1;
  }
  return clauses;
}

function separatedBy(separator: string, words: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === separator) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}
