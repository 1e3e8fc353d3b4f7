/**
 * One thing that an account may do, or must not. Objects, users, roles and columns stand as the server quotes them, so that
 * they can be compared, and given back to the server as they are.
 */
export type Right =
  /** A privilege on an object, or on one column of a table. */
  | {
      readonly kind: 'privilege';
      readonly privilege: string;
      readonly column?: string;
      readonly object: string;
    }
  /** Passing on whatever it may do with the object. */
  | { readonly kind: 'grant option'; readonly object: string }
  /** MySQL: a global privilege that a component may add, which has a grant option of its own. */
  | { readonly kind: 'dynamic privilege'; readonly privilege: string; readonly passedOn: boolean }
  /** MySQL: a schema in which a global privilege is not had (a partial revoke). */
  | { readonly kind: 'restriction'; readonly privilege: string; readonly object: string }
  | { readonly kind: 'proxy'; readonly user: string; readonly passedOn: boolean }
  | { readonly kind: 'role'; readonly role: string; readonly passedOn: boolean }
  | { readonly kind: 'default role'; readonly role: string };

export type RightOf<Kind extends Right['kind']> = Extract<Right, { kind: Kind }>;

/** The privilege that stands for all others on an object. */
export const ALL = 'ALL PRIVILEGES';
/** The object of a global privilege. */
export const EVERYWHERE = '*.*';

/** Says what the right is, alike for whoever has it. Different rights have different phrases. */
export function phraseOf(right: Right): string {
  switch (right.kind) {
    case 'privilege':
      return `${namedPrivilege(right)} ON ${right.object}`;
    case 'grant option':
      return `GRANT OPTION ON ${right.object}`;
    case 'dynamic privilege':
      return `${right.privilege} ON ${EVERYWHERE}${right.passedOn ? ' WITH GRANT OPTION' : ''}`;
    case 'restriction':
      return `no ${right.privilege} ON ${right.object}`;
    case 'proxy':
      return `PROXY ON ${right.user}${right.passedOn ? ' WITH GRANT OPTION' : ''}`;
    case 'role':
      return `the role ${right.role}${right.passedOn ? ' WITH ADMIN OPTION' : ''}`;
    case 'default role':
      return `sessions that start with the role ${right.role}`;
    default:
      throw new TypeError(`unknown right ${right satisfies never}`);
  }
}

/** The privilege as GRANT and REVOKE name it. */
export function namedPrivilege({ privilege, column }: RightOf<'privilege'>): string {
  return column === undefined ? privilege : `${privilege} (${column})`;
}

export function phrasesOf(rights: readonly Right[]): ReadonlySet<string> {
  return new Set(rights.map(phraseOf));
}

/** The rights of `some` that are not among `others`. */
export function without(some: readonly Right[], others: readonly Right[]): readonly Right[] {
  const had = phrasesOf(others);
  return some.filter((right) => !had.has(phraseOf(right)));
}

/** The global privileges, by name. */
export function everywhere(rights: readonly Right[]): ReadonlySet<string> {
  const privileges = ofKind(rights, 'privilege').filter(({ object }) => object === EVERYWHERE);
  return new Set(privileges.map(({ privilege }) => privilege));
}

export function ofKind<Kind extends Right['kind']>(
  rights: readonly Right[],
  kind: Kind,
): readonly RightOf<Kind>[] {
  return rights.filter((right): right is RightOf<Kind> => right.kind === kind);
}
