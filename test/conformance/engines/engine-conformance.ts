import { Password } from '@rotation/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { Login, Session } from '../../../functions/engines/engine.ts';
import { failedLogins, logPosition, logSince } from '../../../local/servers/server-log.ts';
import { type TestDatabase, uniqueName } from '../../support/test-database.ts';

/** Every printable ASCII character: quotes, backslash, percent and all. */
export const EVERY_PRINTABLE_CHARACTER = String.fromCharCode(
  ...Array.from({ length: 0x7e - 0x20 + 1 }, (_, i) => 0x20 + i),
);

/** Names that break careless quoting, and what a reader of a failure calls them. */
const HOSTILE_NAMES = [
  ['a single quote', "o'neil"],
  ['a double quote', 'say "hi"'],
  ['a backtick', 'back`tick'],
  ['a backslash', 'back\\slash'],
  ['a percent sign', '100%'],
  ['an at sign', 'me@home'],
  // None at either end: MySQL drops those itself.
  ['spaces', 'two  words'],
  ['a statement', "x'; DROP USER y; --"],
  ['letters of another script', 'жук'],
] as const;

const PRODUCT = {
  postgres: /^PostgreSQL \d+\.\d+/,
  mysql: /^MySQL \d+\.\d+\.\d+/,
  mariadb: /^MariaDB \d+\.\d+\.\d+$/,
};

/** As for a clone that no secret has had yet. */
const ALIGNING = { known: false, isToBeOpened: true, reassignOwned: false };

/** Far more than any statement here takes, in ms. */
const AMPLE_TIME = 30_000;

export function loginTo(
  database: TestDatabase,
  username: string,
  password: string,
  more: Partial<Login> = {},
): Login {
  const { host, port, ca } = database.server;
  return {
    host,
    port,
    database: undefined,
    username,
    password: new Password(password),
    tls: ca !== '',
    ...more,
  };
}

export function connect(database: TestDatabase, login: Login, timeLeft = AMPLE_TIME): Promise<Session> {
  return connectWith(database, login, () => timeLeft);
}

/** @param remaining what the deadline says each time it is asked */
export function connectWith(database: TestDatabase, login: Login, remaining: () => number): Promise<Session> {
  const environment = { DATABASE_CA: database.server.ca || undefined };
  return database.engine.connect(login, { deadline: { remaining }, environment });
}

