import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import corePackage from './layers/rotation-core/package.json' with { type: 'json' };

/** The name under which functions import the layer, and its folder in the layer. */
const LAYER = corePackage.name;
const FUNCTIONS = [
  'postgres-single-user',
  'postgres-alternating-users',
  'mysql-single-user',
  'mysql-alternating-users',
] as const;
type FunctionName = (typeof FUNCTIONS)[number];

const DOCTOR = 'rotation-doctor';

const root = import.meta.dirname;

/** CommonJS, because a layer's packages are found through NODE_PATH, which only require() honours. */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // An import() would be one of Node's ES modules, which NODE_PATH does not lead to; this makes it a require().
  supported: { 'dynamic-import': false },
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: root,
  // A source map names its sources from where the output lies. Here that is the root, wherever the files are then written:
  // every build of the same sources gives the same bytes, and a stack trace names the paths of the repository.
  outdir: root,
  write: false,
} satisfies BuildOptions;

async function bundle(entry: string, folder: string, external: string[]): Promise<void> {
  const { outputFiles } = await build({ ...common, entryPoints: { index: entry }, external });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    outputFiles.map(({ path, contents }) => writeFile(join(folder, basename(path)), contents)),
  );
}

/** Writes the layer as Lambda unpacks it under /opt. */
async function buildLayer(outdir: string): Promise<void> {
  const folder = join(outdir, 'nodejs/node_modules', LAYER);
  // Lambda's Node.js runtimes bring the AWS SDK. This client would more than double the layer, for few rotations.
  await bundle('layers/rotation-core/src/index.ts', folder, ['@aws-sdk/client-rds']);
  const { name, version } = corePackage;
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, main: 'index.js' })}\n`);
}

async function buildFunction(name: FunctionName, outdir: string): Promise<void> {
  // The layer brings the core. The other is pg's optional native binding, which nobody installs.
  await bundle(`functions/${name}.ts`, outdir, [LAYER, 'pg-native']);
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

/** Builds every artifact below `outdir`, which is emptied first: `layer/` and `functions/<name>/`. */
export async function buildAll(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await Promise.all([
    buildLayer(join(outdir, 'layer')),
    ...FUNCTIONS.map((name) => buildFunction(name, join(outdir, 'functions', name))),
  ]);
}

/** `node build.ts` builds all into dist/; `node build.ts --only NAME --out DIR` builds one artifact, as `sam build` asks for. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } });
  const out = resolve(root, values.out ?? 'dist');
  if (values.only === undefined) return buildAll(out);
  if (values.only === 'layer') return buildLayer(out);
  if (values.only === DOCTOR) return buildDoctor(out);
  const name = FUNCTIONS.find((known) => known === values.only);
  if (name === undefined) throw new Error(`--only takes layer, ${DOCTOR}, ${FUNCTIONS.join(', ')}`);
  return buildFunction(name, out);
}

if (import.meta.main) await main();
