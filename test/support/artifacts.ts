import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Builds all artifacts, as `npm run build` does. */
export async function buildArtifacts(): Promise<TemporaryArtifacts> {
  return temporaryArtifacts(buildAll, {
    layer: 'layer',
    functions: {
      'postgres-single-user': 'functions/postgres-single-user',
      'postgres-alternating-users': 'functions/postgres-alternating-users',
      'mysql-single-user': 'functions/mysql-single-user',
      'mysql-alternating-users': 'functions/mysql-alternating-users',
    },
  });
}

/** Where the artifacts are in a folder that holds all of them. */
export interface ArtifactLayout {
  readonly layer: string;
  readonly functions: Readonly<Record<FunctionName, string>>;
}

/**
 * Has a folder filled with artifacts. It is outside the repository: below it, Node would find the repository's own
 * node_modules/@rotation/core and never look for the layer.
 */
export async function temporaryArtifacts(
  fill: (folder: string) => Promise<unknown>,
  { layer, functions }: ArtifactLayout,
): Promise<TemporaryArtifacts> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-rotation-artifacts-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await fill(folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    layerFolder: join(folder, layer),
    functionFolder: (name) => join(folder, functions[name]),
    [Symbol.asyncDispose]: remove,
  };
}
