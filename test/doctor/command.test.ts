import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DoctorLab } from '../support/doctor-lab.ts';
import { openLab } from './labs.ts';

const execute = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGE = join(ROOT, 'packages/rotation-doctor');

let lab: DoctorLab;
beforeAll(async () => {
  lab = await openLab();
  await lab.rotate();
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** Runs a program as a shell does, in an environment that has nothing else for the SDK. */
async function run(program: string, args: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...lab.environment };
  try {
    return { exitCode: 0, ...(await execute(program, args, { cwd: ROOT, env })) };
  } catch (error) {
    const { code: exitCode, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode, stdout, stderr };
  }
}

describe('npx --no rotation-doctor', () => {
  it('runs from a clone, with the settings of the SDK', async () => {
    const { exitCode, stdout } = await run('npx', ['--no', 'rotation-doctor', 'status', lab.secret]);
    expect(stdout).toContain('State     healthy: ');
    expect(exitCode).toBe(0);
  });

  it('asks the function and reads its log', async () => {
    const { exitCode, stderr } = await run('npx', [
      '--no',
      'rotation-doctor',
      'rotate',
      lab.secret,
      '--wait',
      '--yes',
    ]);
    expect(stderr).toContain('setSecret done\n');
    expect(exitCode).toBe(0);
  });

  it('ends with the exit code of the command', async () => {
    expect((await run('npx', ['--no', 'rotation-doctor', 'status', 'nowhere'])).exitCode).toBe(3);
    expect((await run('npx', ['--no', 'rotation-doctor', 'cure', lab.secret])).exitCode).toBe(2);
  });
});

describe('a rollback that is interrupted', () => {
  it('says what goes on without it, and fails as a shell expects', async () => {
    lab.breakAt('createSecret');
    const env = { PATH: process.env['PATH'], ...lab.environment };
    const doctor = spawn(
      process.execPath,
      [join(PACKAGE, 'bin/rotation-doctor.js'), 'rollback', lab.secret, '--yes'],
      { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const said = text(doctor.stderr);
    const ended = once(doctor, 'exit');
    try {
      await vi.waitFor(async () => expect(await lab.labels()).toHaveProperty('AWSPENDING'), 20_000);
      // The answer to RotateSecret is on its way.
      await setTimeout(1_000);
    } finally {
      doctor.kill('SIGINT');
    }
    expect(await ended).toEqual([130, null]);
    expect(await said).toContain(
      `goes on by itself. Next: npx --no rotation-doctor rotate ${lab.secret} --wait\n`,
    );
    lab.mend();
    await lab.doctor(['unstick', lab.secret, '--yes', '--stuck-after', '0s']);
    expect(Object.keys(await lab.labels()).sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });
});

describe('the package as it is published', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rotation-doctor-package-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is JavaScript, and runs beside its dependencies', async () => {
    const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: PACKAGE,
    });
    const [{ filename, files }] = Object.values(JSON.parse(stdout)) as [
      { filename: string; files: { path: string }[] },
    ];
    expect(files.map(({ path }) => path).sort()).toEqual([
      'LICENSE',
      'README.md',
      'bin/rotation-doctor.js',
      'dist/rotation-doctor.js',
      'package.json',
    ]);
    await execute('tar', ['-xzf', filename], { cwd: folder });
    // Where an installation has the dependencies: what only this package has, and what it shares.
    await symlink(join(PACKAGE, 'node_modules'), join(folder, 'package/node_modules'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const doctor = join(folder, 'package/bin/rotation-doctor.js');
    const { exitCode, stdout: said } = await run(process.execPath, [doctor, 'preflight', lab.secret]);
    expect(said).toMatch(/^passed {3}login /m);
    expect(exitCode).toBe(0);
  });
});
