import { isDeepStrictEqual } from 'node:util';
import { Password } from '@rotation/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect, loginTo } from '../conformance/engines/engine-conformance.ts';
import { catalogued } from '../support/postgres-roles.ts';
import { propertyBounds } from '../support/property-bounds.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const database = testDatabase(inject('servers').postgres);
const INITIAL = 'Initial-password-1';
const NEXT = 'Changed-password-2';
const RUNS = 15;

const groups = [uniqueName('group'), uniqueName('odd "group"')];
const place = uniqueName("odd 'place'");
beforeAll(async () => {
  for (const group of groups) await database.sql(`CREATE ROLE ${database.identifier(group)}`);
  await database.sql(`CREATE DATABASE ${database.identifier(place)}`);
});
afterAll(async () => {
  await database.sql(`DROP DATABASE ${database.identifier(place)}`);
  for (const group of groups) await database.dropUser(group);
});

/** Whatever can stand in a catalog: everything but NUL. */
const text = fc.string({ unit: fc.constantFrom(...' aZ\'"\\,=$;%é鍵\n{}'), maxLength: 12 });
const name = fc.string({ unit: fc.constantFrom(...'aZ\'"\\ ,.$;-é鍵'), minLength: 1, maxLength: 8 });

/** What is done to a role. Each can be done to any role at any time. */
const change = fc.oneof(
  fc
    .constantFrom('SUPERUSER', 'CREATEROLE', 'CREATEDB', 'INHERIT', 'REPLICATION', 'BYPASSRLS')
    .chain((attribute) => fc.constantFrom(attribute, `NO${attribute}`))
    .map((attribute) => (role: string) => `ALTER ROLE ${role} ${attribute}`),
  fc
    .integer({ min: -1, max: 30 })
    .map((n) => (role: string) => `ALTER ROLE ${role} CONNECTION LIMIT ${n === 0 ? 9 : n}`),
  fc
    .date({
      min: new Date('2090-01-01T00:00:00Z'),
      max: new Date('2290-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((until) => (role: string) => `ALTER ROLE ${role} VALID UNTIL '${until.toISOString()}'`),
  fc
    .option(text)
    .map(
      (comment) => (role: string) =>
        `COMMENT ON ROLE ${role} IS ${comment === null ? 'NULL' : database.literal(comment)}`,
    ),
  fc.tuple(fc.boolean(), fc.constantFrom('app.one', 'app.two', 'application_name'), fc.option(text)).map(
    ([here, setting, value]) =>
      (role: string) =>
        setIn(role, here, setting, value === null ? [] : [value]),
  ),
  fc.tuple(fc.boolean(), fc.array(name, { maxLength: 3 })).map(
    ([here, path]) =>
      (role: string) =>
        setIn(role, here, 'search_path', path),
  ),
  fc.tuple(fc.constantFrom(...groups), fc.constantFrom('', ' WITH ADMIN OPTION', undefined)).map(
    ([group, options]) =>
      (role: string) =>
        options === undefined
          ? `REVOKE ${database.identifier(group)} FROM ${role}`
          : `GRANT ${database.identifier(group)} TO ${role}${options}`,
  ),
);

function setIn(role: string, here: boolean, setting: string, values: readonly string[]): string {
  const alter = `ALTER ROLE ${role}${here ? ` IN DATABASE ${database.identifier(place)}` : ''}`;
  if (values.length === 0) return `${alter} RESET ${setting}`;
  return `${alter} SET ${setting} TO ${values.map((value) => database.literal(value)).join(', ')}`;
}

const changes = fc.array(change, { maxLength: 12 });

it('random users are equal after each alignment, whatever was done to either', async () => {
  const { username, password } = database.server.superuser;
  await using superuser = await connect(database, loginTo(database, username, password));
  await fc.assert(
    fc.asyncProperty(
      name,
      fc.array(fc.tuple(changes, changes), { minLength: 1, maxLength: 2 }),
      async (odd, rounds) => {
        const original = `${uniqueName()}${odd}`;
        const clone = `${original}_clone`;
        const run = async (role: string, all: readonly ((role: string) => string)[]) => {
          if (all.length > 0)
            await database.sql(all.map((done) => done(database.identifier(role))).join('; '));
        };
        try {
          await database.createUser(original, INITIAL);
          for (const [round, [ofOriginal, ofClone]] of rounds.entries()) {
            await run(original, ofOriginal);
            if (round > 0) await run(clone, ofClone);
            const options = { known: round > 0, isToBeOpened: true, reassignOwned: false };
            const before = await catalogued(database, clone);
            const isEqual = await superuser.rehearseClone(original, clone, options);
            expect(await catalogued(database, clone)).toEqual(before);
            await superuser.alignClone(original, clone, options);
            expect(isDeepStrictEqual(await catalogued(database, clone), before)).toBe(isEqual);
            await superuser.openClone(clone, new Password(NEXT));
            const model = { ...(await catalogued(database, original)), memberships: [] };
            expect(await catalogued(database, clone, original)).toEqual(model);
            await using one = await connect(database, loginTo(database, original, INITIAL));
            await using other = await connect(database, loginTo(database, clone, NEXT));
            expect((await other.traits(original)).toSorted()).toEqual((await one.traits(clone)).toSorted());
          }
        } finally {
          await database.dropUser(clone);
          await database.dropUser(original);
        }
      },
    ),
    propertyBounds(RUNS),
  );
});
