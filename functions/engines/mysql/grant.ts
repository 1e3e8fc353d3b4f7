/** One line of SHOW GRANTS, taken apart: who has it is left out, so that lines of two accounts can be compared. */
export interface Grant {
  /** GRANT, REVOKE (a partial revoke) or SET DEFAULT ROLE, and what follows up to the word that introduces the account. */
  readonly statement: string;
  /** TO, FROM or FOR. */
  readonly preposition: string;
  /** Whether the account may pass it on: WITH GRANT OPTION, or WITH ADMIN OPTION for roles. */
  readonly option: 'GRANT OPTION' | 'ADMIN OPTION' | undefined;
}

/** Quoted names and texts are tokens of their own, so that what stands inside them is never taken for a keyword. */
const TOKEN = /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|[A-Za-z_]+|\s+|./gs;
const PREPOSITIONS = ['TO', 'FROM', 'FOR'];

/**
 * Parses a line of SHOW GRANTS.
 *
 * MariaDB appends to its USAGE line how the account identifies itself, its TLS requirement and its limits. These are no
 * grants, and the first of them is a password hash: they are dropped.
 * @throws TypeError when the line has no account, which no server's line lacks
 */
export function parseGrant(line: string): Grant {
  const tokens = line.match(TOKEN) ?? [];
  const at = tokens.findIndex((token) => PREPOSITIONS.includes(token));
  const preposition = tokens[at];
  if (preposition === undefined) throw new TypeError('a line of SHOW GRANTS names no account');
  const words = tokens.slice(at + 1).filter((token) => token.trim() !== '');
  const passesOn = (kind: string) => words.some((word, i) => word === kind && words[i + 1] === 'OPTION');
  return {
    statement: tokens.slice(0, at).join('').trim(),
    preposition,
    option: passesOn('GRANT') ? 'GRANT OPTION' : passesOn('ADMIN') ? 'ADMIN OPTION' : undefined,
  };
}

/** The statement that gives `account`, quoted already, the same. */
export function grantTo(account: string, { statement, preposition, option }: Grant): string {
  return `${statement} ${preposition} ${account}${option ? ` WITH ${option}` : ''}`;
}

/** Says what the grant gives, whoever has it. */
export function describeGrant({ statement, option }: Grant): string {
  return option ? `${statement} WITH ${option}` : statement;
}

/** Whether it is the line that stands for an account without global privileges. */
export function givesNothing({ statement, option }: Grant): boolean {
  return statement === 'GRANT USAGE ON *.*' && option === undefined;
}
