import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Lab, openLab } from '../../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const database = testDatabase(inject('servers').postgres);
const INITIAL = 'Initial-password-1';
/** A role that others act as, and a schema whose functions hide the system's. */
const team = uniqueName('team');
const trap = uniqueName('trap');

let lab: Lab;
beforeAll(async () => {
  lab = await openLab(database, 'single-user');
  await database.sql(`CREATE ROLE ${team}`);
  await database.sql(`CREATE SCHEMA ${trap}`);
  await database.sql(`GRANT USAGE ON SCHEMA ${trap} TO public`);
  await database.sql(`CREATE FUNCTION ${trap}.current_setting(text) RETURNS text RETURN 'md5'`);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await database.sql(`DROP SCHEMA ${trap} CASCADE`);
  await database.sql(`DROP ROLE ${team}`);
});

/** Settings of a role that its sessions start with, and that a rotation must not depend on. */
describe.each([
  ['role', team],
  ['search_path', `${trap}, pg_catalog`],
  ['default_transaction_read_only', 'on'],
  ['statement_timeout', '1'],
  ['lock_timeout', '1'],
  ['session_replication_role', 'replica'],
  ['standard_conforming_strings', 'off'],
  ['quote_all_identifiers', 'on'],
  ['client_encoding', 'latin1'],
  ['password_encryption', 'md5'],
] as const)('a user with its own %s', (setting, value) => {
  const name = uniqueName();
  beforeAll(async () => {
    await database.createUser(name, INITIAL);
    await database.sql(`GRANT ${team} TO ${name}`);
    await database.sql(`ALTER ROLE ${name} SET ${setting} TO ${value}`);
  });
  afterAll(() => database.dropUser(name));

  it('rotates as a single user and keeps the setting', async () => {
    const secretArn = await lab.createSecret({ username: name, password: INITIAL });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const { password } = await lab.readSecret(secretArn);
    expect(await database.logsIn(name, password)).toBe(true);
    expect(await database.logsIn(name, INITIAL)).toBe(false);
    expect(
      await database.sql(
        `SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = '${name}'::regrole`,
      ),
    ).toEqual([[`${setting}=${value}`]]);
  });
});

describe('user names', () => {
  const longest = 'ä'.repeat(20) + uniqueName('name').padEnd(23, '_');

  it('of 63 bytes rotate as a single user', async () => {
    expect(Buffer.byteLength(longest)).toBe(63);
    await database.createUser(longest, INITIAL);
    const secretArn = await lab.createSecret({ username: longest, password: INITIAL });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const { password } = await lab.readSecret(secretArn);
    expect(await database.logsIn(longest, password)).toBe(true);
    await database.dropUser(longest);
  });

  it('of 64 bytes are refused: the server would cut them to the name of another user', async () => {
    await database.createUser(longest, INITIAL);
    await expect(connect(database, loginTo(database, `${longest}x`, INITIAL))).rejects.toMatchObject({
      name: 'UserNameRefused',
    });
    await database.dropUser(longest);
  });
});

it('a password that is not ASCII works as the server prepares it', async () => {
  const name = uniqueName();
  await database.createUser(name, INITIAL);
  const next = 'Pässword ½ Ⅸ 鍵';
  await using session = await connect(database, loginTo(database, name, INITIAL));
  await session.changeOwnPassword(new Password(INITIAL), new Password(next));
  expect(await database.logsIn(name, next)).toBe(true);
  await using _proof = await connect(database, loginTo(database, name, next));
  await database.dropUser(name);
});
