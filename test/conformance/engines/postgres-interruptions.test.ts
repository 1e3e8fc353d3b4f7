import { Password } from '@rotation/core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const database = testDatabase(inject('servers').postgres);
const INITIAL = 'Initial-password-1';
const NEXT = new Password('Changed-password-2');
/** What an invocation has left when it meets a lock, in ms. */
const LITTLE_TIME = 1_000;

/** A superuser's session that stays open. */
async function openSuperuser(): Promise<pg.Client> {
  const { superuser, port, ca } = database.server;
  const client = new pg.Client({
    ...{ host: 'localhost', port, database: 'postgres', ssl: { ca } },
    ...{ user: superuser.username, password: superuser.password },
  });
  await client.connect();
  return client;
}

/** How many rotations wait to change a role. */
async function waitingFor(role: string): Promise<number> {
  const [row] = await database.sql(
    `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'secrets-rotation'
     AND wait_event_type = 'Lock' AND query LIKE 'ALTER ROLE "${role}" %'`,
  );
  return Number(row?.[0]);
}

describe('a role that another session is changing', () => {
  const name = uniqueName();
  let holder: pg.Client;
  beforeAll(async () => {
    await database.createUser(name, INITIAL);
    await database.createUser(`${name}_clone`, INITIAL);
    holder = await openSuperuser();
  });
  afterAll(async () => {
    await holder.end();
    await database.dropUser(`${name}_clone`);
    await database.dropUser(name);
  });

  it('is waited for no longer than the invocation may last, and keeps its password', async () => {
    await holder.query(`BEGIN; ALTER ROLE "${name}" CONNECTION LIMIT 7`);
    const session = await connect(database, loginTo(database, name, INITIAL), LITTLE_TIME);
    await expect(session.changeOwnPassword(new Password(INITIAL), NEXT)).rejects.toMatchObject({
      name: expect.stringMatching(/^(ConnectionTimedOut|StatementFailed)$/),
    });
    await session[Symbol.asyncDispose]();
    // The server gives up too: no statement is left to run once the lock is released.
    await expect.poll(() => waitingFor(name)).toBe(0);
    await holder.query('ROLLBACK');
    expect(await database.logsIn(name, INITIAL)).toBe(true);
  });

  it('is waited for when it is released in time', async () => {
    await holder.query(`BEGIN; ALTER ROLE "${name}" CONNECTION LIMIT 7`);
    await using session = await connect(database, loginTo(database, name, INITIAL));
    const changed = session.changeOwnPassword(new Password(INITIAL), NEXT);
    await expect.poll(() => waitingFor(name)).toBe(1);
    await holder.query('ROLLBACK');
    await changed;
    expect(await database.logsIn(name, NEXT.reveal())).toBe(true);
  });

  it('does not keep a superuser waiting either', async () => {
    await holder.query(`BEGIN; ALTER ROLE "${name}_clone" CONNECTION LIMIT 7`);
    const { username, password } = database.server.superuser;
    const session = await connect(database, loginTo(database, username, password), LITTLE_TIME);
    await expect(session.setPassword(`${name}_clone`, NEXT)).rejects.toMatchObject({
      name: expect.stringMatching(/^(ConnectionTimedOut|StatementFailed)$/),
    });
    await session[Symbol.asyncDispose]();
    await expect.poll(() => waitingFor(`${name}_clone`)).toBe(0);
    await holder.query('ROLLBACK');
    expect(await database.logsIn(`${name}_clone`, INITIAL)).toBe(true);
  });
});

describe('a session that the server ends', () => {
  const name = uniqueName();
  beforeAll(() => database.createUser(name, INITIAL));
  afterAll(() => database.dropUser(name));

  it('says so to the next statement, and hurts nobody before it', async () => {
    await using session = await connect(database, loginTo(database, name, INITIAL));
    const [row] = await database.sql(
      `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '${name}'`,
    );
    expect(row).toEqual([true]);
    for (const task of [
      () => session.changeOwnPassword(new Password(INITIAL), NEXT),
      () =>
        session.alignClone(name, `${name}_clone`, { known: false, isToBeOpened: true, reassignOwned: false }),
      () => session.setPassword(name, NEXT),
      () => session.traits(`${name}_clone`),
    ]) {
      await expect(task()).rejects.toMatchObject({ name: 'HostUnreachable' });
    }
    expect(await database.logsIn(name, INITIAL)).toBe(true);
  });
});