/** What every engine promises of a session, on whichever server. */
export function describeEngine(database: TestDatabase): void {
  const users: string[] = [];
  const newUser = async (name = uniqueName(), password = 'Initial-password-1') => {
    users.push(name);
    await database.createUser(name, password);
    return { name, password };
  };
  const superuserSession = () => {
    const { username, password } = database.server.superuser;
    return connect(database, loginTo(database, username, password));
  };
  afterAll(async () => {
    for (const name of users.reverse()) await database.dropUser(name);
  });

  it('says which product it is, and of which version', async () => {
    await using session = await superuserSession();
    expect(await session.product()).toMatch(PRODUCT[database.secretEngine]);
  });

  describe('changing the own password', () => {
    it('makes the new password work and the old one be rejected', async () => {
      const { name, password } = await newUser();
      await using session = await connect(database, loginTo(database, name, password));
      await session.changeOwnPassword(new Password(password), new Password('Changed-password-2'));
      expect(await database.logsIn(name, 'Changed-password-2')).toBe(true);
      expect(await database.logsIn(name, password)).toBe(false);
    });

    it('can be repeated and taken back through the same session', async () => {
      const { name, password } = await newUser();
      await using session = await connect(database, loginTo(database, name, password));
      const [old, next] = [new Password(password), new Password('Changed-password-2')];
      await session.changeOwnPassword(old, next);
      await session.changeOwnPassword(old, next);
      await session.changeOwnPassword(next, old);
      expect(await database.logsIn(name, password)).toBe(true);
    });

    it('takes a password of every printable character, and logs in with it', async () => {
      const { name, password } = await newUser();
      {
        await using session = await connect(database, loginTo(database, name, password));
        await session.changeOwnPassword(new Password(password), new Password(EVERY_PRINTABLE_CHARACTER));
      }
      expect(await database.logsIn(name, EVERY_PRINTABLE_CHARACTER)).toBe(true);
      await using session = await connect(database, loginTo(database, name, EVERY_PRINTABLE_CHARACTER));
      await session.changeOwnPassword(
        new Password(EVERY_PRINTABLE_CHARACTER),
        new Password('Changed-password-2'),
      );
      expect(await database.logsIn(name, 'Changed-password-2')).toBe(true);
    });

    it('can be rehearsed, which changes nothing', async () => {
      const { name, password } = await newUser();
      await using session = await connect(database, loginTo(database, name, password));
      await session.rehearseOwnPassword();
      expect(await database.logsIn(name, password)).toBe(true);
      await session.changeOwnPassword(new Password(password), new Password('Changed-password-2'));
      expect(await database.logsIn(name, 'Changed-password-2')).toBe(true);
    });

    it.each(HOSTILE_NAMES)('works for a user name with %s', async (_, name) => {
      const { password } = await newUser(name);
      await using session = await connect(database, loginTo(database, name, password));
      await session.changeOwnPassword(new Password(password), new Password('Changed-password-2'));
      expect(await database.logsIn(name, 'Changed-password-2')).toBe(true);
    });

    it('leaves no clear-text password in any log of the server', async () => {
      const { name, password } = await newUser();
      const { statementLog, errorLog } = database.server;
      const before = [logPosition(statementLog), logPosition(errorLog)] as const;
      await using session = await connect(database, loginTo(database, name, password));
      await session.changeOwnPassword(new Password(password), new Password('Canary-of-own-change-1'));
      await using superuser = await superuserSession();
      await superuser.alignClone(name, `${name}_clone`, ALIGNING);
      users.push(`${name}_clone`);
      await superuser.openClone(`${name}_clone`, new Password('Canary-of-superuser-1'));
      const logged = logSince(statementLog, before[0]) + logSince(errorLog, before[1]);
      // The statements are there, or the log would prove nothing.
      expect(logged).toContain(name);
      expect(logged).not.toContain('Canary-of');
    });
  });

  describe('a clone', () => {
    it('cannot log in before its password is set', async () => {
      const { name, password } = await newUser();
      await using superuser = await superuserSession();
      await superuser.alignClone(name, `${name}_clone`, ALIGNING);
      users.push(`${name}_clone`);
      await expect(connect(database, loginTo(database, `${name}_clone`, password))).rejects.toThrow();
      await expect(connect(database, loginTo(database, `${name}_clone`, ''))).rejects.toThrow();
      await superuser.openClone(`${name}_clone`, new Password('Clone-password-1'));
      expect(await database.logsIn(`${name}_clone`, 'Clone-password-1')).toBe(true);
    });

    it('has the traits of its original, however often it is aligned', async () => {
      const { name, password } = await newUser();
      const clone = `${name}_clone`;
      users.push(clone);
      await using superuser = await superuserSession();
      await superuser.alignClone(name, clone, ALIGNING);
      await superuser.openClone(clone, new Password('Clone-password-1'));
      for (const known of [false, true]) {
        expect(await superuser.alignClone(name, clone, { ...ALIGNING, known })).toEqual([]);
      }
      await using original = await connect(database, loginTo(database, name, password));
      await using twin = await connect(database, loginTo(database, clone, 'Clone-password-1'));
      expect((await twin.traits(name)).toSorted()).toEqual((await original.traits(clone)).toSorted());
      expect(await twin.traits(name)).not.toEqual([]);
    });

    it.each(HOSTILE_NAMES)('can be made of a user name with %s', async (_, hostile) => {
      const name = `${hostile}2`;
      await newUser(name);
      users.push(`${name}_clone`);
      await using superuser = await superuserSession();
      await superuser.alignClone(name, `${name}_clone`, ALIGNING);
      await superuser.openClone(`${name}_clone`, new Password(EVERY_PRINTABLE_CHARACTER));
      expect(await database.logsIn(`${name}_clone`, EVERY_PRINTABLE_CHARACTER)).toBe(true);
    });

    it('is made by nobody who may not, and the error says so', async () => {
      const { name, password } = await newUser();
      await using session = await connect(database, loginTo(database, name, password));
      await expect(session.alignClone(name, `${name}_clone`, ALIGNING)).rejects.toMatchObject({
        name: 'PrivilegeMissing',
      });
      await expect(
        session.setPassword(database.server.superuser.username, new Password('Stolen-1')),
      ).rejects.toMatchObject({ name: 'PrivilegeMissing' });
    });
  });

  describe('a login', () => {
    it('with a wrong password is rejected, and the error holds neither password', async () => {
      const { name, password } = await newUser();
      const error: unknown = await connect(database, loginTo(database, name, 'Wrong-canary-1')).catch(
        (e) => e,
      );
      expect(error).toMatchObject({ name: 'LoginRejected' });
      expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain(
        'Wrong-canary-1',
      );
      expect(JSON.stringify(error)).not.toContain(password);
    });

    it('of an unknown user is rejected', async () => {
      const login = loginTo(database, uniqueName('nobody'), 'Some-password-1');
      await expect(connect(database, login)).rejects.toMatchObject({ name: 'LoginRejected' });
    });

    it('to an unknown database says so', async () => {
      const { name, password } = await newUser();
      const login = loginTo(database, name, password, { database: 'no_such_database' });
      await expect(connect(database, login)).rejects.toMatchObject({ name: 'UnknownDatabase' });
    });

    it('makes no failed login that nobody asked for', async () => {
      const { name, password } = await newUser();
      const before = logPosition(database.server.errorLog);
      {
        await using session = await connect(database, loginTo(database, name, password));
        await session.changeOwnPassword(new Password(password), new Password('Changed-password-2'));
      }
      await connect(database, loginTo(database, name, password)).catch(() => {});
      // The one above is counted, or the count would prove nothing.
      expect(await failedLogins(database.server, before, name)).toBe(1);
    });

    it('is verified when the host is given as an address', async () => {
      const { name, password } = await newUser();
      await using session = await connect(database, loginTo(database, name, password, { host: '127.0.0.1' }));
      await session.changeOwnPassword(new Password(password), new Password('Changed-password-2'));
      expect(await database.logsIn(name, 'Changed-password-2')).toBe(true);
    });

    it('to a user without a free connection says so', async () => {
      const { name, password } = await newUser();
      await database.sql(
        database.secretEngine === 'postgres'
          ? `ALTER ROLE ${database.identifier(name)} CONNECTION LIMIT 1`
          : `ALTER USER ${database.literal(name)}@'%' WITH MAX_USER_CONNECTIONS 1`,
      );
      await using _only = await connect(database, loginTo(database, name, password));
      await expect(connect(database, loginTo(database, name, password))).rejects.toMatchObject({
        name: 'TooManyConnections',
      });
    });
  });
}
