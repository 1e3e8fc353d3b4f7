import { defineConfig } from 'vitest/config';

/** A server that has to be fetched, unpacked and initialised on a first run may take this long, in ms. */
const SERVER_SETUP_TIMEOUT = 300_000;
/** One test makes many logins, each of them deliberately slow to hash, on as few as two cores. In ms. */
const TEST_TIMEOUT = 60_000;

export default defineConfig({
  test: {
    testTimeout: TEST_TIMEOUT,
    hookTimeout: SERVER_SETUP_TIMEOUT,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
    ],
  },
});
