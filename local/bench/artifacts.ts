import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundle } from '../../build/bundle.ts';
import { buildAll } from '../../build.ts';
import type { Database } from '../demo/database.ts';
import { createGuardedFolder } from '../servers/guarded-folder.ts';

/** What is measured, until it is disposed of or this process ends. */
export interface BenchArtifacts extends AsyncDisposable {
  readonly layerFolder: string;
  /** local/lambda/runtime.ts without its types: Lambda's runtime has none to strip. */
  readonly runtime: string;
  functionFolder(name: string): string;
  floorFolder(driver: Database['functions']): string;
}

/** For which there are functions, and a floor. */
export const DRIVERS = ['postgres', 'mysql'] as const satisfies readonly Database['functions'][];
const here = import.meta.dirname;

/** Builds what is deployed, and the floor with the same options, so that neither loads what the other is spared. */
export async function buildBenchArtifacts(): Promise<BenchArtifacts> {
  // Outside the repository, whose node_modules Node would otherwise search before the layer.
  const folder = await createGuardedFolder(join(tmpdir(), 'secrets-rotation-bench-'));
  const dist = join(folder.path, 'dist');
  const runtime = join(folder.path, 'runtime.mjs');
  const floorFolder = (driver: Database['functions']) => join(folder.path, 'floor', driver);
  try {
    await Promise.all([
      buildAll(dist),
      build({ entryPoints: [join(here, '../lambda/runtime.ts')], outfile: runtime, format: 'esm' }),
      ...DRIVERS.map((driver) =>
        bundle(`local/bench/floor/${driver}.ts`, floorFolder(driver), ['pg-native']),
      ),
    ]);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return {
    layerFolder: join(dist, 'layer'),
    runtime,
    functionFolder: (name) => join(dist, 'functions', name),
    floorFolder,
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}
