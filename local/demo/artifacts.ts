import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from '../../build.ts';
import { createGuardedFolder } from '../servers/guarded-folder.ts';

/** The built layer and functions, until they are disposed of or this process ends. */
export interface Artifacts extends AsyncDisposable {
  readonly layerFolder: string;
  functionFolder(name: string): string;
}

/** Builds outside the repository, whose node_modules Node would otherwise search before the layer. */
export async function buildArtifacts(): Promise<Artifacts> {
  const folder = await createGuardedFolder(join(tmpdir(), 'secrets-rotation-demo-'));
  const dist = join(folder.path, 'dist');
  try {
    await buildAll(dist);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return {
    layerFolder: join(dist, 'layer'),
    functionFolder: (name) => join(dist, 'functions', name),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}
