import { describe, expect, inject, it } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { openLab } from './labs.ts';

const HOUR = 60 * 60 * 1000;

const postgres = () => testDatabase(inject('servers').postgres);

describe('a secret that rotates', () => {
  it('is healthy', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { AWSCURRENT, AWSPREVIOUS } = await lab.labels();
    const { exitCode, stdout } = await lab.doctor(['status', lab.secret]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'State     healthy: None is under way, and none is known to have failed since the last.\n',
    );
    expect(stdout).toMatch(new RegExp(`^${AWSCURRENT} .* AWSCURRENT$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${AWSPREVIOUS} .* AWSPREVIOUS$`, 'm'));
  });

  it('has nothing to unstick', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const before = await lab.labels();
    expect(await lab.doctor(['unstick', lab.secret, '--yes'])).toEqual({
      exitCode: 0,
      stdout: 'The login of AWSCURRENT works.\nNothing is stuck, and nothing was changed.\n',
      stderr: 'Asking secrets-rotation-postgres-single-user which version logs in. It changes nothing.\n',
    });
    expect(await lab.labels()).toEqual(before);
  });

  it('passes its preflight, as a table and as JSON', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const table = await lab.doctor(['preflight', lab.secret]);
    expect(table.exitCode).toBe(0);
    expect(table.stdout).toMatch(/^passed {3}login +\d+ ms {2}PostgreSQL \d+/m);
    const json = await lab.doctor(['preflight', lab.secret, '--format', 'json']);
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout).findings).toContainEqual(
      expect.objectContaining({ check: 'change of the password', outcome: 'passed' }),
    );
  });

  it('is one of the fleet', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { exitCode, stdout, stderr } = await lab.doctor(['fleet', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { secret: lab.secret, function: 'secrets-rotation-postgres-single-user', state: 'healthy' },
    ]);
    expect(stderr).toBe('1 secret: 1 healthy.\n');
    expect(exitCode).toBe(0);
  });

  it('is rotated and followed to the end, step by step', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { exitCode, stdout, stderr } = await lab.doctor(['rotate', lab.secret, '--wait', '--yes']);
    const { AWSCURRENT } = await lab.labels();
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `Done: AWSCURRENT of ${lab.secret} is version ${AWSCURRENT}, whose login was proven.\n`,
    );
    expect(stderr).toMatch(/createSecret done\n.*setSecret done\n.*testSecret done\n/);
    expect(await lab.logsIn(await lab.read())).toBe(true);
    expect(await lab.logsIn(await lab.read('AWSPREVIOUS'))).toBe(false);
  });

  it('is rotated and followed by who may not read the log', async () => {
    await using lab = await openLab({ denied: new Set(['FilterLogEvents']) });
    await lab.rotate();
    const { exitCode, stderr } = await lab.doctor(['rotate', lab.secret, '--wait', '--yes']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("The function's log is left out. AWS denies logs:FilterLogEvents on log group ");
  });

  it('goes back to the login before the last rotation, in the database too', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const before = await lab.labels();
    const previous = await lab.read('AWSPREVIOUS');
    expect(await lab.logsIn(previous)).toBe(false);

    const { exitCode, stdout } = await lab.doctor(['rollback', lab.secret], { typed: 'y\n' });

    const { AWSCURRENT = '', ...others } = await lab.labels();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`AWSCURRENT of ${lab.secret} is version ${before['AWSCURRENT']}.\n`);
    expect(stdout).toContain(`ROTATION_TARGET is put on version ${before['AWSPREVIOUS']} of `);
    expect(stdout).toContain(`Done: AWSCURRENT of ${lab.secret} is version ${AWSCURRENT}`);
    expect(others).toEqual({ AWSPREVIOUS: before['AWSCURRENT'] });
    expect(await lab.read()).toMatchObject(previous);
    expect(await lab.logsIn(previous)).toBe(true);
    expect(await lab.logsIn(await lab.read('AWSPREVIOUS'))).toBe(false);
  });
});

