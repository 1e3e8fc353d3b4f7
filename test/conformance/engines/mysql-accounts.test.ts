import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Lab, openLab } from '../../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';
import { catalogsOf } from './mysql-catalogs.ts';

const INITIAL = 'Initial-password-1';
const NEW = { known: false, isToBeOpened: true, reassignOwned: false };
const HOSTS = ['localhost', '127.0.0.%', '10.%', '::1'];

describe.each(['mysql', 'mariadb'] as const)(
  '%s: a user with several host parts, none of them %%',
  (kind) => {
    const database = testDatabase(inject('servers')[kind]);
    let lab: { single: Lab; alternating: Lab };
    let name: string;

    const hostsOf = async (user: string) =>
      (await database.sql(`SELECT Host FROM mysql.user WHERE User = '${user}' ORDER BY Host`)).flat();
    /** What the server stores as the password of each account. */
    const storedOf = async (user: string) =>
      Object.fromEntries(
        await database.sql(`SELECT Host, authentication_string FROM mysql.user WHERE User = '${user}'`),
      ) as Record<string, string>;

    beforeAll(async () => {
      lab = {
        single: await openLab(database, 'single-user'),
        alternating: await openLab(database, 'alternating-users'),
      };
    });
    afterAll(async () => {
      await lab.single[Symbol.asyncDispose]();
      await lab.alternating[Symbol.asyncDispose]();
    });

    async function newUser() {
      name = uniqueName();
      for (const host of HOSTS)
        await database.sql(`CREATE USER '${name}'@'${host}' IDENTIFIED BY '${INITIAL}'`);
      return name;
    }

    it('gets a clone with the same host parts, which all have the new password', async () => {
      await newUser();
      const clone = `${name}_clone`;
      const masterarn = await lab.alternating.createSecret(database.server.superuser);
      const secretArn = await lab.alternating.createSecret({ username: name, password: INITIAL, masterarn });
      for (const user of [clone, name, clone]) {
        expect(await lab.alternating.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        const { password } = await lab.alternating.readSecret(secretArn);
        expect(await hostsOf(clone)).toEqual(['10.%', '127.0.0.%', '::1', 'localhost']);
        expect(await hostsOf(name)).toEqual(['10.%', '127.0.0.%', '::1', 'localhost']);
        expect(await database.logsIn(user, password)).toBe(true);
      }
      if (kind === 'mariadb') expect(new Set(Object.values(await storedOf(clone))).size).toBe(1);
      // None can log in without a password, from wherever.
      for (const stored of Object.values(await storedOf(clone))) expect(stored).not.toBe('');
      await database.dropUser(clone);
      await database.dropUser(name);
    });

    it('changes its own password in the account that it logged in to, and in no other', async () => {
      await newUser();
      const before = await storedOf(name);
      const secretArn = await lab.single.createSecret({ username: name, password: INITIAL });
      expect(await lab.single.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { password } = await lab.single.readSecret(secretArn);
      expect(await database.logsIn(name, password)).toBe(true);
      const after = await storedOf(name);
      expect(HOSTS.filter((host) => after[host] !== before[host])).toEqual(['localhost']);
      await database.dropUser(name);
    });

    it('that gains a host part gives its clone one too', async () => {
      await newUser();
      const clone = `${name}_clone`;
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      await superuser.alignClone(name, clone, NEW);
      await database.sql(`CREATE USER '${name}'@'192.168.%' IDENTIFIED BY '${INITIAL}'`);
      await superuser.alignClone(name, clone, NEW);
      await superuser.openClone(clone, new Password('Clone-password-1'));
      expect(await hostsOf(clone)).toEqual(['10.%', '127.0.0.%', '192.168.%', '::1', 'localhost']);
      expect(await database.logsIn(clone, 'Clone-password-1')).toBe(true);
      await database.dropUser(clone);
      await database.dropUser(name);
    });

    it('that loses a host part takes it from its clone, and the operator is told', async () => {
      await newUser();
      const clone = `${name}_clone`;
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      await superuser.alignClone(name, clone, NEW);
      await superuser.openClone(clone, new Password('Clone-password-1'));
      await database.sql(`DROP USER '${name}'@'10.%'`);
      // Nobody knows that the account is a clone's, before the secret has had it.
      await expect(superuser.alignClone(name, clone, NEW)).rejects.toMatchObject({
        name: 'UserNameRefused',
        message: expect.stringContaining('it may come from 10.%'),
      });
      expect(await superuser.alignClone(name, clone, { ...NEW, known: true })).toEqual([
        `the account of "${clone}" for the host part "10.%" was dropped, because "${name}" has none for it`,
      ]);
      expect(await hostsOf(clone)).toEqual(['127.0.0.%', '::1', 'localhost']);
      expect(await superuser.alignClone(name, clone, NEW)).toEqual([]);
      await database.dropUser(clone);
      await database.dropUser(name);
    });

    it('that loses a host part which its clone defines something by keeps that account, and says why', async () => {
      const clone = `${await newUser()}_clone`;
      const schema = uniqueName('shop');
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      await superuser.alignClone(name, clone, NEW);
      for (const statement of [
        `CREATE DATABASE ${schema}`,
        `CREATE TABLE ${schema}.orders (id INT)`,
        `CREATE DEFINER = '${clone}'@'10.%' VIEW ${schema}.seen AS SELECT id FROM ${schema}.orders`,
        `CREATE DEFINER = '${clone}'@'10.%' PROCEDURE ${schema}.work() SELECT 1`,
        `CREATE DEFINER = '${clone}'@'10.%' TRIGGER ${schema}.fires BEFORE INSERT ON ${schema}.orders FOR EACH ROW SET @a = 1`,
        `CREATE DEFINER = '${clone}'@'10.%' EVENT ${schema}.daily ON SCHEDULE EVERY 1 DAY DO SELECT 1`,
        `DROP USER '${name}'@'10.%'`,
      ])
        await database.sql(statement);
      for (const attempt of ['rehearseClone', 'alignClone'] as const)
        await expect(superuser[attempt](name, clone, NEW)).rejects.toMatchObject({
          name: 'DefinerInUse',
          message: expect.stringMatching(
            `^${clone}@10.% at .* is the definer of the view ${schema}.seen and 3 more\\.`,
          ),
        });
      expect(await hostsOf(clone)).toContain('10.%');
      await database.sql(`DROP DATABASE ${schema}`);
      expect(await superuser.alignClone(name, clone, NEW)).toHaveLength(1);
      for (const user of [clone, name]) await database.dropUser(user);
    });

    if (kind === 'mysql')
      it('is told to name another definer also of what the superuser does not see', async () => {
        const clone = `${await newUser()}_clone`;
        const schema = uniqueName('shop');
        const boss = uniqueName('boss');
        for (const statement of [
          `CREATE USER ${boss} IDENTIFIED BY '${INITIAL}'`,
          `GRANT CREATE USER ON *.* TO ${boss}`,
          `GRANT SELECT ON mysql.* TO ${boss}`,
          `CREATE DATABASE ${schema}`,
        ])
          await database.sql(statement);
        await using superuser = await connect(database, loginTo(database, boss, INITIAL));
        await superuser.alignClone(name, clone, NEW);
        await database.sql(`CREATE DEFINER = '${clone}'@'10.%' PROCEDURE ${schema}.work() SELECT 1`);
        await database.sql(`DROP USER '${name}'@'10.%'`);
        await expect(superuser.alignClone(name, clone, NEW)).rejects.toMatchObject({
          name: 'PrivilegeMissing',
          message: expect.stringContaining('is the definer of another one'),
          cause: { code: '4006', message: expect.stringContaining(`'${clone}'@'10.%'`) },
        });
        await database.sql(`DROP DATABASE ${schema}`);
        for (const user of [clone, name, boss]) await database.dropUser(user);
      });

    it('gets a clone although an earlier try left one half made, with more than it was to keep', async () => {
      await newUser();
      const clone = `${name}_clone`;
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      await superuser.alignClone(name, clone, NEW);
      await database.sql(`GRANT PROCESS ON *.* TO '${clone}'@'localhost'`);
      await database.sql(`DROP USER '${name}'@'10.%'`);
      expect(await superuser.alignClone(name, clone, NEW)).toHaveLength(1);
      await superuser.openClone(clone, new Password('Clone-password-1'));
      expect(await catalogsOf(database, clone)).toEqual(await catalogsOf(database, name));
      // The same of one that is open may be somebody else's.
      await database.sql(`GRANT PROCESS ON *.* TO '${clone}'@'localhost'`);
      await expect(superuser.alignClone(name, clone, NEW)).rejects.toMatchObject({
        name: 'UserNameRefused',
        message: expect.stringContaining('it has PROCESS ON *.*'),
      });
      await database.dropUser(clone);
      await database.dropUser(name);
    });

    if (kind === 'mysql')
      it('gets no clone of the name of a role, which is a locked account too', async () => {
        const clone = `${await newUser()}_clone`;
        await database.sql(`CREATE ROLE '${clone}'@'localhost'`);
        await database.sql(`GRANT PROCESS ON *.* TO '${clone}'@'localhost'`);
        const { username, password } = database.server.superuser;
        await using superuser = await connect(database, loginTo(database, username, password));
        await expect(superuser.alignClone(name, clone, NEW)).rejects.toMatchObject({
          name: 'UserNameRefused',
          message: expect.stringContaining('it has PROCESS ON *.*'),
        });
        await database.dropUser(clone);
        await database.dropUser(name);
      });

    it('is left alone when one of them has no password', async () => {
      await newUser();
      const plugin = kind === 'mysql' ? 'auth_socket' : 'unix_socket';
      await database.sql(kind === 'mysql' ? "INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'" : 'DO 1');
      await database.sql(`ALTER USER '${name}'@'::1' IDENTIFIED WITH ${plugin}`);
      const before = await storedOf(name);
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      for (const task of [
        () => superuser.setPassword(name, new Password('Changed-password-2')),
        () => superuser.alignClone(name, `${name}_clone`, NEW),
      ])
        await expect(task()).rejects.toMatchObject({
          name: 'AuthenticationUnsupported',
          message: expect.stringContaining(`"${name}" at `),
          cause: { message: `"${name}"@::1 has ${plugin}` },
        });
      expect(await storedOf(name)).toEqual(before);
      expect(await hostsOf(`${name}_clone`)).toEqual([]);
      await database.dropUser(name);
      if (kind === 'mysql') await database.sql('UNINSTALL PLUGIN auth_socket');
    });

    it.each([
      ['is locked', 'ACCOUNT LOCK', 'AccountLocked', (account: string) => `${account} is locked`],
      [
        'has an expired password',
        'PASSWORD EXPIRE',
        'PasswordExpired',
        (account: string) => `the password of ${account} was expired`,
      ],
    ])('is left alone when one of them %s', async (_, state, failure, words) => {
      await newUser();
      await database.sql(`ALTER USER '${name}'@'10.%' ${state}`);
      const before = await storedOf(name);
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      for (const task of [
        () => superuser.setPassword(name, new Password('Changed-password-2')),
        () => superuser.alignClone(name, `${name}_clone`, NEW),
      ])
        await expect(task()).rejects.toMatchObject({
          name: failure,
          message: expect.stringContaining(`"${name}" at `),
          cause: { message: words(`"${name}"@10.%`) },
        });
      expect(await storedOf(name)).toEqual(before);
      expect(await hostsOf(`${name}_clone`)).toEqual([]);
      await database.dropUser(name);
    });

    if (kind === 'mysql')
      it('is left alone when one of them has several factors', async () => {
        await newUser();
        await database.sql("INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'");
        await database.sql(`DROP USER '${name}'@'::1'`);
        await database.sql(
          `CREATE USER '${name}'@'::1' IDENTIFIED BY '${INITIAL}' AND IDENTIFIED WITH auth_socket`,
        );
        const { username, password } = database.server.superuser;
        await using superuser = await connect(database, loginTo(database, username, password));
        await expect(superuser.alignClone(name, `${name}_clone`, NEW)).rejects.toMatchObject({
          name: 'AuthenticationUnsupported',
          message: expect.stringContaining(`"${name}" at `),
          cause: { message: `"${name}"@::1 has caching_sha2_password and auth_socket` },
        });
        expect(await hostsOf(`${name}_clone`)).toEqual([]);
        await database.dropUser(name);
        await database.sql('UNINSTALL PLUGIN auth_socket');
      });

    it('sees of itself what it is, and so what its clone is not', async () => {
      await newUser();
      const clone = `${name}_clone`;
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      await superuser.alignClone(name, clone, NEW);
      await superuser.openClone(clone, new Password('Clone-password-1'));
      const at = `'${name}'@'localhost'`;
      for (const change of [
        `GRANT SELECT ON *.* TO ${at} WITH GRANT OPTION`,
        `GRANT PROXY ON 'no one'@'%' TO ${at}`,
        `ALTER USER ${at} REQUIRE SSL WITH MAX_USER_CONNECTIONS 7`,
      ])
        await database.sql(change);
      await using original = await connect(database, loginTo(database, name, INITIAL));
      const traits = await original.traits(clone);
      expect(traits).toEqual(
        expect.arrayContaining([
          'logins from the host part "localhost"',
          'SELECT ON *.*',
          'GRANT OPTION ON *.*',
          'PROXY ON `no one`@`%`',
          'REQUIRE SSL',
          'MAX_USER_CONNECTIONS 7',
        ]),
      );
      for (const aligned of [false, true]) {
        if (aligned) await superuser.alignClone(name, clone, { ...NEW, known: true });
        await using twin = await connect(database, loginTo(database, clone, 'Clone-password-1'));
        const has = await twin.traits(name);
        expect(traits.filter((trait) => !has.includes(trait))).toHaveLength(aligned ? 0 : 5);
        expect(has.filter((trait) => !traits.includes(trait))).toEqual([]);
      }
      await database.dropUser(clone);
      await database.dropUser(name);
    });
  },
);
