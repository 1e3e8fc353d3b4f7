import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startFunction } from '../../../local/lambda/function-process.ts';

it('a function that hangs does not keep its process from being ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hanging-function-'));
  try {
    await writeFile(
      join(folder, 'index.js'),
      "exports.handler = async () => { console.log('hanging'); for (;;); };\n",
    );
    const hanging = startFunction({ functionFolder: folder, layerFolder: folder, environment: {} });
    const invoked = expect(hanging.invoke({})).rejects.toThrow("The function's process ended");
    await expect.poll(() => hanging.output(), { timeout: 30_000 }).toBe('hanging\n');
    await hanging[Symbol.asyncDispose]();
    await invoked;
  } finally {
    await rm(folder, { recursive: true });
  }
});
