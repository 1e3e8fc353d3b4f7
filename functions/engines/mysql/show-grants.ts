import { EVERYWHERE, type Right } from './right.ts';
import { listItems, tokensOf, withoutSpaces } from './tokens.ts';

/** They introduce the account, and no privilege contains one. */
const PREPOSITIONS = ['TO', 'FROM', 'FOR'];
/** Static privileges are words; MariaDB's READ_ONLY ADMIN is two. */
const DYNAMIC = /^[A-Z]+(?:_[A-Z\d]+)+$/;

/**
 * The rights in a line of SHOW GRANTS. Who has them is left out, so that the lines of two accounts can be compared; and so is
 * what MariaDB appends to its line of global privileges, for it is no right, and the first of it is a password hash.
 * @throws TypeError when the line names no account, which no server's line does
 */
export function rightsIn(line: string): readonly Right[] {
  const tokens = tokensOf(line);
  const at = tokens.findIndex((token) => PREPOSITIONS.includes(token));
  if (at === -1) throw new TypeError('a line of SHOW GRANTS names no account');
  const [verb, ...given] = tokens.slice(0, at);
  const passedOn = mayPassOn(withoutSpaces(tokens.slice(at + 1)));
  if (verb === 'SET')
    return withoutSpaces(given)
      .slice(-1)
      .map((role) => ({ kind: 'default role', role }));

  const on = given.indexOf('ON');
  if (on === -1) return listItems(given).map((role) => ({ kind: 'role', role, passedOn }));
  const object = given
    .slice(on + 1)
    .join('')
    .trim();
  const privileges = listItems(given.slice(0, on));
  if (privileges[0] === 'PROXY') return [{ kind: 'proxy', user: object, passedOn }];
  if (verb === 'REVOKE') return privileges.map((privilege) => ({ kind: 'restriction', privilege, object }));
  if (object === EVERYWHERE && privileges.every((privilege) => DYNAMIC.test(privilege))) {
    return privileges.map((privilege) => ({ kind: 'dynamic privilege', privilege, passedOn }));
  }
  const rights = privileges.flatMap((privilege) => rightsOn(object, privilege));
  return passedOn ? [...rights, { kind: 'grant option', object }] : rights;
}

function mayPassOn(words: readonly string[]): boolean {
  return words.some((word, i) => (word === 'GRANT' || word === 'ADMIN') && words[i + 1] === 'OPTION');
}

/** A privilege on columns, as `SELECT (a, b)`, is one for each of them. */
function rightsOn(object: string, item: string): Right[] {
  const tokens = tokensOf(item);
  const open = tokens.indexOf('(');
  const privilege = tokens
    .slice(0, open === -1 ? undefined : open)
    .join('')
    .trim();
  // It stands for an account that has nothing on the object.
  if (privilege === 'USAGE') return [];
  if (open === -1) return [{ kind: 'privilege', privilege, object }];
  const columns = listItems(tokens.slice(open + 1, -1));
  return columns.map((column) => ({ kind: 'privilege', privilege, column, object }));
}
