import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A mutant may wait for ever; no test of these takes a tenth of it. In ms. */
const TEST_TIMEOUT = 10_000;

export default defineConfig({
  root: ROOT,
  // In node_modules the layer is a link, which leads from the mutants' copy of the repository to the real one.
  resolve: { alias: { '@rotation/core': `${ROOT}layers/rotation-core/src/index.ts` } },
  test: {
    // Not test/unit/rotation.test.ts: it rotates while its tests are being collected, to find the points where it breaks
    // rotations. Code that runs then is taken to matter to every test, and most mutants would have to be given all of them.
    include: [
      'test/unit/{core,strategies}/**/*.test.ts',
      'test/unit/engines/connection-fault.test.ts',
      'test/unit/engines/mysql/*.test.ts',
      'test/unit/engines/postgres/password-verifier.test.ts',
    ],
    setupFiles: ['test/mutation/fixed-seed.ts'],
    testTimeout: TEST_TIMEOUT,
  },
});
