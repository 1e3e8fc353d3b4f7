import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { type Artifacts, buildArtifacts } from '../support/artifacts.ts';
import { samArtifacts } from './sam-build.ts';

test('sam build gives the very bytes of npm run build', async () => {
  await using ours = await buildArtifacts();
  await using sams = await samArtifacts();

  const digests = await digestsOf(sams);
  expect(digests).toEqual(await digestsOf(ours));
  expect(Object.values(digests).map((files) => Object.keys(files).length)).toEqual([3, 3, 3, 3, 3]);
});

async function digestsOf({ layerFolder, functionFolder }: Artifacts) {
  return {
    layer: await digestsIn(layerFolder),
    postgresSingleUser: await digestsIn(functionFolder('postgres-single-user')),
    postgresAlternatingUsers: await digestsIn(functionFolder('postgres-alternating-users')),
    mysqlSingleUser: await digestsIn(functionFolder('mysql-single-user')),
    mysqlAlternatingUsers: await digestsIn(functionFolder('mysql-alternating-users')),
  };
}

/** The digest of every file below a folder, by its path there. */
async function digestsIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digest = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [relative(folder, path), await digest(path)] as const)),
  );
}
