import type { Right } from '../engine.ts';
import { listItems, tokensOf, withoutSpaces } from './tokens.ts';

/** One line of SHOW GRANTS, taken apart: who has it is left out, so that lines of two accounts can be compared. */
export interface Grant {
  /** GRANT, REVOKE (a partial revoke) or SET DEFAULT ROLE, and what follows up to the word that introduces the account. */
  readonly statement: string;
  /** TO, FROM or FOR. */
  readonly preposition: string;
  /** Whether the account may pass it on: WITH GRANT OPTION, or WITH ADMIN OPTION for roles. */
  readonly option: 'GRANT OPTION' | 'ADMIN OPTION' | undefined;
}

const PREPOSITIONS = ['TO', 'FROM', 'FOR'];

/**
 * Parses a line of SHOW GRANTS.
 *
 * MariaDB appends to its USAGE line how the account identifies itself, its TLS requirement and its limits. These are no
 * grants, and the first of them is a password hash: they are dropped.
 * @throws TypeError when the line has no account, which no server's line lacks
 */
export function parseGrant(line: string): Grant {
  const tokens = tokensOf(line);
  const at = tokens.findIndex((token) => PREPOSITIONS.includes(token));
  const preposition = tokens[at];
  if (preposition === undefined) throw new TypeError('a line of SHOW GRANTS names no account');
  const words = withoutSpaces(tokens.slice(at + 1));
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

/**
 * What a grant gives, one right at a time: a line lists the privileges on one object together, and the lines of two accounts
 * differ as a whole when one of them has a privilege more.
 */
export function rightsOf(grant: Grant): Right[] {
  if (givesNothing(grant)) return [];
  const { statement, option } = grant;
  const tokens = tokensOf(statement);
  const verb = tokens[0];
  if (verb === 'SET') return [{ text: statement }];
  const on = tokens.indexOf('ON');
  if (on === -1) return listItems(tokens.slice(1)).flatMap((role) => roleRights(role, option));
  const object = tokens.slice(on).join('');
  const rights = listItems(tokens.slice(1, on)).flatMap((privilege) => privilegeRights(privilege, object));
  // A partial revoke takes something away, which a user that is its equal must lack as well.
  if (verb === 'REVOKE') return rights.map(({ text }) => ({ text: `no ${text}` }));
  return option ? [...rights, { text: `${option} ${object}` }] : rights;
}

function roleRights(role: string, option: Grant['option']): Right[] {
  const granted = { text: `the role ${role}` };
  return option ? [granted, { text: `${option} of the role ${role}` }] : [granted];
}

/** A privilege on columns, as `SELECT (a, b)`, is one for each of them. */
function privilegeRights(privilege: string, object: string): Right[] {
  const all = `ALL PRIVILEGES ${object}`;
  const [, name, columns] = /^([A-Z ]+?)\s*\((.*)\)$/s.exec(privilege) ?? [];
  if (name === undefined || columns === undefined)
    return [{ text: `${privilege} ${object}`, impliedBy: [all] }];
  return listItems(tokensOf(columns)).map((column) => ({
    text: `${name} (${column}) ${object}`,
    impliedBy: [`${name} ${object}`, all],
  }));
}

/** Says what the grant gives, whoever has it. */
export function describeGrant({ statement, option }: Grant): string {
  return option ? `${statement} WITH ${option}` : statement;
}

/** Whether it is the line that stands for an account without global privileges. */
export function givesNothing({ statement, option }: Grant): boolean {
  return statement === 'GRANT USAGE ON *.*' && option === undefined;
}
