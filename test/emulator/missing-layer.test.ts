import { afterAll, beforeAll, expect, test } from 'vitest';
import { samArtifacts } from '../sam/sam-build.ts';
import type { FunctionName, TemporaryArtifacts } from '../support/artifacts.ts';
import { deployedSettings } from './deployed-settings.ts';
import { emulateFunction } from './emulated-function.ts';

const FUNCTIONS: readonly FunctionName[] = [
  'postgres-single-user',
  'postgres-alternating-users',
  'mysql-single-user',
  'mysql-alternating-users',
];

let artifacts: TemporaryArtifacts;
beforeAll(async () => {
  artifacts = await samArtifacts();
});
afterAll(() => artifacts?.[Symbol.asyncDispose]());

test.each(FUNCTIONS)('%s without its layer answers with an error that names the layer', async (name) => {
  const functionFolder = artifacts.functionFolder(name);
  await using emulated = await emulateFunction({
    functionFolder,
    layerFolder: '/nonexistent',
    environment: {},
    settings: deployedSettings(name),
  });

  await expect(emulated.invoke({ Step: 'createSecret' })).rejects.toMatchObject({
    name: 'Runtime.ImportModuleError',
    message: `Error: Cannot find module '@rotation/core'\nRequire stack:\n- ${functionFolder}/index.js`,
  });
});
