import { describe, expect, it } from 'vitest';
import { runDoctor } from '../../../packages/rotation-doctor/src/doctor.ts';
import type { Secret, Version } from '../../../packages/rotation-doctor/src/secrets.ts';
import type { LogSubject } from '../../../packages/rotation-doctor/src/step-log.ts';
import { secretWith, version } from './support/secrets.ts';
import { surroundingsWith } from './support/surroundings.ts';

const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const utc = (time: string) => new Date(`${time}:00Z`);

const unfinished = { one: ['AWSCURRENT'], two: ['AWSPENDING'] };
const SECRETS: readonly Secret[] = [
  secretWith({ name: 'healthy' }),
  secretWith({ name: 'older', lastRotated: utc('2026-02-20T00:00') }),
  secretWith({
    name: 'off',
    rotationEnabled: false,
    lastRotated: undefined,
    nextRotation: undefined,
    functionArn: lambda('other-mysql-alternating-users'),
  }),
  secretWith({ name: 'late', nextRotation: utc('2026-03-09T00:00') }),
  secretWith({
    name: 'stuck',
    arn: 'arn:unfinished',
    labels: unfinished,
    lastChanged: utc('2026-03-10T09:00'),
  }),
  secretWith({ name: 'given up', arn: 'arn:given-up' }),
  secretWith({
    name: 'failing',
    labels: { one: ['AWSCURRENT'], three: ['AWSPENDING'] },
    lastChanged: utc('2026-03-10T11:59'),
  }),
  secretWith({ name: 'moving', labels: unfinished, lastChanged: utc('2026-03-10T11:59') }),
  secretWith({ name: 'new', lastRotated: undefined }),
  secretWith({ name: 'stranger', functionArn: lambda('rotate-something-else') }),
  secretWith({ name: 'by nobody', functionArn: undefined }),
];

/** The list itself says nothing of when a version was made, and leaves out those without a label. */
const versions = async (arn: string): Promise<Version[]> =>
  arn === 'arn:given-up' || arn === 'arn:unfinished'
    ? [version('two', utc('2026-03-10T09:00')), version('one', utc('2026-03-01T00:00'))]
    : [version('one', utc('2026-03-01T00:00'))];

const functions = {
  preflight: async () => Promise.reject(new Error('not asked')),
  logGroup: async () => '/logs',
};
/** What the log has of the rotations that are under way. */
const stepLogs = {
  read: async (_group: string, subject: LogSubject) =>
    'versionId' in subject && subject.versionId === 'three'
      ? [
          {
            id: 'a',
            at: utc('2026-03-10T11:59'),
            step: 'setSecret',
            versionId: 'three',
            error: { name: 'HostNotFound', message: 'No.' },
          },
        ]
      : [],
};

async function fleet(secrets: readonly Secret[], ...options: string[]) {
  const list = async function* () {
    yield* secrets;
  };
  const { surroundings, stdout, stderr } = surroundingsWith({ list, versions }, { functions, stepLogs });
  const exitCode = await runDoctor(['fleet', ...options], surroundings);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

describe('the fleet', () => {
  it('is a table, worst first, and of the same state the oldest password first', async () => {
    const { exitCode, stdout, stderr } = await fleet(SECRETS);
    expect(stdout.split('\n')).toEqual([
      'STATE          AGE      NEXT ROTATION                      FUNCTION                       SECRET',
      'stuck          9 days   2026-04-01 00:00 UTC (in 21 days)  stack-postgres-single-user     stuck',
      'failed         9 days   2026-04-01 00:00 UTC (in 21 days)  stack-postgres-single-user     given up',
      'failing        9 days   2026-04-01 00:00 UTC (in 21 days)  stack-postgres-single-user     failing',
      'overdue        9 days   2026-03-09 00:00 UTC (1 day ago)   stack-postgres-single-user     late',
      'off            -        -                                  other-mysql-alternating-users  off',
      'in progress    9 days   2026-04-01 00:00 UTC (in 21 days)  stack-postgres-single-user     moving',
      'never rotated  -        2026-04-01 00:00 UTC (in 21 days)  stack-postgres-single-user     new',
      'healthy        18 days  2026-04-01 00:00 UTC (in 21 days)  stack-postgres-single-user     older',
      'healthy        9 days   2026-04-01 00:00 UTC (in 21 days)  stack-postgres-single-user     healthy',
      '',
    ]);
    expect(stderr).toBe(
      '9 secrets: 1 stuck, 1 failed, 1 failing, 1 overdue, 1 off, 1 in progress, 1 never rotated, 2 healthy.\n',
    );
    expect(exitCode).toBe(1);
  });

  it('is fine when nobody has to look after it, and when there is none', async () => {
    expect(
      (await fleet([secretWith({}), secretWith({ name: 'new', lastRotated: undefined })])).exitCode,
    ).toBe(0);
    expect(await fleet([])).toMatchObject({ exitCode: 0, stderr: '0 secrets.\n' });
  });

  it('is CSV', async () => {
    const odd = secretWith({ name: 'a,"b"', nextRotation: undefined });
    expect((await fleet([odd], '--format', 'csv')).stdout).toBe(
      'secret,arn,function,state,last_rotated,next_rotation\r\n' +
        '"a,""b""",arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf,stack-postgres-single-user,healthy,2026-03-01T00:00:00.000Z,\r\n',
    );
  });

  it('is JSON', async () => {
    const { stdout } = await fleet([SECRETS[4] as Secret], '--format', 'json');
    expect(JSON.parse(stdout)).toEqual([
      {
        secret: 'stuck',
        arn: 'arn:unfinished',
        function: 'stack-postgres-single-user',
        state: 'stuck',
        detail:
          'A rotation towards version two began 3 hours ago and has not ended. Nothing has happened to it for 3 hours, and no other can start while that version is AWSPENDING.',
        lastRotated: '2026-03-01T00:00:00.000Z',
        nextRotation: '2026-04-01T00:00:00.000Z',
      },
    ]);
  });

  it.each([['rotate-something-else'], [lambda('rotate-something-else')]])(
    'has the secrets of other functions that are named: %s',
    async (name) => {
      const { stdout } = await fleet(SECRETS, '--function', name, '--format', 'csv');
      expect(stdout.split('\r\n').map((line) => line.split(',')[0])).toEqual(['secret', 'stranger', '']);
    },
  );
});
