import { STEPS } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { closedPort, startImpostor } from '../support/impostor.ts';
import { failureOf, type Lab, openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const PASSWORD = 'Initial-canary-1';
/** The service's own limit, in bytes. */
const LARGEST_VALUE = 65_536;

/** What a person or a template can get wrong in a secret: the change to a good value, the error and what it names. */
const WRONG_VALUES: readonly (readonly [string, Record<string, unknown>, string, string])[] = [
  ['no engine', { engine: undefined }, 'InvalidSecretValue', '"engine"'],
  ['no host', { host: undefined }, 'InvalidSecretValue', '"host"'],
  ['no username', { username: undefined }, 'InvalidSecretValue', '"username"'],
  ['no password', { password: undefined }, 'InvalidSecretValue', '"password"'],
  ['an empty username', { username: '' }, 'InvalidSecretValue', '"username"'],
  ['a password that is a number', { password: 1234 }, 'InvalidSecretValue', '"password"'],
  ['a port that is no number', { port: 'five' }, 'InvalidSecretValue', '"port"'],
  ['a port out of range', { port: 65_536 }, 'InvalidSecretValue', '"port"'],
  ['an ssl that is no flag', { ssl: 'require' }, 'InvalidSecretValue', '"ssl"'],
  ['an engine of another function', { engine: 'oracle' }, 'EngineMismatch', 'oracle'],
  ['a wrong password', { password: 'Wrong-canary-1' }, 'NoStoredLoginWorks', 'AWSCURRENT'],
  ['an unknown user', { username: 'nobody_of_that_name' }, 'NoStoredLoginWorks', 'AWSCURRENT'],
  ['an unknown database', { dbname: 'no_such_database' }, 'UnknownDatabase', 'no_such_database'],
  ['an unknown host', { host: 'no-such-host.invalid' }, 'HostNotFound', 'no-such-host.invalid'],
];

/** Whatever is wrong, the rotation ends with an error that names it, reveals nothing, and leaves the login as it was. */
export function describeBadInputs(server: DatabaseServer): void {
  const database = testDatabase(server);
  const login = (username: string, more: object = {}) => ({ username, password: PASSWORD, ...more });

  describe('bad inputs', () => {
    const username = uniqueName();
    let lab: Lab;
    beforeAll(async () => {
      await database.createUser(username, PASSWORD);
      lab = await openLab(database, 'single-user');
    });
    afterAll(async () => {
      // Whatever was wrong, nobody's password was changed or shown.
      expect(await database.logsIn(username, PASSWORD)).toBe(true);
      expect(lab.output()).not.toContain('canary');
      await lab[Symbol.asyncDispose]();
      await database.dropUser(username);
    });

    it.each(WRONG_VALUES)('%s', async (_, change, name, says) => {
      const secretArn = await lab.createSecret(login(username, change));
      const failure = failureOf(await lab.rotate(secretArn));
      expect(failure).toMatchObject({ name, message: expect.stringContaining(says) });
    });

    it.each([
      ['text that is no JSON', `${PASSWORD}: not JSON`],
      ['JSON that is no object', `["${PASSWORD}"]`],
      ['bytes', new TextEncoder().encode(PASSWORD)],
    ])('%s', async (_, value) => {
      const failure = failureOf(await lab.rotate(await lab.createSecret(value)));
      expect(failure.name).toBe('InvalidSecretValue');
    });

    it('a value so large that a new password has no room in it', async () => {
      const empty = JSON.stringify({
        engine: database.secretEngine,
        host: 'h',
        port: 1,
        username: 'u',
        password: 'p',
        ballast: '',
      });
      const ballast = 'x'.repeat(LARGEST_VALUE - empty.length);
      const secretArn = await lab.createSecret({ host: 'h', port: 1, username: 'u', password: 'p', ballast });
      const failure = failureOf(await lab.rotate(secretArn));
      expect(failure).toMatchObject({
        name: 'InvalidSecretValue',
        message: expect.stringContaining('65536'),
      });
    });

    it('a closed port', async () => {
      const secretArn = await lab.createSecret(login(username, { port: await closedPort() }));
      expect(failureOf(await lab.rotate(secretArn)).name).toBe('HostUnreachable');
    });

    it('a server that takes the connection and stays silent', async () => {
      await using silent = await startImpostor(() => {});
      const secretArn = await lab.createSecret(login(username, { port: silent.port }));
      expect(failureOf(await lab.rotate(secretArn)).name).toBe('ConnectionTimedOut');
    });

    it.each([
      ['is no object', 'createSecret'],
      ['has an unknown step', { Step: 'dropSecret' }],
      [
        'has no token',
        { Step: 'setSecret', SecretId: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf' },
      ],
    ])('an event that %s', async (_, event) => {
      await expect(lab.invoke(event)).rejects.toMatchObject({ name: 'InvalidEvent' });
    });

    it('a port as text is as good as a number', async () => {
      const other = uniqueName();
      await database.createUser(other, PASSWORD);
      const secretArn = await lab.createSecret(login(other, { port: String(server.port) }));
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded' });
      expect((await lab.readSecret(secretArn))['port']).toBe(String(server.port));
      await database.dropUser(other);
    });

    it('a value that a person changes in mid-rotation to another host gets no credential', async () => {
      const secretArn = await lab.createSecret(login(username));
      for (const step of STEPS) {
        const run = await lab.stepsOf(secretArn);
        await lab.rewritePending(secretArn, login(username, { host: 'elsewhere.example' }));
        await expect(run(step)).rejects.toMatchObject({
          name: 'IdentityChanged',
          message: expect.stringContaining('"host"'),
        });
      }
    });
  });

  describe('bad superuser secrets', () => {
    const username = uniqueName();
    const weak = uniqueName('weak');
    beforeAll(async () => {
      await database.createUser(username, PASSWORD);
      await database.createUser(weak, PASSWORD);
    });
    afterAll(async () => {
      for (const name of [`${username}_clone`, username, weak]) await database.dropUser(name);
    });

    /** Rotates the user with a superuser secret that says `superuser`, and returns how that failed. */
    async function rotateWith(superuser: object | undefined, configured = '*') {
      const environment = { SUPERUSER_SECRET_ARN: configured };
      await using lab = await openLab(database, 'alternating-users', { environment });
      const masterarn = superuser && (await lab.createSecret(superuser));
      const secretArn = await lab.createSecret(login(username, { masterarn }));
      const failure = failureOf(await lab.rotate(secretArn));
      expect((await lab.readSecret(secretArn)).username).toBe(username);
      expect(await database.logsIn(username, PASSWORD)).toBe(true);
      expect(lab.output()).not.toContain('canary');
      return failure;
    }

    it('none at all', async () => {
      expect(await rotateWith(undefined)).toMatchObject({
        name: 'SuperuserSecretRefused',
        message: expect.stringContaining('masterarn'),
      });
    });

    it('another one than the function is configured for', async () => {
      const elsewhere = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf';
      expect(await rotateWith(server.superuser, elsewhere)).toMatchObject({ name: 'SuperuserSecretRefused' });
    });

    it('one for another host', async () => {
      const failure = await rotateWith({ ...server.superuser, host: 'elsewhere.example' });
      expect(failure).toMatchObject({
        name: 'SuperuserSecretRefused',
        message: expect.stringContaining('"host"'),
      });
    });

    it('one that turns TLS off', async () => {
      const failure = await rotateWith({ ...server.superuser, ssl: false });
      expect(failure).toMatchObject({ name: 'SuperuserSecretRefused' });
    });

    it('one with a wrong password', async () => {
      const failure = await rotateWith({ ...server.superuser, password: 'Wrong-canary-1' });
      expect(failure).toMatchObject({
        name: 'LoginRejected',
        message: expect.stringContaining(server.superuser.username),
      });
    });

    it('one whose user lacks the privilege', async () => {
      const failure = await rotateWith({ username: weak, password: PASSWORD });
      expect(failure).toMatchObject({ name: 'PrivilegeMissing', message: expect.stringContaining(weak) });
    });

    it('a current login that does not work, for which no superuser is asked', async () => {
      await using lab = await openLab(database, 'alternating-users');
      const masterarn = await lab.createSecret(server.superuser);
      const secretArn = await lab.createSecret({ username, password: 'Wrong-canary-1', masterarn });
      expect(failureOf(await lab.rotate(secretArn))).toMatchObject({ name: 'LoginRejected' });
    });
  });
}
