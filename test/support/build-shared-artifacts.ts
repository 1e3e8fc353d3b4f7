/* Vitest's global setup of the tests that run built functions: one build for the whole run. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildAll } from '../../build.ts';
import { createGuardedFolder } from '../../local/servers/guarded-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `npm run build` would have filled. */
    artifacts: string;
  }
}

export default async function buildSharedArtifacts(project: TestProject): Promise<() => Promise<void>> {
  const folder = await createGuardedFolder(join(tmpdir(), 'secrets-rotation-artifacts-'));
  const dist = join(folder.path, 'dist');
  await buildAll(dist);
  project.provide('artifacts', dist);
  return folder.remove;
}
