import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failedLogins, logPosition, logSince } from '../../../local/servers/server-log.ts';
import { failureOf, type Lab, openLab } from '../../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const INITIAL = 'Initial-password-1';
const database = testDatabase(inject('servers').mysql);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab(database, 'single-user');
});
afterAll(() => lab[Symbol.asyncDispose]());

describe('the own password of an account', () => {
  it.each([
    ['that must name its present one', 'PASSWORD REQUIRE CURRENT', 'caching_sha2_password'],
    ['of sha256_password', '', 'sha256_password'],
    ['of sha256_password that must name its present one', 'PASSWORD REQUIRE CURRENT', 'sha256_password'],
  ])('%s rotates, and its plugin is kept', async (_, option, plugin) => {
    const name = uniqueName();
    await database.sql(`CREATE USER '${name}'@'%' IDENTIFIED WITH ${plugin} BY '${INITIAL}' ${option}`);
    const secretArn = await lab.createSecret({ username: name, password: INITIAL });
    const before = logPosition(database.server.statementLog);
    const errors = logPosition(database.server.errorLog);
    const passwords: string[] = [];
    for (let n = 1; n <= 3; n++) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { password } = await lab.readSecret(secretArn);
      expect(await database.logsIn(name, password)).toBe(true);
      passwords.push(password);
    }
    expect(await database.sql(`SELECT plugin FROM mysql.user WHERE User = '${name}'`)).toEqual([[plugin]]);
    expect(failedLogins(database.server, errors, name)).toBe(0);
    const logged = logSince(database.server.statementLog, before);
    for (const password of [INITIAL, ...passwords]) {
      expect(logged).not.toContain(password);
      expect(lab.output()).not.toContain(password);
    }
    await database.dropUser(name);
  });

  it('is refused while its history forbids it, and stays as it was', async () => {
    const name = uniqueName();
    await database.sql(`CREATE USER '${name}'@'%' IDENTIFIED BY '${INITIAL}' PASSWORD HISTORY 5`);
    {
      await using session = await connect(database, loginTo(database, name, INITIAL));
      const [initial, next] = [new Password(INITIAL), new Password('Changed-password-2')];
      await session.changeOwnPassword(initial, next);
      await expect(session.changeOwnPassword(next, initial)).rejects.toMatchObject({
        name: 'PasswordRefused',
        cause: { code: '3638' },
      });
    }
    expect(await database.logsIn(name, 'Changed-password-2')).toBe(true);
    const secretArn = await lab.createSecret({ username: name, password: 'Changed-password-2' });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    await database.dropUser(name);
  });

  it('with a plugin that takes no password is not rotated, and the failure says so', async () => {
    const name = uniqueName();
    // Accounts of this plugin never log in; the server has it without a password function.
    await database.sql("INSTALL PLUGIN mysql_no_login SONAME 'mysql_no_login.so'");
    await database.sql(`CREATE USER '${name}'@'%' IDENTIFIED WITH mysql_no_login`);
    const secretArn = await lab.createSecret({ username: name, password: INITIAL });
    expect(failureOf(await lab.rotate(secretArn))).toMatchObject({ name: 'NoStoredLoginWorks' });
    await database.dropUser(name);
    await database.sql('UNINSTALL PLUGIN mysql_no_login');
  });
});
