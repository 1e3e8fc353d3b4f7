import { describe, expect, it } from 'vitest';
import { denied, openLab } from './labs.ts';

describe('what AWS does not answer', () => {
  it('is a secret that is not there', async () => {
    await using lab = await openLab();
    expect(await lab.doctor(['status', 'nowhere'])).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'There is no secret nowhere in this account and Region. Check the name, AWS_PROFILE and AWS_REGION.\n',
    });
  });

  it('is a call that is not allowed, by its name', async () => {
    let isMade = false;
    await using lab = await openLab({
      intercept: (call, answer) =>
        call.operation === 'DescribeSecret' && isMade ? denied(call.operation) : answer(),
    });
    isMade = true;
    const { exitCode, stderr } = await lab.doctor(['preflight', lab.secret]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      `AWS denies secretsmanager:DescribeSecret on secret ${lab.secret}: No identity-based policy allows DescribeSecret.`,
    );
  });

  it('is a function that may not be invoked', async () => {
    await using lab = await openLab({ denied: new Set(['Invoke']) });
    await lab.rotate();
    const { exitCode, stderr } = await lab.doctor(['unstick', lab.secret, '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'AWS denies lambda:InvokeFunction on function secrets-rotation-postgres-single-user',
    );
  });

  it('is a function that is not attached', async () => {
    await using lab = await openLab();
    const { exitCode, stderr } = await lab.doctor(['preflight', lab.secret]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`No rotation function is attached to secret ${lab.secret}.`);
    expect((await lab.doctor(['status', lab.secret])).exitCode).toBe(1);
  });
});
