import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import { startMySql } from '../../../local/servers/mysql.ts';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { failureOf, openLab } from '../../support/rotation-lab.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

/** Satisfies the policy. */
const INITIAL = 'Initial-password-1-of-more-than-40-characters';

describe.each([
  [
    'mysql',
    startMySql,
    ["INSTALL COMPONENT 'file://component_validate_password'", 'SET GLOBAL validate_password.length = 40'],
  ],
  [
    'mariadb',
    startMariaDb,
    // Not when the server starts: the superuser's own password need not satisfy it.
    ["INSTALL SONAME 'simple_password_check'", 'SET GLOBAL simple_password_check_minimal_length = 40'],
  ],
] as const)('%s with a policy of 40 characters', (kind, start, policy) => {
  let running: RunningServer;
  let database: TestDatabase;
  beforeAll(async () => {
    running = await start();
    database = testDatabase(running.server);
    for (const statement of policy) await database.sql(statement);
  });
  afterAll(() => running.stop());

  const secretFor = async (
    strategy: 'single-user' | 'alternating-users',
    environment: Record<string, string>,
  ) => {
    const name = uniqueName();
    await database.createUser(name, INITIAL);
    const lab = await openLab(database, strategy, { environment });
    const masterarn = await lab.createSecret(running.server.superuser);
    return { name, lab, secretArn: await lab.createSecret({ username: name, password: INITIAL, masterarn }) };
  };

  it.each([
    [{ PASSWORD_LENGTH: '39' }, /wants 40 characters, and PASSWORD_LENGTH is 39/],
    [{ PASSWORD_LENGTH: '40', EXCLUDE_NUMBERS: 'true' }, /wants digits \(1\), which the settings exclude/],
  ])('a trial says that no password of these settings would do: %j', async (environment, problem) => {
    const { name, lab, secretArn } = await secretFor('single-user', environment);
    await using _lab = lab;
    expect(failureOf(await lab.rotate(secretArn, false))).toMatchObject({
      name: 'PasswordPolicyUnmet',
      message: expect.stringMatching(problem),
    });
    expect(await database.logsIn(name, INITIAL)).toBe(true);
    await using fitting = await openLab(database, 'single-user', { environment: { PASSWORD_LENGTH: '40' } });
    const arn = await fitting.createSecret({ username: name, password: INITIAL });
    expect(await fitting.rotate(arn, false)).toMatchObject({ kind: 'succeeded', failures: [] });
  });

  if (kind === 'mysql')
    it('AWSCURRENT that violates it is rotated away all the same, also by a superuser', async () => {
      await database.sql('SET GLOBAL validate_password.length = 10');
      const name = uniqueName();
      await database.createUser(name, 'Short-one-1');
      await database.sql('SET GLOBAL validate_password.length = 40');
      await database.sql(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO '${name}'@'%'`);
      await using lab = await openLab(database, 'single-user', { environment: { PASSWORD_LENGTH: '40' } });
      const masterarn = await lab.createSecret(running.server.superuser);
      const secretArn = await lab.createSecret({ username: name, password: 'Short-one-1', masterarn });
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      expect(await database.logsIn(name, 'Short-one-1')).toBe(true);
    });

  describe.each(['single-user', 'alternating-users'] as const)('%s', (strategy) => {
    it('a password that is too short is refused, and the old one works on', async () => {
      const { name, lab, secretArn } = await secretFor(strategy, { PASSWORD_LENGTH: '39' });
      await using _lab = lab;
      const failure = failureOf(await lab.rotate(secretArn));
      expect(failure).toMatchObject({
        name: 'PasswordRefused',
        message: expect.stringContaining('PASSWORD_LENGTH'),
        cause: { code: '1819', message: 'what the server said may quote the password, and is left out' },
      });
      expect(await lab.readSecret(secretArn)).toMatchObject({ username: name, password: INITIAL });
      expect(await database.logsIn(name, INITIAL)).toBe(true);
      if (strategy === 'alternating-users') {
        const [[clone] = []] = await database.sql(`SHOW CREATE USER '${name}_clone'@'%'`);
        expect(clone).toContain('ACCOUNT LOCK');
      }
    });

    it('a password of 40 characters rotates, whatever else the server asks for', async () => {
      const { lab, secretArn } = await secretFor(strategy, { PASSWORD_LENGTH: '40' });
      await using _lab = lab;
      const before = logPosition(running.server.statementLog);
      for (let n = 1; n <= 3; n++) {
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        const { username, password } = await lab.readSecret(secretArn);
        expect(await database.logsIn(username, password)).toBe(true);
        expect(lab.output()).not.toContain(password);
        // MariaDB writes down what it checks: the price of strict_password_validation.
        const inLog = logSince(running.server.statementLog, before).includes(password);
        expect(inLog).toBe(kind === 'mariadb');
      }
    });
  });

  if (kind === 'mariadb')
    it('takes hashes where it is not strict, and so logs no password', async () => {
      await database.sql('SET GLOBAL strict_password_validation = OFF');
      const name = uniqueName();
      await database.createUser(name, INITIAL);
      const before = logPosition(running.server.statementLog);
      await using session = await connect(database, loginTo(database, name, INITIAL));
      await session.changeOwnPassword(new Password(INITIAL), new Password('Canary-1'));
      expect(await database.logsIn(name, 'Canary-1')).toBe(true);
      expect(logSince(running.server.statementLog, before)).not.toContain('Canary-1');
      await database.sql('SET GLOBAL strict_password_validation = ON');
    });
});
