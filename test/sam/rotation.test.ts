import { afterAll, beforeAll } from 'vitest';
import { testRotation } from '../support/artifact-rotation.ts';
import type { TemporaryArtifacts } from '../support/artifacts.ts';
import { samArtifacts } from './sam-build.ts';

let artifacts: TemporaryArtifacts;
beforeAll(async () => {
  artifacts = await samArtifacts();
});
afterAll(() => artifacts?.[Symbol.asyncDispose]());

testRotation(() => artifacts);
