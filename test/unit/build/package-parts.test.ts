import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PARTS } from '../../../build/package-parts.ts';

const PACKAGES = join(import.meta.dirname, '../../../node_modules');

/* One that a new release has moved would come back whole. */
it.each(Object.keys(PARTS))('%s is where it is replaced', async (file) => {
  await expect(access(join(PACKAGES, file))).resolves.toBeUndefined();
});
