import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A server that has to be fetched, unpacked and initialised on a first run may take this long, in ms. */
const SERVER_SETUP_TIMEOUT = 300_000;
/** One test makes many logins, each of them deliberately slow to hash, on as few as two cores. In ms. */
const TEST_TIMEOUT = 60_000;

/** One less than there are cores would leave one of two idle while the tests wait for servers. */
const WORKERS = Math.max(2, availableParallelism() - 1);

const needsServers = { globalSetup: ['test/support/start-servers.ts'] };

export default defineConfig({
  test: {
    maxWorkers: WORKERS,
    testTimeout: TEST_TIMEOUT,
    hookTimeout: SERVER_SETUP_TIMEOUT,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/conformance/secrets-manager/**/*.test.ts'],
          exclude: ['**/moto.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          globalSetup: [...needsServers.globalSetup, 'test/support/build-shared-artifacts.ts'],
          name: 'servers',
          // A file is served by what the ones before it have loaded and warmed up, as an invocation of a function is. So a module
          // that files share must register its hooks in a function: at its top they would be the first file's only.
          isolate: false,
          include: [
            'test/servers/**/*.test.ts',
            'test/conformance/engines/**/*.test.ts',
            'test/integration/**/*.test.ts',
            'test/artifact/**/*.test.ts',
            'test/bench/**/*.test.ts',
            'test/demo/**/*.test.ts',
            'test/doctor/**/*.test.ts',
            'test/faults/**/*.test.ts',
            'test/hostile/**/*.test.ts',
            'test/model/**/*.test.ts',
            'test/races/**/*.test.ts',
            'test/walk/**/*.test.ts',
          ],
        },
      },
      /* What takes more than Node and npm: `npm run test:disk`, `test:moto`, `test:sam` and `test:emulator`. */
      {
        extends: true,
        // Each test starts a server of its own.
        test: { name: 'disk', include: ['test/disk/**/*.test.ts'], testTimeout: SERVER_SETUP_TIMEOUT },
      },
      { extends: true, test: { name: 'moto', include: ['test/conformance/secrets-manager/moto.test.ts'] } },
      { extends: true, test: { name: 'sam', include: ['test/sam/**/*.test.ts'] } },
      { extends: true, test: { ...needsServers, name: 'emulator', include: ['test/emulator/*.test.ts'] } },
    ],
  },
});
