import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { buildAll } from '../../build.ts';

export type FunctionName =
  | 'postgres-single-user'
  | 'postgres-alternating-users'
  | 'mysql-single-user'
  | 'mysql-alternating-users';

/** Built artifacts, as folders that Lambda would unpack. */
export interface Artifacts {
  /** Goes to /opt. */
  readonly layerFolder: string;
  /** Goes to /var/task. */
  functionFolder(name: FunctionName): string;
}

/** Artifacts that lie in a temporary folder until they are disposed of. */
export type TemporaryArtifacts = Artifacts & AsyncDisposable;

/** Where the artifacts are in a folder that holds all of them. */
export interface ArtifactLayout {
  readonly layer: string;
  readonly functions: Readonly<Record<FunctionName, string>>;
}

/** As `npm run build` lays them out. */
const BUILD: ArtifactLayout = {
  layer: 'layer',
  functions: {
    'postgres-single-user': 'functions/postgres-single-user',
    'postgres-alternating-users': 'functions/postgres-alternating-users',
    'mysql-single-user': 'functions/mysql-single-user',
    'mysql-alternating-users': 'functions/mysql-alternating-users',
  },
};

/** Those that build-shared-artifacts.ts has built for all tests of this run, none of which may change them. */
export function sharedArtifacts(): Artifacts {
  return artifactsIn(inject('artifacts'), BUILD);
}

/** A copy of them for one test, which may. */
export function ownArtifacts(): Promise<TemporaryArtifacts> {
  return temporaryArtifacts((folder) => cp(inject('artifacts'), folder, { recursive: true }), BUILD);
}

/** Builds all artifacts, as `npm run build` does. */
export function buildArtifacts(): Promise<TemporaryArtifacts> {
  return temporaryArtifacts(buildAll, BUILD);
}

/**
 * Has a folder filled with artifacts. It is outside the repository: below it, Node would find the repository's own
 * node_modules/@rotation/core and never look for the layer.
 */
export async function temporaryArtifacts(
  fill: (folder: string) => Promise<unknown>,
  layout: ArtifactLayout,
): Promise<TemporaryArtifacts> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-rotation-artifacts-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await fill(folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return { ...artifactsIn(folder, layout), [Symbol.asyncDispose]: remove };
}

function artifactsIn(folder: string, { layer, functions }: ArtifactLayout): Artifacts {
  return {
    layerFolder: join(folder, layer),
    functionFolder: (name) => join(folder, functions[name]),
  };
}
