import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startPostgres } from '../../../local/servers/postgres.ts';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const INITIAL = 'Initial-password-1';
const NEXT = 'Canary-of-own-change-1';
const CLONES = 'Canary-of-superuser-1';

const superuserOf = (database: TestDatabase) => {
  const { username, password } = database.server.superuser;
  return connect(database, loginTo(database, username, password));
};

const storedOf = async (database: TestDatabase, role: string) => {
  const [row] = await database.sql(
    `SELECT rolpassword FROM pg_authid WHERE rolname = ${database.literal(role)}`,
  );
  return String(row?.[0]);
};

const MD5 = /^md5[0-9a-f]{32}$/;
const SCRAM = (iterations: number) =>
  new RegExp(`^SCRAM-SHA-256\\$${iterations}:[A-Za-z0-9+/]{22}==\\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$`);

describe.each([
  ['md5', { password_encryption: 'md5' }, MD5],
  ['10,000 SCRAM iterations', { scram_iterations: '10000' }, SCRAM(10_000)],
  // More than the driver takes unless told otherwise.
  ['200,000 SCRAM iterations', { scram_iterations: '200000' }, SCRAM(200_000)],
  ['its defaults', undefined, SCRAM(4_096)],
] as const)('on a server with %s', (_, settings, form) => {
  let running: RunningServer | undefined;
  let database: TestDatabase;
  const name = uniqueName();
  const clone = `${name}_clone`;

  beforeAll(async () => {
    running = settings && (await startPostgres({ settings }));
    database = testDatabase(running?.server ?? inject('servers').postgres);
    await database.createUser(name, INITIAL);
  });
  afterAll(async () => {
    await database.dropUser(clone);
    await database.dropUser(name);
    await running?.stop();
  });

  it('passwords are stored the way the server stores its own, and work', async () => {
    const { statementLog } = database.server;
    const before = logPosition(statementLog);
    {
      await using session = await connect(database, loginTo(database, name, INITIAL));
      await session.changeOwnPassword(new Password(INITIAL), new Password(NEXT));
    }
    {
      await using superuser = await superuserOf(database);
      await superuser.alignClone(name, clone, { known: false, isToBeOpened: true, reassignOwned: false });
      await superuser.openClone(clone, new Password(CLONES));
    }
    expect(await storedOf(database, name)).toMatch(form);
    expect(await storedOf(database, clone)).toMatch(form);
    expect(await database.logsIn(name, INITIAL)).toBe(false);
    expect(await database.logsIn(name, NEXT)).toBe(true);
    expect(await database.logsIn(clone, CLONES)).toBe(true);
    await using _own = await connect(database, loginTo(database, name, NEXT));
    await using _clones = await connect(database, loginTo(database, clone, CLONES));
    const logged = logSince(statementLog, before);
    // The statements are there, or the log would prove nothing.
    expect(logged).toContain(`ALTER ROLE "${name}" PASSWORD`);
    expect(logged).not.toContain('Canary-of');
  });
});

/*
 * The module gets a verifier and no clear text, so that of its rules only one is left: no password that is the user name.
 */
describe('on a server with passwordcheck', () => {
  let running: RunningServer;
  let database: TestDatabase;

  beforeAll(async () => {
    running = await startPostgres({ settings: { shared_preload_libraries: 'passwordcheck' } });
    database = testDatabase(running.server);
  });
  afterAll(() => running.stop());

  it('a password that the module forbids is refused, and the old one works on', async () => {
    const name = uniqueName();
    await database.createUser(name, INITIAL);
    await database.createUser(`${name}_clone`, INITIAL);
    await using session = await connect(database, loginTo(database, name, INITIAL));
    await expect(session.changeOwnPassword(new Password(INITIAL), new Password(name))).rejects.toMatchObject({
      name: 'PasswordRefused',
      cause: { message: 'what the server said may quote the password, and is left out', code: '22023' },
    });
    await using superuser = await superuserOf(database);
    await expect(superuser.setPassword(`${name}_clone`, new Password(`${name}_clone`))).rejects.toMatchObject(
      { name: 'PasswordRefused' },
    );
    expect(await database.logsIn(name, INITIAL)).toBe(true);
    expect(await database.logsIn(`${name}_clone`, INITIAL)).toBe(true);
  });
});
