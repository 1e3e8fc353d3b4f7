import { Password } from '@rotation/core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { failureOf, openLab } from '../../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const INITIAL = 'Initial-password-1';
const NATIVE = `mysql_native_password USING PASSWORD('${INITIAL}')`;
const ED25519 = `ed25519 USING PASSWORD('${INITIAL}')`;
const database = testDatabase(inject('servers').mariadb);

beforeAll(() => database.sql("INSTALL SONAME 'auth_ed25519'"));
afterAll(() => database.sql("UNINSTALL SONAME 'auth_ed25519'"));

it.each([true, false])(
  'an ed25519 account is not rotated, and says why (immediately: %s)',
  async (immediately) => {
    const name = uniqueName();
    await database.sql(`CREATE USER '${name}'@'%' IDENTIFIED VIA ed25519 USING PASSWORD('${INITIAL}')`);
    const stored = `SHOW CREATE USER '${name}'@'%'`;
    const before = await database.sql(stored);
    await using lab = await openLab(database, 'single-user');
    const secretArn = await lab.createSecret({ username: name, password: INITIAL });
    expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({
      name: 'AuthenticationUnsupported',
      cause: { message: expect.stringContaining('client_ed25519') },
    });
    expect(await database.sql(stored)).toEqual(before);
    await database.dropUser(name);
  },
);

it.each([
  ['mysql_native_password alone', NATIVE],
  ['mysql_native_password, or else unix_socket', `${NATIVE} OR unix_socket`],
])('an account of %s rotates, and keeps its plugins', async (_, plugins) => {
  const name = uniqueName();
  await database.sql(`CREATE USER '${name}'@'%' IDENTIFIED VIA ${plugins}`);
  const pluginsOf = async () =>
    String(await database.sql(`SHOW CREATE USER '${name}'@'%'`)).replaceAll(
      / (USING|BY PASSWORD) '[^']*'/g,
      '',
    );
  const before = await pluginsOf();
  await using lab = await openLab(database, 'single-user');
  const secretArn = await lab.createSecret({ username: name, password: INITIAL });
  expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
  const { password } = await lab.readSecret(secretArn);
  expect(await database.logsIn(name, password)).toBe(true);
  expect(await pluginsOf()).toBe(before);
  await database.dropUser(name);
});

it.each([
  ['mysql_native_password OR ed25519', `${NATIVE} OR ${ED25519}`],
  ['ed25519 OR mysql_native_password', `${ED25519} OR ${NATIVE}`],
])('an account with two passwords, of which one would stay, is left as it is: %s', async (_, plugins) => {
  const name = uniqueName();
  await database.sql(`CREATE USER '${name}'@'%' IDENTIFIED VIA ${plugins}`);
  const before = await database.sql(`SHOW CREATE USER '${name}'@'%'`);
  const [initial, next] = [new Password(INITIAL), new Password('Changed-password-2')];
  const refusal = (has: string) => ({
    name: 'AuthenticationUnsupported',
    message: expect.stringContaining(`"${name}" at `),
    cause: {
      message: `${has} has ${plugins.replaceAll(/ USING PASSWORD\('[^']*'\)/g, '').replace('OR', 'or')}`,
    },
  });
  const { username, password } = database.server.superuser;
  await using superuser = await connect(database, loginTo(database, username, password));
  await expect(
    superuser.alignClone(name, `${name}_clone`, { known: false, isToBeOpened: true, reassignOwned: false }),
  ).rejects.toMatchObject(refusal(`"${name}"@%`));
  await expect(superuser.setPassword(name, next)).rejects.toMatchObject(refusal(`"${name}"@%`));
  if (plugins.startsWith(NATIVE)) {
    await using session = await connect(database, loginTo(database, name, INITIAL));
    await expect(session.changeOwnPassword(initial, next)).rejects.toMatchObject(refusal(`"${name}"`));
  }
  expect(await database.sql(`SHOW CREATE USER '${name}'@'%'`)).toEqual(before);
  expect(await database.sql(`SELECT 1 FROM mysql.user WHERE User = '${name}_clone'`)).toEqual([]);
  await database.dropUser(name);
});
