import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createGuardedFolder, type GuardedFolder } from '../../local/servers/guarded-folder.ts';

let folder: GuardedFolder;
beforeEach(async () => {
  folder = await createGuardedFolder(join(tmpdir(), 'secrets-rotation-test-'));
});
afterEach(() => folder.remove());

/** Runs a script of the shell, with its output in the folder's file `output`. */
function run(script: string, options: { input?: string; stopSignal?: 'SIGKILL' } = {}) {
  return folder.run({ command: ['sh', '-c', script], output: join(folder.path, 'output'), ...options });
}

function output(): string {
  return readFileSync(join(folder.path, 'output'), 'utf8');
}

/** The process id that a script writes first. */
function firstOutput(): Promise<number> {
  return vi.waitFor(() => {
    const id = Number(output().trim());
    expect(id).toBeGreaterThan(1);
    return id;
  });
}

async function isRunning(id: number): Promise<boolean> {
  const states = await promisify(execFile)('ps', ['-A', '-o', 'pid=,stat=']);
  const state = states.stdout.match(new RegExp(`^ *${id} +(\\S+)$`, 'm'))?.[1];
  // A process that has ended stays a zombie (Z) until its parent, here the system's first process, asks.
  return state !== undefined && !state.startsWith('Z');
}

it('makes a folder and removes it with all that is in it', async () => {
  expect(basename(folder.path)).toMatch(/^secrets-rotation-test-.{6}$/);
  await run('mkdir -p a/b && echo c > a/b/c');
  expect(existsSync(join(folder.path, 'a/b/c'))).toBe(true);
  await folder.remove();
  expect(existsSync(folder.path)).toBe(false);
  await folder.remove();
});

it.each([
  ['exit 3', { code: 3, signal: null }],
  ['kill -9 $$', { code: null, signal: 'SIGKILL' }],
])('tells how a command has ended: %s', async (script, end) => {
  expect(await run(script)).toEqual(end);
});

it('tells that a command could not be started, and goes on', async () => {
  const out = join(folder.path, 'output');
  const noProgram = await folder.run({ command: ['/no/such/program'], output: out });
  expect(noProgram).toEqual({ code: null, signal: null, error: 'spawn /no/such/program ENOENT' });
  const noInput = await folder.run({ command: ['true'], input: '/no/such/file', output: out });
  expect(noInput).toMatchObject({ code: null, error: expect.stringContaining("open '/no/such/file'") });
  expect(await run('exit 0')).toEqual({ code: 0, signal: null });
});

it('runs a command in the folder, without our environment, with the input it is given', async () => {
  vi.stubEnv('SECRET', 'of the caller');
  await run('pwd; printenv SECRET || echo no secret; echo to-be-read > input');
  await run('cat', { input: join(folder.path, 'input') });
  expect(output()).toBe(`${folder.path}\nno secret\nto-be-read\n`);
  vi.unstubAllEnvs();
});

it('runs a command with the variables that it is given, and no others', async () => {
  const environment = { SETTING: 'to be read' };
  await folder.run({ command: ['/usr/bin/env'], output: join(folder.path, 'output'), environment });
  expect(output()).toBe('SETTING=to be read\n');
});

it('ends what is still running, with its helpers', async () => {
  const running = run('sleep 60 & echo $!; wait');
  const id = await firstOutput();
  expect(await isRunning(id)).toBe(true);
  await folder.remove();
  expect(await isRunning(id)).toBe(false);
  expect(await running).toEqual({ code: null, signal: 'SIGTERM' });
});

it('kills what does not end when it is asked to', async () => {
  const running = run('trap "" TERM; echo $$; while :; do sleep 1; done');
  const id = await firstOutput();
  await folder.remove();
  expect(await isRunning(id)).toBe(false);
  expect(await running).toEqual({ code: null, signal: 'SIGKILL' });
  expect(existsSync(folder.path)).toBe(false);
});

it('is removed as well when its guard is asked to end, and then runs nothing more', async () => {
  const running = run('echo $PPID; sleep 60');
  process.kill(await firstOutput(), 'SIGTERM');
  expect(await running).toEqual({ code: null, signal: 'SIGTERM' });
  await expect(run('exit 0')).rejects.toThrow(/^The guard of .* has ended \(0\)\.$/);
  expect(existsSync(folder.path)).toBe(false);
});
