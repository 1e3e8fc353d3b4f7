import { afterEach, expect, it, vi } from 'vitest';
import { findServerProgram } from '../../local/servers/server-program.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('says how to get a server when there is none and none can be fetched', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  // Without a path there is no apt.
  vi.stubEnv('PATH', '');
  const nowhere = findServerProgram({
    title: 'ExampleDB 1 or later',
    program: 'no-such-program',
    accepts: () => true,
    debian: { packages: ['no-such-package'], program: 'usr/sbin/no-such-program' },
    advice: '`apt-get install exampledb`.',
  });
  await expect(nowhere).rejects.toThrow(
    'ExampleDB 1 or later is not on the PATH. To install it: `apt-get install exampledb`.\n' +
      "Fetching it from Debian's archive has failed: apt-get could not be run: spawn apt-get ENOENT.",
  );
});

it('takes a program from the path only when it is the server that is wanted', async () => {
  const source = {
    title: 'Node',
    program: 'node',
    debian: { packages: ['no-such-package'], program: 'usr/bin/no-such-program' },
    advice: '',
  } as const;
  vi.stubEnv('PATH', `/nonexistent:${process.execPath.replace(/\/[^/]+$/, '')}`);
  const accepted = { ...source, accepts: () => true };
  expect(await findServerProgram(accepted)).toMatchObject({ command: [process.execPath], root: undefined });
});
