import type { GrantStatement } from './grant-statement.ts';
import { ALL, EVERYWHERE, everywhere, ofKind, phraseOf, phrasesOf, type Right } from './right.ts';

/** What ALL PRIVILEGES stands for on a schema of MySQL. MariaDB says ALL PRIVILEGES of whoever has them all. */
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

/** The dynamic privilege of MySQL without which nobody changes an account that has it. */
export const SYSTEM_USER: Right = { kind: 'dynamic privilege', privilege: 'SYSTEM_USER', passedOn: false };

/** Whether somebody may do something, as far as their rights tell: patterns and partial revokes are for the server to judge. */
export type Verdict = 'yes' | 'no' | 'ask';

/** What rights let whoever has them do to other accounts. */
export interface Authority {
  /** To create, alter and drop accounts. */
  readonly managesAccounts: Verdict;
  /** To change accounts that have SYSTEM_USER. */
  readonly isSystemUser: boolean;
  /** To make a statement. */
  allows(statement: GrantStatement): Verdict;
}

export function authorityOf(own: readonly Right[], onMariaDb: boolean): Authority {
  const phrases = phrasesOf(own);
  const has = (right: Right) => phrases.has(phraseOf(right));
  const hasDynamic = (privilege: string) =>
    [false, true].some((passedOn) => has({ kind: 'dynamic privilege', privilege, passedOn }));
  const isRestricted = ofKind(own, 'restriction').length > 0;

  const held = ofKind(own, 'privilege');
  const wholly = phrasesOf(held);
  const somewhere = new Set(held.map(({ privilege }) => privilege));
  const isNowhere = (...privileges: readonly string[]) =>
    [ALL, ...privileges].every((privilege) => !somewhere.has(privilege));
  const passesOn = (privileges: readonly string[], object: string) =>
    has({ kind: 'grant option', object }) &&
    privileges.every((privilege) =>
      [ALL, privilege].some((name) => wholly.has(phraseOf({ kind: 'privilege', privilege: name, object }))),
    );

  const managesAccounts = [ALL, 'CREATE USER'].some((privilege) => everywhere(own).has(privilege));
  const surelyAllows = ({ verb, given, object }: GrantStatement): boolean => {
    if (verb === 'SET DEFAULT ROLE') return managesAccounts && passesOn(['UPDATE'], EVERYWHERE);
    if (object === undefined)
      return hasDynamic('ROLE_ADMIN') || given.every((role) => has({ kind: 'role', role, passedOn: true }));
    if (given.includes('PROXY'))
      return [object, ...EVERYBODY].some((user) => has({ kind: 'proxy', user, passedOn: true }));
    if (isRestricted) return false;
    if (
      object === EVERYWHERE &&
      given.every((privilege) => has({ kind: 'dynamic privilege', privilege, passedOn: true }))
    )
      return true;
    const privileges = staticOf(given);
    const below = privileges.flatMap((name) => (name === ALL && !onMariaDb ? OF_SCHEMAS : [name]));
    return (
      passesOn(object === EVERYWHERE ? privileges : below, EVERYWHERE) ||
      [...schemasOf(object), object].some((place) => passesOn(privileges, place))
    );
  };
  // A privilege that one has nowhere cannot be passed on anywhere.
  const surelyRefuses = ({ verb, given, object }: GrantStatement): boolean =>
    verb !== 'SET DEFAULT ROLE' &&
    object !== undefined &&
    !given.includes('PROXY') &&
    staticOf(given).some((name) => name !== ALL && isNowhere(name) && !hasDynamic(name));

  return {
    managesAccounts: managesAccounts ? 'yes' : isNowhere('CREATE USER', 'INSERT', 'UPDATE') ? 'no' : 'ask',
    isSystemUser: hasDynamic('SYSTEM_USER'),
    allows(statement) {
      if (surelyAllows(statement)) return 'yes';
      return surelyRefuses(statement) ? 'no' : 'ask';
    },
  };
}

/** The privileges by name, without their columns and without the option to pass them on. */
function staticOf(given: readonly string[]): readonly string[] {
  return given
    .map((privilege) => privilege.replace(/ \(.*/s, ''))
    .filter((privilege) => privilege !== 'USAGE' && privilege !== 'GRANT OPTION');
}

/** The schema that an object is in, as the object of a privilege. */
function schemasOf(object: string): readonly string[] {
  return (object.match(/`(?:[^`]|``)*`/) ?? []).map((schema) => `${schema}.*`);
}
