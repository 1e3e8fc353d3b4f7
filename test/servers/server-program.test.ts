import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findServerProgram, type ServerSource } from '../../local/servers/server-program.ts';

const SOURCE: ServerSource = {
  title: 'ExampleDB 2 or later',
  program: 'exampledbd',
  accepts: (version) => version.startsWith('ExampleDB 2'),
  debian: { packages: ['no-such-package'], program: 'usr/sbin/exampledbd' },
  advice: '`apt-get install exampledb`.',
};

let first: string;
let second: string;
beforeEach(async () => {
  first = await mkdtemp(join(tmpdir(), 'secrets-rotation-test-'));
  second = await mkdtemp(join(tmpdir(), 'secrets-rotation-test-'));
  // No other folder is on the path: there is no apt either.
  vi.stubEnv('PATH', `${first}:${second}`);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all([first, second].map((folder) => rm(folder, { recursive: true })));
});

function install(folder: string, script: string): Promise<void> {
  return writeFile(join(folder, 'exampledbd'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

it.each(['echo ExampleDB 1.9', 'echo OtherDB 2.0', 'exit 1'])(
  'passes over a program that does: %s',
  async (other) => {
    await install(first, other);
    await install(second, 'echo ExampleDB 2.1');
    expect(await findServerProgram(SOURCE)).toEqual({
      command: [join(second, 'exampledbd')],
      version: 'ExampleDB 2.1',
      root: undefined,
    });
  },
);

it('says how to get a server when there is none and none can be fetched', async () => {
  await install(first, 'echo ExampleDB 1.9');
  await expect(findServerProgram(SOURCE)).rejects.toThrow(
    'ExampleDB 2 or later is not on the PATH. To install it: `apt-get install exampledb`.\n' +
      "Fetching it from Debian's archive has failed: apt-get could not be run: spawn apt-get ENOENT.",
  );
});
