import { describe, expect, it } from 'vitest';
import { runDoctor } from '../../../packages/rotation-doctor/src/doctor.ts';
import { surroundingsWith } from './support/surroundings.ts';

async function run(...args: string[]) {
  const { surroundings, stdout, stderr } = surroundingsWith({});
  const exitCode = await runDoctor(args, surroundings);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

describe('the command line', () => {
  it('helps on standard output, and tells the exit codes', async () => {
    const { exitCode, stdout, stderr } = await run('--help');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    for (const name of ['status', 'preflight', 'unstick', 'rotate', 'rollback', 'fleet']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    expect(stdout).toContain('  1  something is wrong with the secret, its rotation or its function\n');
  });

  it.each([
    [['cure'], "unknown command 'cure'"],
    [['status'], "missing required argument 'secret'"],
    [['status', 'app', '--format', 'csv'], 'Allowed choices are table, json.'],
    [['fleet', '--format', 'xml'], 'Allowed choices are table, csv, json.'],
    [['rotate', 'app', '--timeout', '5'], 'Durations are written as 90s, 10m, 2h or 1d.'],
    [['status', 'app', 'other'], 'too many arguments'],
    [['unstick', 'app', '--force'], "unknown option '--force'"],
  ])('refuses %j, and asks nobody', async (args, problem) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(problem);
  });

  it('without a command shows its help, and is wrong', async () => {
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Usage: rotation-doctor');
  });
});
