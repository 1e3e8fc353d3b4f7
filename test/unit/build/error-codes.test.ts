import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { errorCodes } from '../../../build/error-codes.ts';

const ERRORS = resolve(import.meta.dirname, '../../../node_modules/mysql2/lib/constants/errors.js');

it('the names of all errors are in the bundle, by number', async () => {
  const { outputFiles } = await build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    plugins: [errorCodes],
    entryPoints: [ERRORS],
  });
  const module: { exports: Record<string, string> } = { exports: {} };
  new Function('module', outputFiles[0]?.text ?? '')(module);

  const all = createRequire(import.meta.url)(ERRORS) as Record<string, unknown>;
  expect(module.exports[1045]).toBe('ER_ACCESS_DENIED_ERROR');
  expect(Object.keys(module.exports)).toEqual(Object.keys(all).filter((key) => /^\d+$/.test(key)));
  // Its other half, which nothing that rotates reads.
  expect(module.exports).not.toHaveProperty('ER_ACCESS_DENIED_ERROR');
});
