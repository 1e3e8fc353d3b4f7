import type { GrantStatement } from './grant-statement.ts';
import { ALL, EVERYWHERE, everywhere, ofKind, phraseOf, phrasesOf, type Right } from './right.ts';

/** What ALL PRIVILEGES stands for on a schema, on servers of either kind. */
const OF_SCHEMAS = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'EXECUTE'],
  ...[
    'CREATE TEMPORARY TABLES',
    'LOCK TABLES',
    'CREATE VIEW',
    'SHOW VIEW',
    'CREATE ROUTINE',
    'ALTER ROUTINE',
  ],
  ...['EVENT', 'TRIGGER'],
];

/** Whom PROXY is for that may be passed on for any user, as MySQL and MariaDB write it. */
const EVERYBODY = ['``@``', '``@`%`'];

/** Whether rights let whoever has them create, alter and drop accounts. */
export function manageAccounts(own: readonly Right[]): boolean {
  const global = everywhere(own);
  return global.has(ALL) || global.has('CREATE USER');
}

/**
 * Whether rights let whoever has them make a statement beyond doubt. Where it is left to the server, as with a schema's name
 * that is a pattern and with partial revokes, the answer is false.
 */
export function surelyAllow(own: readonly Right[], { verb, given, object }: GrantStatement): boolean {
  const has = phrasesOf(own);
  if (verb === 'SET DEFAULT ROLE') return manageAccounts(own) && mayPassOn(own, ['UPDATE'], EVERYWHERE);
  const isRoleAdmin = ofKind(own, 'dynamic privilege').some(({ privilege }) => privilege === 'ROLE_ADMIN');
  if (object === undefined)
    return isRoleAdmin || given.every((role) => has.has(phraseOf({ kind: 'role', role, passedOn: true })));
  if (given.includes('PROXY'))
    return [object, ...EVERYBODY].some((user) => has.has(phraseOf({ kind: 'proxy', user, passedOn: true })));
  const isDynamic = (privilege: string) =>
    has.has(phraseOf({ kind: 'dynamic privilege', privilege, passedOn: true }));
  const places = [EVERYWHERE, ...schemasOf(object), object];
  if (object === EVERYWHERE && given.every(isDynamic)) return true;
  if (ofKind(own, 'restriction').length > 0) return false;
  const privileges = given.map((privilege) => privilege.replace(/ \(.*/s, ''));
  return places.some((place) => mayPassOn(own, privileges, place, object !== EVERYWHERE));
}

/** @param below whether it is for something less than everything, of which ALL PRIVILEGES is what a schema has */
function mayPassOn(
  own: readonly Right[],
  privileges: readonly string[],
  place: string,
  below = false,
): boolean {
  if (!ofKind(own, 'grant option').some(({ object }) => object === place)) return false;
  const had = new Set(
    ofKind(own, 'privilege')
      .filter(({ object, column }) => object === place && column === undefined)
      .map(({ privilege }) => privilege),
  );
  const needed = privileges
    .filter((privilege) => privilege !== 'USAGE' && privilege !== 'GRANT OPTION')
    .flatMap((privilege) => (privilege === ALL && below && place === EVERYWHERE ? OF_SCHEMAS : [privilege]));
  return had.has(ALL) || needed.every((privilege) => had.has(privilege));
}

/** The schema that an object is in, as the object of a privilege. */
function schemasOf(object: string): readonly string[] {
  return (object.match(/`(?:[^`]|``)*`/) ?? []).map((schema) => `${schema}.*`);
}
