import { ALL, everywhere, ofKind, phraseOf, phrasesOf, type Right, without } from './right.ts';

/**
 * What an account may do beyond the rights of another: nothing, where AWS's functions made it, or a team beforehand, as the
 * clone of that other.
 */
export function beyond(rights: readonly Right[], original: readonly Right[]): readonly string[] {
  const had = phrasesOf(original);
  const global = everywhere(rights);
  const unrestricted = ofKind(without(original, rights), 'restriction').filter(({ privilege }) =>
    global.has(privilege),
  );
  return [
    ...without(rights, original)
      .filter((right) => isMore(right, had))
      .map(phraseOf),
    ...unrestricted.map(({ privilege, object }) => `${privilege} ON ${object}`),
  ];
}

/** Whether it is implied by nothing that the original has. */
function isMore(right: Right, original: ReadonlySet<string>): boolean {
  switch (right.kind) {
    case 'privilege': {
      const { column: _, ...onTable } = right;
      return ![onTable, { ...onTable, privilege: ALL }].some((wider) => original.has(phraseOf(wider)));
    }
    case 'dynamic privilege':
    case 'proxy':
    case 'role':
      return !original.has(phraseOf({ ...right, passedOn: true }));
    case 'grant option':
      return true;
    // Less than another account may do, or the same from the start.
    case 'restriction':
    case 'default role':
      return false;
    default:
      throw new TypeError(`unknown right ${right satisfies never}`);
  }
}
