import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, loginTo } from '../conformance/engines/engine-conformance.ts';
import { catalogued } from '../support/postgres-roles.ts';
import { type Lab, openLab } from '../support/rotation-lab.ts';
import { type TestDatabase, uniqueName } from '../support/test-database.ts';

const INITIAL = 'Initial-password-1';

/** That the users of a pair are equal after every rotation, on a server of any version. */
export function describeEquality(title: string, open: () => Promise<TestDatabase>): void {
  describe(title, () => {
    let database: TestDatabase;
    const app = uniqueName('app');
    const clone = `${app}_clone`;
    /** Databases of this test: other roles' settings for them are nobody else's business. */
    const orders = uniqueName('orders');
    const odd = uniqueName('odd "name"');
    const group = uniqueName('group');
    const other = uniqueName('other');

    /** Memberships have options since PostgreSQL 16. */
    let hasOptions: boolean;
    let lab: Lab;
    let secretArn: string;

    beforeAll(async () => {
      database = await open();
      hasOptions = Number.parseInt(database.server.version, 10) >= 16;
      lab = await openLab(database, 'alternating-users');
      await database.createUser(app, INITIAL);
      for (const name of [orders, odd]) await database.sql(`CREATE DATABASE ${database.identifier(name)}`);
      for (const name of [group, other]) await database.sql(`CREATE ROLE ${name}`);
      const masterarn = await lab.createSecret(database.server.superuser);
      secretArn = await lab.createSecret({ username: app, password: INITIAL, masterarn });
    });
    afterAll(async () => {
      await lab[Symbol.asyncDispose]();
      for (const name of [orders, odd]) await database.sql(`DROP DATABASE ${database.identifier(name)}`);
      for (const name of [clone, app, other, group]) await database.dropUser(name);
    });

    async function rotateTo(user: string): Promise<string> {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username, password } = await lab.readSecret(secretArn);
      expect(username).toBe(user);
      return password;
    }

    async function expectEqual() {
      // The original's memberships are the clone's by the one that it has, in the original.
      const model = { ...(await catalogued(database, app)), memberships: [] };
      // Before it has options, a clone might not even connect if it inherited nothing.
      if (!hasOptions) Object.assign(model, { inherits: true });
      expect(await catalogued(database, clone, app)).toEqual(model);
    }

    const role = app;
    const inOdd = `IN DATABASE ${pg.escapeIdentifier(odd)}`;

    /** What somebody does to the original, and then does again another way. */
    const CHANGES: readonly (readonly [change: string, undone: string])[] = [
      [`ALTER ROLE ${role} CREATEDB`, `ALTER ROLE ${role} NOCREATEDB`],
      [`ALTER ROLE ${role} CREATEROLE`, `ALTER ROLE ${role} NOCREATEROLE`],
      [`ALTER ROLE ${role} REPLICATION`, `ALTER ROLE ${role} NOREPLICATION`],
      [`ALTER ROLE ${role} BYPASSRLS`, `ALTER ROLE ${role} NOBYPASSRLS`],
      [`ALTER ROLE ${role} SUPERUSER`, `ALTER ROLE ${role} NOSUPERUSER`],
      [`ALTER ROLE ${role} NOINHERIT`, `ALTER ROLE ${role} INHERIT`],
      [`ALTER ROLE ${role} CONNECTION LIMIT 9`, `ALTER ROLE ${role} CONNECTION LIMIT -1`],
      [
        `ALTER ROLE ${role} VALID UNTIL '2095-05-06 07:08:09.123456+05:30'`,
        `ALTER ROLE ${role} VALID UNTIL 'infinity'`,
      ],
      [`COMMENT ON ROLE ${role} IS 'the app''s \\ "own"'`, `COMMENT ON ROLE ${role} IS NULL`],
      [`ALTER ROLE ${role} SET work_mem TO '64MB'`, `ALTER ROLE ${role} RESET work_mem`],
      [`ALTER ROLE ${role} SET datestyle TO 'SQL, DMY'`, `ALTER ROLE ${role} SET datestyle TO 'ISO'`],
      [`ALTER ROLE ${role} SET log_statement TO 'all'`, `ALTER ROLE ${role} RESET log_statement`],
      [
        `ALTER ROLE ${role} SET search_path TO "$user", public, "A b""c", 'x,y'`,
        `ALTER ROLE ${role} SET search_path TO ''`,
      ],
      [
        `ALTER ROLE ${role} SET session_preload_libraries TO plpgsql, '$libdir/plpgsql'`,
        `ALTER ROLE ${role} RESET session_preload_libraries`,
      ],
      [
        `ALTER ROLE ${role} SET app.tenant TO E'o''neil = \\\\ \\n "z", $$'`,
        `ALTER ROLE ${role} SET app.tenant TO ''`,
      ],
      [
        `ALTER ROLE ${role} ${inOdd} SET search_path TO 'only here'`,
        `ALTER ROLE ${role} ${inOdd} RESET search_path`,
      ],
      [`ALTER ROLE ${role} ${inOdd} SET app.tenant TO 'here'`, `ALTER ROLE ${role} ${inOdd} RESET ALL`],
      [
        `BEGIN; SELECT set_config('search_path', 'a,b,  "C"', true);
     ALTER ROLE ${role} IN DATABASE ${orders} SET search_path FROM CURRENT; COMMIT`,
        `BEGIN; SELECT set_config('search_path', '', true);
     ALTER ROLE ${role} IN DATABASE ${orders} SET search_path FROM CURRENT; COMMIT`,
      ],
    ];

    it('users are equal after every rotation, whatever was changed about either of them', async () => {
      await rotateTo(clone);
      await expectEqual();
      // While the clone is AWSCURRENT; it follows as soon as the original is.
      for (const [change] of CHANGES) await database.sql(change);
      await rotateTo(app);
      await expectEqual();
      for (const [, undone] of CHANGES) await database.sql(undone);
      // And somebody meddles with the clone itself.
      await database.sql(`ALTER ROLE ${clone} CREATEDB CONNECTION LIMIT 3`);
      await database.sql(`ALTER ROLE ${clone} SET app.surplus TO 'x'`);
      await database.sql(`ALTER ROLE ${clone} IN DATABASE ${orders} SET role TO ${other}`);
      await database.sql(`ALTER ROLE ${clone} RESET role`);
      await database.sql(`COMMENT ON ROLE ${clone} IS 'surplus'`);
      await database.sql(`GRANT ${other} TO ${clone} WITH ADMIN OPTION`);
      await database.sql(`GRANT ${app} TO ${clone} WITH ADMIN OPTION`);
      if (hasOptions) await database.sql(`GRANT ${app} TO ${clone} WITH INHERIT FALSE, SET FALSE`);
      await rotateTo(clone);
      await expectEqual();
      expect(
        await database.sql(
          `SELECT roleid::regrole::text, admin_option, coalesce(to_jsonb(m) -> 'set_option', 'true') AS may_act
       FROM pg_auth_members AS m WHERE member = '${clone}'::regrole`,
        ),
      ).toEqual([[app, false, true]]);
    });

    it('a clone connects wherever its original may, also if that inherits nothing', async () => {
      await database.sql(`REVOKE CONNECT ON DATABASE ${orders} FROM PUBLIC`);
      await database.sql(`GRANT CONNECT ON DATABASE ${orders} TO ${app}`);
      await database.sql(`ALTER ROLE ${app} NOINHERIT`);
      await rotateTo(app);
      const password = await rotateTo(clone);
      expect(await database.sqlAs(clone, password, 'SELECT current_user', orders)).toEqual([[app]]);
      await database.sql(`ALTER ROLE ${app} INHERIT`);
    });

    it('sessions of both act as the same role in each database', async () => {
      await database.sql(`GRANT ${group} TO ${app} WITH ADMIN OPTION`);
      await database.sql(`GRANT ${other} TO ${app}`);
      const actors = async () => {
        const { username, password } = await lab.readSecret(secretArn);
        return Promise.all(
          ['postgres', orders, odd].map(async (name) => {
            const [row] = await database.sqlAs(username, password, 'SELECT current_user', name);
            return row?.[0];
          }),
        );
      };
      const expectActors = async (...expected: string[]) => {
        for (const user of [app, clone]) {
          while ((await lab.readSecret(secretArn)).username !== user) await lab.rotate(secretArn);
          expect(await actors()).toEqual(expected);
        }
      };
      await expectActors(app, app, app);
      await database.sql(`ALTER ROLE ${app} SET role TO ${group}`);
      await database.sql(`ALTER ROLE ${app} IN DATABASE ${orders} SET role TO none`);
      await database.sql(`ALTER ROLE ${app} ${inOdd} SET role TO ${other}`);
      await expectActors(group, app, other);
      await database.sql(`ALTER ROLE ${app} RESET role`);
      await database.sql(`ALTER ROLE ${app} IN DATABASE ${orders} RESET role`);
      // One that the original may not assume is passed over by the server.
      await database.sql(`ALTER ROLE ${app} ${inOdd} SET role TO ${database.server.superuser.username}`);
      await database.sql(`ALTER DATABASE ${orders} SET role TO ${other}`);
      await expectActors(app, other, app);
    });

    it('the roles of the original, and its ADMIN OPTION, are of use in sessions of the clone', async () => {
      await database.sql(`GRANT ${group} TO ${app} WITH ADMIN OPTION`);
      while ((await lab.readSecret(secretArn)).username !== clone) await lab.rotate(secretArn);
      const { password } = await lab.readSecret(secretArn);
      await database.sqlAs(clone, password, `GRANT ${group} TO ${other}; REVOKE ${group} FROM ${other}`);
      await database.sqlAs(clone, password, `SET ROLE ${group}`);
    });

    it('equal users are aligned without a statement that changes anything', async () => {
      const { username, password } = database.server.superuser;
      await using superuser = await connect(database, loginTo(database, username, password));
      const stamp = () =>
        database.sql(`SELECT xmin::text FROM pg_authid WHERE rolname = '${clone}'
                  UNION ALL SELECT xmin::text FROM pg_auth_members WHERE member = '${clone}'::regrole
                  UNION ALL SELECT xmin::text FROM pg_db_role_setting WHERE setrole = '${clone}'::regrole`);
      const before = await stamp();
      expect(
        await superuser.alignClone(app, clone, { known: true, isToBeOpened: true, reassignOwned: true }),
      ).toEqual([]);
      expect(await stamp()).toEqual(before);
    });
  });
}
