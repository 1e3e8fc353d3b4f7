import { afterAll, beforeAll } from 'vitest';
import { testRotation } from '../support/artifact-rotation.ts';
import { buildArtifacts, type TemporaryArtifacts } from '../support/artifacts.ts';

let artifacts: TemporaryArtifacts;
beforeAll(async () => {
  artifacts = await buildArtifacts();
});
afterAll(() => artifacts[Symbol.asyncDispose]());

testRotation(() => artifacts);
