import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FunctionOptions, FunctionProcess } from '../../local/lambda/function-process.ts';
import { samArtifacts } from '../sam/sam-build.ts';
import { type RotationCase, testRotation } from '../support/artifact-rotation.ts';
import type { TemporaryArtifacts } from '../support/artifacts.ts';
import { deployedSettings } from './deployed-settings.ts';
import { emulateFunction } from './emulated-function.ts';
import { type Timings, timingsTable } from './timings.ts';

let artifacts: TemporaryArtifacts;
const timings = new Map<RotationCase, Timings>();

/** Of two rotations in one process. One that holds more has grown for a reason that wants to be known. */
const MOST_MEGABYTES = 90;

beforeAll(async () => {
  artifacts = await samArtifacts();
});
afterAll(async () => {
  await artifacts?.[Symbol.asyncDispose]();
  process.stdout.write(`\n${timingsTable([...timings.values()])}\n`);
});

testRotation(() => artifacts, emulateTimed);

test('none of them has held more memory than it should', () => {
  expect(timings.size).toBe(6);
  for (const { peakMegabytes } of timings.values()) {
    expect(peakMegabytes).toBeGreaterThan(0);
    expect(peakMegabytes).toBeLessThan(MOST_MEGABYTES);
  }
});

async function emulateTimed(options: FunctionOptions, about: RotationCase): Promise<FunctionProcess> {
  const emulated = await emulateFunction({ ...options, settings: deployedSettings(about.name) });
  const stepsMs: number[] = [];
  return {
    ...emulated,
    async invoke(event) {
      const started = performance.now();
      await emulated.invoke(event);
      stepsMs.push(performance.now() - started);
      const peakMegabytes = await emulated.peakMegabytes();
      timings.set(about, { about, initMs: emulated.initMs(), stepsMs, peakMegabytes });
    },
  };
}
