import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const database = testDatabase(inject('servers').postgres);
const PASSWORD = 'Initial-password-1';
const [one, other] = [uniqueName('one'), uniqueName('other')];
const group = uniqueName('group');
/** Of its own, so that no other test's objects are dropped with the users' privileges. */
const place = uniqueName('place');

const run = (statement: string) => {
  const { username, password } = database.server.superuser;
  return database.sqlAs(username, password, statement, place);
};

beforeAll(async () => {
  await database.sql(`CREATE DATABASE ${place}`);
  for (const name of [one, other]) await database.createUser(name, PASSWORD);
  await database.sql(`CREATE ROLE ${group}`);
  await run(`CREATE TABLE numbers (n int, m int);
             ALTER TABLE numbers ENABLE ROW LEVEL SECURITY;
             CREATE SEQUENCE counter;
             CREATE FUNCTION twice(int) RETURNS int RETURN 2 * $1;
             CREATE TYPE colour AS ENUM ('red');
             CREATE COLLATION plain FROM "C";
             CREATE FOREIGN DATA WRAPPER wrapper;
             CREATE SERVER remote FOREIGN DATA WRAPPER wrapper;
             SELECT lo_create(4711)`);
});
afterAll(async () => {
  await database.sql(`DROP DATABASE ${place}`);
  for (const name of [one, other, group]) await database.dropUser(name);
});

async function traitsOf(name: string, partner: string) {
  await using session = await connect(database, loginTo(database, name, PASSWORD, { database: place }));
  return (await session.traits(partner)).toSorted();
}

