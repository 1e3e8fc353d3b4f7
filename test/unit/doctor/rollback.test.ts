import type { PreflightReport } from '@rotation/core';
import { expect, it } from 'vitest';
import { AwsFailed } from '../../../packages/rotation-doctor/src/aws-failure.ts';
import { runDoctor } from '../../../packages/rotation-doctor/src/doctor.ts';
import type { LabelMove } from '../../../packages/rotation-doctor/src/secrets.ts';
import { secretWith, version } from './support/secrets.ts';
import { surroundingsWith } from './support/surroundings.ts';

const PASSED: PreflightReport = { outcome: 'passed', findings: [] };
const refused: PreflightReport = {
  outcome: 'failed',
  findings: [
    {
      check: 'rotation target',
      outcome: 'failed',
      error: 'RotationTargetRefused',
      detail: 'Version one names another host.',
      durationMs: 1,
    },
  ],
};
const expired = new AwsFailed(
  { action: 'secretsmanager:X', target: 'secret app' },
  Object.assign(new Error('The security token is expired.'), { code: 'ExpiredTokenException' }),
);

interface Given {
  readonly report?: PreflightReport;
  /** What the rotation does to the labels; it may also fail to start. */
  readonly rotate?: (labels: Map<string, string>) => void;
  readonly isMovable?: (move: LabelMove) => boolean;
  /** The error of createSecret in the log. */
  readonly failure?: string;
}

async function rollback({ report = PASSED, rotate = () => {}, isMovable = () => true, failure }: Given) {
  const labels = new Map([
    ['AWSCURRENT', 'two'],
    ['AWSPREVIOUS', 'one'],
  ]);
  const stages = () => {
    const versions: Record<string, string[]> = {};
    for (const [label, id] of labels) versions[id] = [...(versions[id] ?? []), label];
    return versions;
  };
  let clock = Date.parse('2026-03-10T12:00:00Z');
  const { surroundings, stdout, stderr } = surroundingsWith(
    {
      describe: async () => secretWith({ labels: stages() }),
      versions: async () => [version('two'), version('one')],
      async moveLabel(_id, move) {
        if (!isMovable(move)) throw expired;
        if (move.to === undefined) labels.delete(move.label);
        else labels.set(move.label, move.to);
      },
      async rotate() {
        rotate(labels);
        return 'three';
      },
    },
    {
      functions: { preflight: async () => report, logGroup: async () => '/logs' },
      stepLogs: {
        read: async () =>
          failure === undefined
            ? []
            : [
                {
                  id: 'a',
                  at: new Date(clock),
                  step: 'createSecret',
                  versionId: 'three',
                  error: { name: failure, message: 'No rotation can end with it.' },
                },
              ],
      },
    },
  );
  const exitCode = await runDoctor(['rollback', 'app', '--yes'], {
    ...surroundings,
    now: () => new Date(clock),
    pause: async (ms) => {
      clock += ms;
    },
  });
  return { exitCode, labels: Object.fromEntries(labels), stdout: stdout(), stderr: stderr() };
}

const BEFORE = { AWSCURRENT: 'two', AWSPREVIOUS: 'one' };

it('a target that the function refuses starts no rotation, and its label goes', async () => {
  const rotate = () => expect.unreachable();
  const { exitCode, labels, stderr } = await rollback({ report: refused, rotate });
  expect(stderr).toContain('rotation target: RotationTargetRefused: Version one names another host.');
  expect(stderr).toContain('ROTATION_TARGET was taken off again.');
  expect(labels).toEqual(BEFORE);
  expect(exitCode).toBe(1);
});

it('a rotation that is refused all the same leaves neither AWSPENDING nor the target behind', async () => {
  const { exitCode, labels, stdout, stderr } = await rollback({
    rotate: (labels) => labels.set('AWSPENDING', 'three'),
    failure: 'RotationTargetRefused',
  });
  expect(stdout).toContain('FAILED: the rotation of app was given up.\n');
  expect(stderr).toContain(
    'AWSPENDING was taken off version three.\nROTATION_TARGET was taken off version one.\n',
  );
  expect(labels).toEqual(BEFORE);
  expect(exitCode).toBe(1);
});

it('why no rotation starts is not hidden by a label that cannot be taken off, and that is told too', async () => {
  const { exitCode, stderr } = await rollback({
    rotate() {
      throw new AwsFailed(
        { action: 'secretsmanager:RotateSecret', target: 'secret app' },
        new Error('Busy.'),
      );
    },
    isMovable: ({ to }) => to !== undefined,
  });
  expect(stderr).toContain('secretsmanager:RotateSecret on secret app failed: Error: Busy.');
  expect(stderr).toContain(
    'ROTATION_TARGET may still be on version one, and the next rotation a rollback. Next: npx --no rotation-doctor unstick app\n',
  );
  expect(exitCode).toBe(3);
});

it('is done where the function has used the target', async () => {
  const { exitCode, labels, stdout } = await rollback({
    rotate(labels) {
      labels.delete('ROTATION_TARGET');
      labels.set('AWSPREVIOUS', 'two').set('AWSCURRENT', 'three');
    },
  });
  expect(stdout).toContain('Done: AWSCURRENT of app is version three');
  expect(labels).toEqual({ AWSCURRENT: 'three', AWSPREVIOUS: 'two' });
  expect(exitCode).toBe(0);
});
