import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** How long what guards the bench's files may take after its end, in ms. */
const CLEANING_LIMIT = 20_000;
const TIMEOUT = 120_000;

/** Everything temporary that the bench makes is here. */
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'bench-test-'));
  // Under root the server runs as somebody else, who has to get through to its own folder.
  await chmod(temporary, 0o711);
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

const ours = async () => (await readdir(temporary)).filter((name) => name.startsWith('secrets-rotation'));

it.each(['SIGINT', 'SIGKILL'] as const)(
  'the bench leaves no server and no file behind after %s',
  async (signal) => {
    const main = join(import.meta.dirname, '../../local/bench/main.ts');
    const bench = spawn(process.execPath, [main, '--engine', 'postgres'], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // It names the server once that is up.
    const [line] = await once(bench.stderr.setEncoding('utf8'), 'data');
    expect(line).toMatch(/^postgres \d+/);
    expect(await ours()).not.toEqual([]);
    bench.kill(signal);
    await once(bench, 'exit');
    const deadline = Date.now() + CLEANING_LIMIT;
    // A server's folder goes after the server.
    while ((await ours()).length > 0 && Date.now() < deadline) await sleep(50);
    expect(await ours()).toEqual([]);
  },
  TIMEOUT,
);
