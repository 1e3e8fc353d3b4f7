import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';

/** The emulator ends what it runs within moments. In ms. */
const GONE_TIMEOUT = 10_000;

test('nothing is left of a function at work when the tests are killed', async () => {
  const script = join(import.meta.dirname, 'straining-owner.ts');
  const owner = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { value: processId } = await createInterface({ input: owner.stdout })[Symbol.asyncIterator]().next();
  expect(existsSync(`/proc/${processId}`)).toBe(true);

  owner.kill('SIGKILL');

  await vi.waitFor(() => expect(existsSync(`/proc/${processId}`)).toBe(false), { timeout: GONE_TIMEOUT });
});
