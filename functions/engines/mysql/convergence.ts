import type { GrantStatement } from './grant-statement.ts';
import {
  ALL,
  EVERYWHERE,
  everywhere,
  namedPrivilege,
  ofKind,
  phraseOf,
  phrasesOf,
  type Right,
  type RightOf,
  without,
} from './right.ts';

/** What is had with the option to pass it on or without it, and is one statement for each. */
type Optional = RightOf<'dynamic privilege' | 'proxy' | 'role'>;

/**
 * The statements that lead from the rights of a clone to those of its original, in proportion to what they differ in.
 *
 * Some take more than they say: a privilege on a table takes that on its columns along, ALL PRIVILEGES takes what is to stay.
 * So the rights are to be read again afterwards, until nothing is left to do. What an application may do is given before
 * anything is taken, for sessions of the clone may still be at work.
 */
export function statementsTowards(original: readonly Right[], clone: readonly Right[]): GrantStatement[] {
  const lacking = without(original, clone);
  const had = phrasesOf(original);
  const surplus = without(clone, original).filter((right) => !isIncluded(right, had));
  return [
    // Before they are given again without the option: it cannot be taken by itself.
    ...optionals(surplus).map((right) => optionalStatement('REVOKE', right)),
    ...gives(lacking),
    ...optionals(lacking).map((right) => optionalStatement('GRANT', right)),
    ...lifted(surplus, original),
    ...takes(surplus),
    ...optionsToRenew(surplus, original).map((right) => optionalStatement('GRANT', right)),
    ...defaultRoles(original, lacking, surplus),
    // Last, for a privilege can be restricted only when it is had everywhere.
    ...restrictions('REVOKE', ofKind(lacking, 'restriction')),
  ];
}

/** Whether what the clone has is a part of something that its original has: taking it would take from the whole. */
function isIncluded(right: Right, original: ReadonlySet<string>): boolean {
  switch (right.kind) {
    case 'privilege':
      return original.has(phraseOf({ kind: 'privilege', privilege: ALL, object: right.object }));
    case 'dynamic privilege':
    case 'role':
      return original.has(phraseOf({ ...right, passedOn: true }));
    // To pass on a PROXY that one has already is in force at once, but not stored (seen on MariaDB 11.8).
    default:
      return false;
  }
}

function optionals(rights: readonly Right[]): readonly Optional[] {
  return rights.filter((right): right is Optional => 'passedOn' in right);
}

function optionalStatement(verb: 'GRANT' | 'REVOKE', right: Optional): GrantStatement {
  const passedOn = verb === 'GRANT' && right.passedOn;
  switch (right.kind) {
    case 'role':
      return { verb, given: [right.role], ...(passedOn && { option: 'ADMIN OPTION' }) };
    case 'proxy':
      return { verb, given: ['PROXY'], object: right.user, ...(passedOn && { option: 'GRANT OPTION' }) };
    case 'dynamic privilege':
      return {
        verb,
        given: [right.privilege],
        object: EVERYWHERE,
        ...(passedOn && { option: 'GRANT OPTION' }),
      };
    default:
      throw new TypeError(`unknown right ${right satisfies never}`);
  }
}

/** One statement for each object. */
function gives(rights: readonly Right[]): GrantStatement[] {
  return byObject(rights).map(({ object, privileges, passedOn }) => ({
    verb: 'GRANT',
    given: privileges.length > 0 ? privileges : ['USAGE'],
    object,
    ...(passedOn && { option: 'GRANT OPTION' }),
  }));
}

/** The grant option is taken by itself, for it may not stand beside ALL PRIVILEGES. */
function takes(rights: readonly Right[]): GrantStatement[] {
  return byObject(rights).flatMap(({ object, privileges, passedOn }) =>
    [privileges, passedOn ? ['GRANT OPTION'] : []]
      .filter((given) => given.length > 0)
      .map((given) => ({ verb: 'REVOKE', given, object })),
  );
}

function byObject(rights: readonly Right[]) {
  const privileges = Map.groupBy(ofKind(rights, 'privilege'), ({ object }) => object);
  const passedOn = new Set(ofKind(rights, 'grant option').map(({ object }) => object));
  return [...new Set([...privileges.keys(), ...passedOn])].map((object) => ({
    object,
    privileges: (privileges.get(object) ?? []).map(namedPrivilege),
    passedOn: passedOn.has(object),
  }));
}

/** A restriction of a privilege that is taken as a whole goes with it; giving it in the schema would give too much. */
function lifted(surplus: readonly Right[], original: readonly Right[]): GrantStatement[] {
  const global = everywhere(original);
  const unfounded = ofKind(surplus, 'restriction').filter(({ privilege }) => global.has(privilege));
  return restrictions('GRANT', unfounded);
}

function restrictions(verb: 'GRANT' | 'REVOKE', rights: readonly RightOf<'restriction'>[]): GrantStatement[] {
  return [...Map.groupBy(rights, ({ object }) => object)].map(([object, restricted]) => ({
    verb,
    given: restricted.map(({ privilege }) => privilege),
    object,
  }));
}

/**
 * REVOKE GRANT OPTION ON *.* takes that of dynamic privileges along in mysql.global_grants, while SHOW GRANTS goes on to show
 * it until the server starts again (seen on 9.7.4).
 */
function optionsToRenew(surplus: readonly Right[], original: readonly Right[]): readonly Optional[] {
  if (!ofKind(surplus, 'grant option').some(({ object }) => object === EVERYWHERE)) return [];
  return ofKind(original, 'dynamic privilege').filter(({ passedOn }) => passedOn);
}

function defaultRoles(
  original: readonly Right[],
  lacking: readonly Right[],
  surplus: readonly Right[],
): GrantStatement[] {
  if (ofKind([...lacking, ...surplus], 'default role').length === 0) return [];
  const roles = ofKind(original, 'default role').map(({ role }) => role);
  return [{ verb: 'SET DEFAULT ROLE', given: roles.length > 0 ? roles : ['NONE'] }];
}
