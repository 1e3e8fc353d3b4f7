import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

/** How long what guards the demo's files may take after its end, in ms. */
const CLEANING_LIMIT = 10_000;

/** Everything temporary that the demo makes is here. */
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'demo-test-'));
  // Under root the server runs as somebody else, who has to get through to its own folder.
  await chmod(temporary, 0o711);
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

function start(...args: string[]) {
  // As npm does, so that each option reaches it as it was given.
  const demo = spawn('sh', ['-c', `exec ${packageJson.scripts.demo} "$@"`, 'demo', ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  demo.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  demo.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  return {
    demo,
    async untilItSays(words: string): Promise<void> {
      while (!output.includes(words)) await once(demo.stdout, 'data');
    },
    async end() {
      const [code] = await once(demo, 'close');
      return { output, errors, code };
    },
  };
}

const ours = async () => (await readdir(temporary)).filter((name) => name.startsWith('secrets-rotation'));

async function untilNothingIsLeft(): Promise<string[]> {
  const deadline = Date.now() + CLEANING_LIMIT;
  while ((await ours()).length > 0 && Date.now() < deadline) await sleep(50);
  return ours();
}

describe('npm run demo', () => {
  it('rotates by both strategies, finds every promise kept, and leaves nothing behind', async () => {
    const { output, errors, code } = await start('--rotations', '2').end();
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    expect(output).toMatch(/^ +Single user +Alternating users\n/m);
    expect(output).toMatch(/^ {2}Rotations +2 +2\n/m);
    expect(output).toMatch(/^ {4}of the rotation +0 +0\n/m);
    expect(output).toMatch(/All 20 promises held in .* s\n\n$/);
    // Piped, so no colours and nothing that moves the cursor.
    expect(output).not.toContain('\x1b');
    expect(await ours()).toEqual([]);
  });

  it('rejects no login on MySQL, where a single user has two passwords for a while', async () => {
    const { output, errors, code } = await start('--engine', 'mysql', '--rotations', '2').end();
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    expect(output).toMatch(/^ +Single user, dual passwords +Alternating users\n/m);
    expect(output).toMatch(/^ {2}Rotations +2 +2\n/m);
    expect(output).toMatch(/^ {4}gap without AWSCURRENT, longest +- +-\n/m);
    expect(output).toMatch(/^ {2}Failed logins in the log of the server +0 +0\n/m);
    expect(output).toMatch(/All 20 promises held in .* s\n\n$/);
    expect(await ours()).toEqual([]);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const { demo, untilItSays, end } = start();
    await untilItSays('rotation 1');
    expect(await ours()).toHaveLength(2);
    demo.kill('SIGINT');
    const { errors, code } = await end();
    expect({ errors, code }).toEqual({ errors: '', code: 130 });
    expect(await untilNothingIsLeft()).toEqual([]);
  });

  it('refuses wrong options and says what is right', async () => {
    const { output, errors, code } = await start('--engine', 'oracle').end();
    expect({ output, code }).toEqual({ output: '', code: 2 });
    expect(errors).toBe(
      '--engine takes postgres or mysql or mariadb, not "oracle".\nSee: npm run demo -- --help\n',
    );
  });
});
