import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failedLogins, logPosition } from '../../../local/servers/server-log.ts';
import { failureOf, type Lab, openLab, type StrategyName } from '../../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';

const INITIAL = 'Initial-password-1';
const CLOSED = [
  ['is locked', 'ACCOUNT LOCK', 'AccountLocked'],
  ['has an expired password', 'PASSWORD EXPIRE', 'PasswordExpired'],
] as const;

describe.each([
  ['mysql', 'single-user'],
  ['mysql', 'alternating-users'],
  ['mariadb', 'single-user'],
  ['mariadb', 'alternating-users'],
] as const)('%s, %s: an account that', (kind, strategy: StrategyName) => {
  const database = testDatabase(inject('servers')[kind]);
  let lab: Lab;
  let masterarn: string;
  beforeAll(async () => {
    lab = await openLab(database, strategy);
    masterarn = await lab.createSecret(database.server.superuser);
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  const newSecret = (username: string) =>
    lab.createSecret({
      username,
      password: INITIAL,
      ...(strategy === 'alternating-users' && { masterarn }),
    });

  it.each(CLOSED)('%s is left as it is: %s → %s', async (_, state, failure) => {
    const name = uniqueName();
    await database.sql(`CREATE USER '${name}'@'%' IDENTIFIED BY '${INITIAL}' ${state}`);
    const before = await database.sql(`SHOW CREATE USER '${name}'@'%'`);
    for (const immediately of [true, false]) {
      const secretArn = await newSecret(name);
      expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({ name: failure });
      expect(await lab.readSecret(secretArn)).toMatchObject({ username: name, password: INITIAL });
    }
    expect(await database.sql(`SHOW CREATE USER '${name}'@'%'`)).toEqual(before);
    expect(await database.sql(`SELECT 1 FROM mysql.user WHERE User = '${name}_clone'`)).toEqual([]);
    await database.dropUser(name);
  });

  if (strategy === 'alternating-users')
    it.each(CLOSED)('%s is found out before its turn comes: %s → %s', async (_, state, failure) => {
      const name = uniqueName();
      await database.createUser(name, INITIAL);
      const secretArn = await newSecret(name);
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      await database.sql(`ALTER USER '${name}'@'%' ${state}`);
      for (const immediately of [false, true])
        expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({ name: failure });
      await database.dropUser(`${name}_clone`);
      await database.dropUser(name);
    });

  if (kind === 'mysql')
    it('is locked at the first failed login survives clean rotations', async () => {
      const name = uniqueName();
      await database.sql(
        `CREATE USER '${name}'@'%' IDENTIFIED BY '${INITIAL}' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME UNBOUNDED`,
      );
      const secretArn = await newSecret(name);
      const before = logPosition(database.server.errorLog);
      for (let n = 1; n <= 3; n++) {
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      }
      expect(failedLogins(database.server, before, name)).toBe(0);
      const { username, password } = await lab.readSecret(secretArn);
      expect(await database.logsIn(username, password)).toBe(true);

      // The lock is real: one wrong password closes the account, and that is what a rotation says.
      await expect(database.logsIn(name, 'Wrong-password-1')).rejects.toMatchObject({ errno: 3955 });
      if (strategy === 'single-user') {
        expect(failureOf(await lab.rotate(secretArn))).toMatchObject({ name: 'AccountLocked' });
      }
      await database.dropUser(`${name}_clone`);
      await database.dropUser(name);
    });
});
