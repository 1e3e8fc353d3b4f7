import { isDeepStrictEqual } from 'node:util';
import { Password } from '@rotation/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { propertyBounds } from '../../support/property-bounds.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';
import { catalogsOf } from './mysql-catalogs.ts';
import { overOneConnection } from './one-connection.ts';

/** Each makes a user, changes it, and looks at all of it several times. */
const RUNS = 12;
const HOSTS = ['%', 'localhost', '10.%', '::1', '192.168.0.0/255.255.0.0'];
const ODD = ['a', 'Z', '_', '%', '`', "'", '"', '\\', 'é', '-', '@', ' TO x', '.'];

/** SCHEMA and ROLE are replaced by names, A by an account. */
const GRANTS = [
  'GRANT SELECT, SHOW DATABASES ON *.* TO A',
  'GRANT PROCESS ON *.* TO A WITH GRANT OPTION',
  'GRANT ALL PRIVILEGES ON SCHEMA.* TO A',
  'GRANT SELECT, DELETE ON SCHEMA.* TO A',
  'GRANT INSERT ON SCHEMA.* TO A WITH GRANT OPTION',
  'GRANT UPDATE ON `no\\_such%schema`.* TO A',
  'GRANT ALL PRIVILEGES ON SCHEMA.one TO A',
  'GRANT SELECT, UPDATE ON SCHEMA.one TO A',
  'GRANT INSERT (id), REFERENCES (id, `no``te`) ON SCHEMA.two TO A',
  'GRANT UPDATE (id) ON SCHEMA.two TO A WITH GRANT OPTION',
  'GRANT EXECUTE ON PROCEDURE SCHEMA.work TO A',
  'GRANT ALTER ROUTINE ON PROCEDURE SCHEMA.work TO A WITH GRANT OPTION',
  'GRANT ROLE TO A',
  'GRANT ROLE TO A WITH ADMIN OPTION',
  "GRANT PROXY ON 'no one'@'%' TO A",
  "GRANT PROXY ON 'no one'@'%' TO A WITH GRANT OPTION",
];
const PROPERTIES = [
  ['REQUIRE NONE', 'REQUIRE SSL', 'REQUIRE X509', "REQUIRE ISSUER '/CN=a' SUBJECT '/CN=it''s \"b\"'"],
  ['', 'MAX_QUERIES_PER_HOUR 7', 'MAX_USER_CONNECTIONS 3 MAX_UPDATES_PER_HOUR 9'],
  ['', 'PASSWORD EXPIRE NEVER', 'PASSWORD EXPIRE INTERVAL 12 DAY', 'PASSWORD EXPIRE DEFAULT'],
];

const some = (all: readonly string[], minLength = 0) =>
  fc.uniqueArray(fc.constantFrom(...all), {
    minLength,
    // Of two grants of one role, or on one user, the servers show the one and store the other.
    selector: (one) => /^GRANT (PROXY|ROLE)/.exec(one)?.[0] ?? one,
  });
/** What a user is, for one moment: where it comes from, and what each of its accounts has. */
const state = fc.record({
  hosts: some(HOSTS, 1),
  grants: some(GRANTS),
  properties: fc.tuple(...PROPERTIES.map((one) => fc.constantFrom(...one))),
});

describe.each(['mysql', 'mariadb'] as const)('%s: a clone of any user', (kind) => {
  let database: Awaited<ReturnType<typeof overOneConnection>>;
  const unique = uniqueName('odd');
  const [schema, role] = [`\`${unique} it's a "schema" \`\` TO me\``, `\`${unique}'s role\``];
  const made = new Set<string>();

  beforeAll(async () => {
    database = await overOneConnection(testDatabase(inject('servers')[kind]));
    for (const statement of [
      `CREATE DATABASE ${schema}`,
      `CREATE TABLE ${schema}.one (id INT)`,
      `CREATE TABLE ${schema}.two (id INT, \`no\`\`te\` INT)`,
      `CREATE PROCEDURE ${schema}.work() SELECT 1`,
      `CREATE ROLE ${role}`,
    ])
      await database.sql(statement);
  });
  afterAll(async () => {
    for (const user of made) await database.dropUser(user);
    await database.sql(`DROP DATABASE ${schema}`);
    await database.sql(`DROP ROLE ${role}`);
    await database[Symbol.asyncDispose]();
  });

  async function become(
    user: string,
    { hosts, grants, properties }: typeof state extends fc.Arbitrary<infer T> ? T : never,
  ) {
    const accounts = hosts.map((host) => `${database.literal(user)}@'${host}'`);
    await database.dropUser(user);
    for (const account of accounts) {
      await database.sql(`CREATE USER ${account} IDENTIFIED BY 'Initial-password-1'`);
      for (const grant of grants) {
        await database.sql(
          grant
            .replace(/\bA\b/, () => account)
            .replace('SCHEMA', () => schema)
            .replace('ROLE', () => role),
        );
      }
      const [requirement, limits, expiry] = properties;
      await database.sql(`ALTER USER ${account} ${requirement} ${limits && `WITH ${limits}`} ${expiry}`);
    }
  }

  /** All that a rehearsal could have changed. */
  const stateOf = async (clone: string) => ({
    clone: await catalogsOf(database, clone),
    strangers: await database.sql("SELECT User FROM mysql.user WHERE User REGEXP '^[0-9a-f]{32}$'"),
  });

  it('differs from it in name and password alone, whatever it was before', async () => {
    const { username, password } = database.server.superuser;
    await using superuser = await connect(database, loginTo(database, username, password));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...ODD), { maxLength: 6 }),
        state,
        state,
        async (odd, first, second) => {
          const name = `${uniqueName('o')}${odd.join('').slice(0, 13)}`.trim();
          const clone = `${name}_2`;
          made.add(name).add(clone);
          for (const known of [false, true]) {
            await become(name, known ? second : first);
            const original = await catalogsOf(database, name);
            const options = { known, isToBeOpened: true, reassignOwned: false };
            const before = await stateOf(clone);
            await superuser.rehearseClone(name, clone, options);
            const afterwards = { ...options, isToBeOpened: false };
            const isEqual = await superuser.rehearseClone(name, clone, afterwards);
            expect(await stateOf(clone)).toEqual(before);
            await superuser.alignClone(name, clone, afterwards);
            expect(isDeepStrictEqual(await stateOf(clone), before)).toBe(isEqual);
            await superuser.alignClone(name, clone, options);
            expect(await superuser.rehearseClone(name, clone, { ...afterwards, known: true })).toBe(true);
            await superuser.openClone(clone, new Password('Clone-password-1'));
            await superuser.setPassword(name, new Password('Original-password-2'));
            expect(await catalogsOf(database, clone)).toEqual(original);
            expect(await catalogsOf(database, name)).toEqual(original);
          }
        },
      ),
      propertyBounds(RUNS),
    );
  });
});
