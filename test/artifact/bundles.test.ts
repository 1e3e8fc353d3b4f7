import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageOf } from '../../build/contents.ts';
import { startFunction } from '../../local/lambda/function-process.ts';
import { type FunctionName, sharedArtifacts } from '../support/artifacts.ts';

const artifacts = sharedArtifacts();

interface Case {
  readonly name: FunctionName;
  readonly driver: string;
  readonly otherDriver: string;
}

const FUNCTIONS: readonly Case[] = [
  { name: 'postgres-single-user', driver: 'pg', otherDriver: 'mysql2' },
  { name: 'postgres-alternating-users', driver: 'pg', otherDriver: 'mysql2' },
  { name: 'mysql-single-user', driver: 'mysql2', otherDriver: 'pg' },
  { name: 'mysql-alternating-users', driver: 'mysql2', otherDriver: 'pg' },
];

test.each(FUNCTIONS)(
  '$name carries $driver, not $otherDriver and no copy of the AWS SDK',
  async ({ name, driver, otherDriver }) => {
    const packages = await packagesIn(artifacts.functionFolder(name));

    expect(packages).toContain(driver);
    expect(packages).not.toContain(otherDriver);
    expect(packages.filter(isOfTheLayer)).toEqual([]);
  },
);

test('the layer carries the AWS SDK and Powertools, and no driver', async () => {
  const core = join(artifacts.layerFolder, 'nodejs/node_modules/@rotation/core');
  const packages = await packagesIn(core);

  expect(packages).toContain('@aws-sdk/client-secrets-manager');
  expect(packages).toContain('@aws-lambda-powertools/logger');
  // The runtime brings it, for the few functions that need it.
  expect(packages).not.toContain('@aws-sdk/client-rds');
  expect(packages).not.toContain('pg');
  expect(packages).not.toContain('mysql2');
});

test.each(FUNCTIONS)('$name without its layer fails and names the layer', async ({ name }) => {
  await using rotation = startFunction({
    functionFolder: artifacts.functionFolder(name),
    layerFolder: '/nonexistent',
    environment: {},
  });

  await expect(rotation.invoke({})).rejects.toThrow("Cannot find module '@rotation/core'");
});

/** The npm packages that have code in a bundle, by its source map. */
async function packagesIn(folder: string): Promise<string[]> {
  const map = await readFile(join(folder, 'index.js.map'), 'utf8');
  const { sources } = JSON.parse(map) as { readonly sources: readonly string[] };
  const names = sources.flatMap((source) => packageOf(source) ?? []);
  return [...new Set(names)];
}

const isOfTheLayer = (name: string) => /^@(aws-sdk|aws-lambda-powertools|smithy|rotation)\//.test(name);