/** What is done to one of two users, how it is undone, and the trait that it has in between. */
const CHANGES: readonly (readonly [change: string, undo: string, trait: string])[] = [
  ['ALTER ROLE $user CREATEDB', 'ALTER ROLE $user NOCREATEDB', 'the attribute CREATEDB'],
  ['ALTER ROLE $user CONNECTION LIMIT 5', 'ALTER ROLE $user CONNECTION LIMIT -1', 'a connection limit of 5'],
  [
    "ALTER ROLE $user VALID UNTIL '2095-01-02 03:04:05.5+02'",
    "ALTER ROLE $user VALID UNTIL 'infinity'",
    'a password that is valid until 2095-01-02T01:04:05.5Z',
  ],
  ["COMMENT ON ROLE $user IS 'of the team'", 'COMMENT ON ROLE $user IS NULL', 'the comment "of the team"'],
  [
    `ALTER ROLE $user IN DATABASE ${place} SET work_mem TO '64MB'`,
    `ALTER ROLE $user IN DATABASE ${place} RESET work_mem`,
    `the setting work_mem = 64MB in the database "${place}"`,
  ],
  [
    `GRANT ${group} TO $user WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
    `REVOKE ${group} FROM $user`,
    `membership in "${group}" with ADMIN OPTION without INHERIT without SET`,
  ],
  [
    'GRANT SELECT ON numbers TO $user WITH GRANT OPTION',
    'REVOKE SELECT ON numbers FROM $user',
    'SELECT on table public.numbers with GRANT OPTION',
  ],
  [
    'GRANT UPDATE (m) ON numbers TO $user',
    'REVOKE UPDATE (m) ON numbers FROM $user',
    'UPDATE on column m of table public.numbers',
  ],
  [
    'GRANT USAGE ON SEQUENCE counter TO $user',
    'REVOKE USAGE ON SEQUENCE counter FROM $user',
    'USAGE on sequence public.counter',
  ],
  [
    'GRANT EXECUTE ON FUNCTION twice TO $user',
    'REVOKE EXECUTE ON FUNCTION twice FROM $user',
    'EXECUTE on function public.twice(integer)',
  ],
  [
    'GRANT USAGE ON TYPE colour TO $user',
    'REVOKE USAGE ON TYPE colour FROM $user',
    'USAGE on type public.colour',
  ],
  [
    'ALTER COLLATION plain OWNER TO $user',
    'ALTER COLLATION plain OWNER TO postgres',
    'the ownership of collation public.plain',
  ],
  [
    'GRANT CREATE ON SCHEMA public TO $user',
    'REVOKE CREATE ON SCHEMA public FROM $user',
    'CREATE on schema public',
  ],
  [
    `GRANT CREATE ON DATABASE ${place} TO $user`,
    `REVOKE CREATE ON DATABASE ${place} FROM $user`,
    `CREATE on database ${place}`,
  ],
  [
    'GRANT CREATE ON TABLESPACE pg_default TO $user',
    'REVOKE CREATE ON TABLESPACE pg_default FROM $user',
    'CREATE on tablespace pg_default',
  ],
  [
    'GRANT USAGE ON LANGUAGE sql TO $user',
    'REVOKE USAGE ON LANGUAGE sql FROM $user',
    'USAGE on language sql',
  ],
  [
    'GRANT USAGE ON FOREIGN SERVER remote TO $user',
    'REVOKE USAGE ON FOREIGN SERVER remote FROM $user',
    'USAGE on server remote',
  ],
  [
    'GRANT USAGE ON FOREIGN DATA WRAPPER wrapper TO $user',
    'REVOKE USAGE ON FOREIGN DATA WRAPPER wrapper FROM $user',
    'USAGE on foreign-data wrapper wrapper',
  ],
  [
    'GRANT SELECT ON LARGE OBJECT 4711 TO $user',
    'REVOKE SELECT ON LARGE OBJECT 4711 FROM $user',
    'SELECT on large object 4711',
  ],
  [
    'GRANT SET ON PARAMETER log_statement TO $user',
    'REVOKE SET ON PARAMETER log_statement FROM $user',
    'SET on parameter log_statement',
  ],
  [
    'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO $user',
    'ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM $user',
    'SELECT on what postgres will create: kind r, for itself',
  ],
  [
    'CREATE POLICY own ON numbers TO $user',
    'DROP POLICY own ON numbers',
    'the policy own on table public.numbers',
  ],
  [
    'CREATE USER MAPPING FOR $user SERVER remote',
    'DROP USER MAPPING FOR $user SERVER remote',
    'the user mapping for server remote',
  ],
];

describe('two users that somebody else made', () => {
  it('differ by each of these, and are equal again when it is undone', async () => {
    const before = await traitsOf(other, one);
    expect(await traitsOf(one, other)).toEqual(before);
    const all = (statements: readonly string[]) => run(statements.join('; ').replaceAll('$user', one));
    await all(CHANGES.map(([change]) => change));
    const traits = CHANGES.map(([, , trait]) => trait);
    expect(await traitsOf(one, other)).toEqual([...before, ...traits].toSorted());
    await all(CHANGES.map(([, undo]) => undo));
    expect(await traitsOf(one, other)).toEqual(before);
  });

  it('differ when one owns what the other has all privileges on', async () => {
    const before = await traitsOf(other, one);
    await run(
      `CREATE TABLE owned (n int); ALTER TABLE owned OWNER TO ${one}; GRANT ALL ON owned TO ${other}`,
    );
    const traits = await traitsOf(other, one);
    expect(traits.length).toBeGreaterThan(before.length);
    expect(await traitsOf(one, other)).toEqual([...traits, 'the ownership of table public.owned'].toSorted());
    await run('DROP TABLE owned');
  });

  it('are equal when both own what is theirs alike, by whatever name', async () => {
    for (const user of [one, other]) {
      await database.sql(`ALTER ROLE ${user} SET role TO ${user}`);
      await run(`ALTER DEFAULT PRIVILEGES FOR ROLE ${user} GRANT SELECT ON TABLES TO ${group}`);
      await run(`ALTER DEFAULT PRIVILEGES FOR ROLE ${user} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`);
    }
    const traits = await traitsOf(one, other);
    expect(await traitsOf(other, one)).toEqual(traits);
    expect(traits).toContain('sessions in every database that act as the user itself');
    expect(traits).toContain(`SELECT on what it will create: kind r, for ${group}`);
  });

  it('do not show the value of a custom setting, which may be a secret of the application', async () => {
    await database.sql(`ALTER ROLE ${one} SET app.key TO 'canary'`);
    await database.sql(`ALTER ROLE ${other} SET app.key TO 'canary'`);
    const traits = await traitsOf(one, other);
    expect(traits).toContainEqual(
      expect.stringMatching(/^the setting app.key \(value [0-9a-f]{8}\) in every/),
    );
    expect(traits.join()).not.toContain('canary');
    expect(await traitsOf(other, one)).toEqual(traits);
    await database.sql(`ALTER ROLE ${other} SET app.key TO 'another'`);
    expect(await traitsOf(other, one)).not.toEqual(traits);
  });
});