describe('a rotation that has stopped half-way', () => {
  it('is in progress at first, and is left alone', async () => {
    await using lab = await openLab();
    await lab.rotate();
    lab.breakAt('setSecret');
    await lab.rotate();
    const before = await lab.labels();
    const status = await lab.doctor(['status', lab.secret]);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toContain(
      `in progress: A rotation towards version ${before['AWSPENDING']} began 0 seconds ago.`,
    );
    const unstick = await lab.doctor(['unstick', lab.secret, '--yes']);
    expect(unstick).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unstick.stderr).toContain(
      `Nothing was changed: a rotation towards version ${before['AWSPENDING']} is in progress.`,
    );
    expect(await lab.labels()).toEqual(before);
  });

  it('before the password has changed is ended, and the next one can start', async () => {
    await using lab = await openLab();
    await lab.rotate();
    lab.breakAt('setSecret');
    await lab.rotate();
    lab.mend();
    const { AWSPENDING, ...others } = await lab.labels();

    const status = await lab.doctor(['status', lab.secret], { later: 2 * HOUR });
    expect(status.exitCode).toBe(1);
    expect(status.stdout).toContain(
      `State     stuck: A rotation towards version ${AWSPENDING} began 2 hours ago and has not ended.`,
    );
    expect(status.stdout).toContain(`Do        npx --no rotation-doctor unstick ${lab.secret}\n`);

    const { exitCode, stdout } = await lab.doctor(['unstick', lab.secret, '--yes'], { later: 2 * HOUR });
    expect(stdout.split('\n')).toEqual([
      'The login of AWSCURRENT works.',
      `To do: AWSPENDING is taken off version ${AWSPENDING}: the next rotation can start.`,
      `Done: AWSPENDING is taken off version ${AWSPENDING}: the next rotation can start.`,
      'The login of AWSCURRENT works.',
      `Next: npx --no rotation-doctor rotate ${lab.secret} --wait`,
      '',
    ]);
    expect(exitCode).toBe(0);
    expect(await lab.labels()).toEqual(others);
    expect((await lab.doctor(['rotate', lab.secret, '--wait', '--yes'])).exitCode).toBe(0);
  });

  it('after the password has changed is ended by making AWSPENDING AWSCURRENT', async () => {
    await using lab = await openLab();
    await lab.rotate();
    lab.breakAt('testSecret');
    await lab.rotate();
    lab.mend();
    const before = await lab.labels();
    expect(await lab.logsIn(await lab.read())).toBe(false);

    const { exitCode, stdout } = await lab.doctor(['unstick', lab.secret, '--stuck-after', '0s'], {
      typed: 'yes\n',
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `The login of AWSCURRENT is rejected, and that of version ${before['AWSPENDING']} works.\n`,
    );
    expect(await lab.labels()).toEqual({
      AWSCURRENT: before['AWSPENDING'],
      AWSPREVIOUS: before['AWSCURRENT'],
    });
    expect(await lab.logsIn(await lab.read())).toBe(true);
  });

  it.each([
    ['nobody is there to agree', undefined],
    ['the answer is no', 'n\n'],
    ['the answer is the end of the input', ''],
  ])('stays as it is when %s', async (_reason, typed) => {
    await using lab = await openLab();
    await lab.rotate();
    lab.breakAt('setSecret');
    await lab.rotate();
    const before = await lab.labels();
    const { exitCode, stdout, stderr } = await lab.doctor(
      ['unstick', lab.secret, '--stuck-after', '0s'],
      typed === undefined ? {} : { typed },
    );
    expect(exitCode).toBe(2);
    expect(stdout).toContain('To do: AWSPENDING is taken off version');
    expect(stderr).toContain('Nothing was changed');
    expect(await lab.labels()).toEqual(before);
  });

  it('is left alone when a label moves between the question and the answer', async () => {
    await using lab = await openLab();
    await lab.rotate();
    lab.breakAt('testSecret');
    await lab.rotate();
    const { AWSPENDING, ...others } = await lab.labels();
    const { exitCode, stdout, stderr } = await lab.doctor(['unstick', lab.secret, '--stuck-after', '0s'], {
      async typed() {
        await lab.api.updateSecretVersionStage({
          SecretId: lab.secret,
          VersionStage: 'AWSPENDING',
          RemoveFromVersionId: AWSPENDING,
        });
        return 'y\n';
      },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('To do: AWSCURRENT moves from version ');
    expect(stdout).not.toContain('Done:');
    expect(stderr).toContain('The labels of the secret have moved meanwhile');
    expect(await lab.labels()).toEqual(others);
  });

  it('is tried again by rotate, once what broke it is mended', async () => {
    await using lab = await openLab({
      // The service tries an unfinished rotation again when it is asked for one; the local one leaves that to its caller.
      intercept(call, answer) {
        const answered = answer();
        if (call.operation === 'RotateSecret' && answered.kind === 'error')
          void lab.rotations.reattempt(lab.secret);
        return answered;
      },
    });
    await lab.rotate();
    lab.breakAt('setSecret');
    await lab.rotate();
    lab.mend();
    const { AWSPENDING } = await lab.labels();
    const { exitCode, stderr } = await lab.doctor([
      'rotate',
      lab.secret,
      '--wait',
      '--yes',
      '--stuck-after',
      '0s',
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`A rotation towards version ${AWSPENDING} is stuck.`);
    expect((await lab.labels())['AWSCURRENT']).toBe(AWSPENDING);
  });
});

describe('a password that was changed by hand', () => {
  it('is for a person to mend, and no label moves', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { sql, identifier } = postgres();
    await sql(`ALTER ROLE ${identifier(lab.user.username)} PASSWORD 'changed by hand'`);
    const before = await lab.labels();
    const { exitCode, stdout } = await lab.doctor(['unstick', lab.secret, '--yes']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Nothing was changed.');
    expect(stdout).toContain('aws secretsmanager put-secret-value');
    expect(stdout).toContain('REPAIR_AWSCURRENT=true');
    expect(await lab.labels()).toEqual(before);
  });

  it('makes a rotation fail, which says why and what to do', async () => {
    await using lab = await openLab();
    await lab.rotate();
    const { sql, identifier } = postgres();
    await sql(`ALTER ROLE ${identifier(lab.user.username)} PASSWORD 'changed by hand'`);
    const { AWSCURRENT } = await lab.labels();
    const { exitCode, stdout, stderr } = await lab.doctor(
      ['rotate', lab.secret, '--wait', '--yes', '--timeout', '5s'],
      { meanwhile: lab.settled },
    );
    const { AWSPENDING } = await lab.labels();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/createSecret done\n.*setSecret failed: NoStoredLoginWorks: /);
    expect(stdout).toContain(
      `FAILED: the rotation of ${lab.secret} has not ended.\nNoStoredLoginWorks: setSecret of version ${AWSPENDING} failed: `,
    );
    expect(stdout).toContain(
      `AWSCURRENT is version ${AWSCURRENT} as before; version ${AWSPENDING} is AWSPENDING`,
    );

    const status = await lab.doctor(['status', lab.secret], { later: 2 * HOUR });
    expect(status.stdout).toMatch(/^Failure {3}.* UTC, NoStoredLoginWorks: setSecret of version /m);
  });
});

describe('a rotation that nobody has agreed to', () => {
  it.each([
    ['there is no terminal to ask on', undefined],
    ['the answer is no', 'n\n'],
  ])('is not started: %s', async (_why, typed) => {
    await using lab = await openLab();
    await lab.rotate();
    const before = await lab.labels();
    const { exitCode, stdout, stderr } = await lab.doctor(
      ['rotate', lab.secret],
      typed === undefined ? {} : { typed },
    );
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`A rotation gives ${lab.secret} a new password, and moves AWSCURRENT to it.\n`);
    expect(stderr).toContain('Nothing was changed');
    expect(await lab.labels()).toEqual(before);
  });
});

describe('rotation that is turned off', () => {
  it('is turned on only when somebody agrees', async () => {
    await using lab = await openLab();
    await lab.rotate();
    await lab.api.cancelRotateSecret({ SecretId: lab.secret });
    const before = await lab.labels();

    const status = await lab.doctor(['status', lab.secret]);
    expect(status.exitCode).toBe(1);
    expect(status.stdout).toContain('State     off: Rotation is turned off: the password stays as it is.\n');

    const refused = await lab.doctor(['rotate', lab.secret, '--wait']);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('This turns it on, with the schedule that it had.');
    expect(await lab.labels()).toEqual(before);

    const agreed = await lab.doctor(['rotate', lab.secret, '--wait'], { typed: 'y\n' });
    expect(agreed.exitCode).toBe(0);
    expect((await lab.api.describeSecret({ SecretId: lab.secret })).RotationEnabled).toBe(true);
  });
});
