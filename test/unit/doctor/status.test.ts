import { describe, expect, it } from 'vitest';
import { runDoctor } from '../../../packages/rotation-doctor/src/doctor.ts';
import type { Secret } from '../../../packages/rotation-doctor/src/secrets.ts';
import { secretWith, version } from './support/secrets.ts';
import { surroundingsWith } from './support/surroundings.ts';

const at = (time: string) => new Date(`2026-03-10T${time}:00Z`);

const stuck = secretWith({
  labels: { one: ['AWSPREVIOUS', 'ROTATION_TARGET'], two: ['AWSCURRENT'], three: ['AWSPENDING'] },
  lastChanged: at('10:00'),
});

/** Of a secret whose last rotation has ended well. */
const labels = { one: ['AWSPREVIOUS'], two: ['AWSCURRENT'] };

/** The function's log has these steps of version three. */
async function status(secret: Secret, steps: { step: string; failed?: boolean }[], ...options: string[]) {
  const { surroundings, stdout } = surroundingsWith(
    {
      describe: async () => secret,
      // The version under rotation has no value yet, and is not listed.
      versions: async () => [
        version('two', at('09:00')),
        version('one', at('08:00')),
        version('zero', at('07:00')),
      ],
    },
    {
      functions: {
        preflight: async () => Promise.reject(new Error('not asked')),
        logGroup: async () => '/logs',
      },
      stepLogs: {
        read: async () =>
          steps.map(({ step, failed }, index) => ({
            id: String(index),
            at: at('10:00'),
            step,
            versionId: 'three',
            ...(failed && { error: { name: 'HostUnreachable', message: 'Nobody answers. Open the port.' } }),
          })),
      },
    },
  );
  const exitCode = await runDoctor(['status', 'app', ...options], surroundings);
  return { exitCode, stdout: stdout() };
}

describe('the status of a secret', () => {
  it('says what is wrong, since when, why, and what to do', async () => {
    const { exitCode, stdout } = await status(stuck, [
      { step: 'createSecret' },
      { step: 'setSecret', failed: true },
    ]);
    expect(stdout.split('\n')).toEqual([
      'Secret    app',
      'ARN       arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf',
      'Function  stack-postgres-single-user',
      'State     stuck: A rotation towards version three began 2 hours ago and has not ended. Nothing has happened to it for 2 hours, and no other can start while that version is AWSPENDING.',
      'Failure   2026-03-10 10:00 UTC, HostUnreachable: Nobody answers. Open the port.',
      'Rotated   2026-03-01 00:00 UTC (9 days ago)',
      'Next      2026-04-01 00:00 UTC (in 21 days)',
      'Target    The next rotation is to end with the login of version one.',
      'Do        npx --no rotation-doctor unstick app',
      '',
      'VERSION  CREATED                             LABELS',
      'three    -                                   AWSPENDING',
      'two      2026-03-10 09:00 UTC (3 hours ago)  AWSCURRENT',
      'one      2026-03-10 08:00 UTC (4 hours ago)  AWSPREVIOUS, ROTATION_TARGET',
      '',
    ]);
    expect(exitCode).toBe(1);
  });

  it('has no failure to tell when the last step did not fail', async () => {
    const { stdout } = await status(stuck, [{ step: 'setSecret', failed: true }, { step: 'setSecret' }]);
    expect(stdout).not.toContain('Failure');
  });

  it('is failed when the last step in the log is, of a rotation that left nothing else behind', async () => {
    const { exitCode, stdout } = await status(secretWith({ labels }), [{ step: 'setSecret', failed: true }]);
    expect(stdout).toContain(
      'State     failed: The last step that ran, for version three, has failed. No rotation is under way, and AWSCURRENT is version two.\n',
    );
    expect(stdout).toContain(
      'Failure   2026-03-10 10:00 UTC, HostUnreachable: Nobody answers. Open the port.\n',
    );
    expect(exitCode).toBe(1);
  });

  it('is failing within the first hour', async () => {
    const young = secretWith({
      labels: { two: ['AWSCURRENT'], three: ['AWSPENDING'] },
      lastChanged: at('11:59'),
    });
    const failed = await status(young, [{ step: 'setSecret', failed: true }]);
    expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('State     failing: ') });
    const mended = await status(young, [{ step: 'setSecret', failed: true }, { step: 'setSecret' }]);
    expect(mended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('State     in progress: ') });
  });

  it('shows ROTATION_TARGET also on AWSCURRENT', async () => {
    const { stdout } = await status(secretWith({ labels: { two: ['AWSCURRENT', 'ROTATION_TARGET'] } }), []);
    expect(stdout).toContain(
      'Target    ROTATION_TARGET is on AWSCURRENT, where no rotation needs it: unstick takes it off.\n',
    );
  });

  it.each([
    [secretWith({ labels }), 'healthy', 0],
    [secretWith({ labels, lastRotated: undefined }), 'never rotated', 0],
    [secretWith({ labels, nextRotation: at('11:00') }), 'overdue', 1],
    [secretWith({ labels: { one: ['AWSCURRENT'] } }), 'failed', 1],
    [secretWith({ rotationEnabled: false }), 'off', 1],
    [secretWith({ functionArn: undefined }), 'no function', 1],
    [secretWith({ labels: {} }), 'no value', 1],
    [secretWith({ deletion: at('23:00') }), 'deleted', 1],
  ])('tells a script as well: %#', async (secret, name, expected) => {
    const { exitCode, stdout } = await status(secret, []);
    expect(stdout).toContain(`State     ${name}: `);
    expect(exitCode).toBe(expected);
  });

  it('is JSON with every version', async () => {
    const { stdout } = await status(stuck, [{ step: 'setSecret', failed: true }], '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      secret: 'app',
      state: 'stuck',
      command: 'npx --no rotation-doctor unstick app',
      lastFailure: { step: 'setSecret', name: 'HostUnreachable', message: 'Nobody answers. Open the port.' },
      versions: [{ versionId: 'two' }, { versionId: 'one' }, { versionId: 'zero' }],
    });
  });
});
