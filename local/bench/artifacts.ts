import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
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

const DRIVERS = ['postgres', 'mysql'] as const satisfies readonly Database['functions'][];
const here = import.meta.dirname;

/** Builds what is deployed, and the floor in the same manner. */
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
      ...DRIVERS.map((driver) => buildFloor(driver, floorFolder(driver))),
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

async function buildFloor(driver: Database['functions'], folder: string): Promise<void> {
  await build({
    entryPoints: { index: join(here, 'floor', `${driver}.ts`) },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    external: ['pg-native'],
  });
}
