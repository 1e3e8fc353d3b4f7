import { describe, expect, it } from 'vitest';
import { denied, openLab } from './labs.ts';

describe('a rollback', () => {
  it('is refused where there is nothing to go back to', async () => {
    await using lab = await openLab();
    await lab.api.rotateSecret({
      SecretId: lab.secret,
      RotationLambdaARN: lab.functionArn,
      RotateImmediately: false,
    });
    await lab.rotations.settled(lab.secret);
    const { exitCode, stderr } = await lab.doctor(['rollback', lab.secret, '--yes']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`Nothing was changed: secret ${lab.secret} has no AWSPREVIOUS version.\n`);
  });

  it('is refused to a version that is not there, and to AWSCURRENT', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { AWSCURRENT = '' } = await lab.labels();
    const unknown = await lab.doctor(['rollback', lab.secret, '--to', 'f'.repeat(32), '--yes']);
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has no version fff') });
    const current = await lab.doctor(['rollback', lab.secret, '--to', AWSCURRENT, '--yes']);
    expect(current).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is AWSCURRENT') });
  });

  it('is refused while a rotation has not ended', async () => {
    await using lab = await openLab();
    await lab.rotate();
    lab.breakAt('setSecret');
    await lab.rotate();
    const before = await lab.labels();
    const { exitCode, stderr } = await lab.doctor(['rollback', lab.secret, '--yes']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`towards version ${before['AWSPENDING']} has not ended`);
    expect(await lab.labels()).toEqual(before);
  });

  it('goes back to a version that has lost its labels', async () => {
    await using lab = await openLab();
    const { AWSCURRENT: first = '' } = await lab.labels();
    await lab.rotate();
    await lab.rotate();
    const { exitCode } = await lab.doctor(['rollback', lab.secret, '--to', first, '--yes']);
    expect(exitCode).toBe(0);
    expect((await lab.read()).password).toBe('Fir5t-password!');
    expect(await lab.logsIn(lab.user)).toBe(true);
  });

  it('that cannot end is left for the next try, target and all', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { AWSPREVIOUS } = await lab.labels();
    lab.breakAt('createSecret');
    const { exitCode, stdout, stderr } = await lab.doctor([
      'rollback',
      lab.secret,
      '--yes',
      '--timeout',
      '1s',
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`UNFINISHED: the rotation of ${lab.secret} has not ended.\n`);
    expect(stderr).toContain(`ROTATION_TARGET stays on version ${AWSPREVIOUS} for the next try`);
    const status = await lab.doctor(['status', lab.secret]);
    expect(status.stdout).toContain(
      `Target    The next rotation is to end with the login of version ${AWSPREVIOUS}.\n`,
    );

    lab.mend();
    await lab.doctor(['unstick', lab.secret, '--yes', '--stuck-after', '0s']);
    expect(Object.keys(await lab.labels()).sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('that somebody cancels takes its label off again', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const before = await lab.labels();
    lab.rotations.register(lab.functionArn, async ({ ClientRequestToken }) => {
      await lab.api.updateSecretVersionStage({
        SecretId: lab.secret,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: ClientRequestToken,
      });
      throw new Error('cancelled');
    });
    const { exitCode, stdout } = await lab.doctor(['rollback', lab.secret, '--yes', '--timeout', '30s'], {
      meanwhile: lab.settled,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`FAILED: the rotation of ${lab.secret} was given up.\n`);
    expect(await lab.labels()).toEqual(before);
  });

  it('by a function that does not know ROTATION_TARGET is found out', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { AWSPREVIOUS } = await lab.labels();
    // A release from before the label leaves it where it is.
    lab.rotations.register(lab.functionArn, async ({ Step, ClientRequestToken }) => {
      if (Step !== 'finishSecret') return;
      const { AWSCURRENT, AWSPENDING } = await lab.labels();
      await lab.api.putSecretValue({
        SecretId: lab.secret,
        ClientRequestToken,
        SecretString: JSON.stringify(await lab.read()),
        VersionStages: ['AWSPENDING'],
      });
      await lab.api.updateSecretVersionStage({
        SecretId: lab.secret,
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: AWSCURRENT,
        MoveToVersionId: AWSPENDING,
      });
    });
    const { exitCode, stdout, stderr } = await lab.doctor(['rollback', lab.secret, '--yes'], {
      meanwhile: lab.settled,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('FAILED: the function has not used ROTATION_TARGET');
    expect(stderr).toContain(`ROTATION_TARGET was taken off version ${AWSPREVIOUS}.`);
    expect(await lab.labels()).not.toHaveProperty('ROTATION_TARGET');
  });

  it('leaves no ROTATION_TARGET behind when no rotation can be started', async () => {
    let isDenied = false;
    await using lab = await openLab({
      intercept: (call, answer) =>
        isDenied && call.operation === 'RotateSecret' ? denied(call.operation) : answer(),
    });
    await lab.rotate();
    const before = await lab.labels();
    isDenied = true;
    const { exitCode, stderr } = await lab.doctor(['rollback', lab.secret, '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('ROTATION_TARGET was taken off again.');
    expect(await lab.labels()).toEqual(before);
  });
});
