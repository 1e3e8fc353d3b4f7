import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postgres } from '../../../functions/engines/postgres/index.ts';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startPostgres } from '../../../local/servers/postgres.ts';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { startImpostor } from '../../support/impostor.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../../support/test-database.ts';
import { loginTo } from './engine-conformance.ts';

const PASSWORD = 'Canary-password-1';
/** More than a server may take that nobody waits for, in ms. */
const LONGER_THAN_A_SERVER = 10_500;
/** Less than the driver waits, in ms. */
const GIVES_UP = 5_000;

/** A login that is told to wait for another one, and how that one ends. */
function waitingLogin(database: TestDatabase, username: string, more: object = {}) {
  const other = Promise.withResolvers<void>();
  const login = loginTo(database, username, PASSWORD, more);
  const session = postgres.connect(login, {
    deadline: { remaining: () => 20_000 },
    environment: { DATABASE_CA: database.server.ca },
    admission: other.promise,
  });
  return { session, admit: other.resolve, turnAway: other.reject };
}

/** It fails, and before the driver gives up. */
async function expectEnd(session: Promise<unknown>): Promise<void> {
  await expect(Promise.race([session, setTimeout(GIVES_UP, 'still waiting')])).rejects.toThrow();
}

describe('a login that waits for another one', () => {
  let running: RunningServer;
  let database: TestDatabase;
  const name = uniqueName();

  beforeAll(async () => {
    running = await startPostgres({ settings: { log_connections: 'on' } });
    database = testDatabase(running.server);
    await database.createUser(name, PASSWORD);
  });
  afterAll(() => running.stop());

  const logged = (before: number) => logSince(database.server.errorLog, before);
  const connections = async () =>
    (await database.sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'starting'")).flat();

  it('has the server wait for its password, and then logs in', async () => {
    const before = logPosition(database.server.errorLog);
    const { session, admit } = waitingLogin(database, name);
    await expect.poll(connections).toEqual(['1']);
    expect(logged(before)).not.toContain(name);
    admit();
    await using open = await session;
    expect(await open.traits('nobody')).not.toHaveLength(0);
    expect(logged(before)).toContain(`connection authenticated: identity="${name}"`);
  });

  it('hangs up without a word in the server’s log when the other one has failed', async () => {
    const before = logPosition(database.server.errorLog);
    const { session, turnAway } = waitingLogin(database, name);
    await expect.poll(connections).toEqual(['1']);
    turnAway(new Error('The other login was rejected.'));
    await expect(session).rejects.toThrow();
    await expect.poll(connections).toEqual(['0']);
    expect(logged(before)).not.toMatch(/FATAL|ERROR|WARNING|could not|unexpected/);
  });

  it('ends whenever the other one fails', async () => {
    for (const delay of Array.from({ length: 30 }, (_, n) => n / 2)) {
      const { session, turnAway } = waitingLogin(database, name);
      await setTimeout(delay);
      turnAway(new Error('The other login was rejected.'));
      await expectEnd(session);
    }
    await expect.poll(connections).toEqual(['0']);
  });

  it('waits for longer than a server may take', async () => {
    const { session, admit } = waitingLogin(database, name);
    await setTimeout(LONGER_THAN_A_SERVER);
    admit();
    await using open = await session;
    expect(await open.traits('nobody')).not.toHaveLength(0);
  });

  it('waits also where the server asks for no password', async () => {
    const trusted = uniqueName();
    await database.createUser(trusted, PASSWORD);
    const [[hba] = []] = await database.sql('SHOW hba_file');
    const rules = [`hostssl all ${trusted} all trust`, 'host all all all scram-sha-256'];
    await database.sql(`COPY (SELECT unnest(ARRAY['${rules.join("','")}'])) TO '${hba}'`);
    await database.sql('SELECT pg_reload_conf()');
    const queries = async () =>
      (await database.sql(`SELECT state, query FROM pg_stat_activity WHERE usename = '${trusted}'`)).flat();

    const { session, turnAway } = waitingLogin(database, trusted);
    // It is in, and has not said anything.
    await expect.poll(queries).toEqual(['idle', '']);
    turnAway(new Error('The other login was rejected.'));
    await expect(session).rejects.toThrow();
    await expect.poll(queries).toEqual([]);
  });
});

describe('a server that asks for a clear-text password', () => {
  /** AuthenticationCleartextPassword. */
  const ASKS = Buffer.from('520000000800000003', 'hex');

  it('gets none from a login whose other one has failed', async () => {
    const received: Buffer[] = [];
    let socket: Socket | undefined;
    await using server = await startImpostor((client) => {
      socket = client;
      client.on('data', (data) => {
        received.push(data);
        client.write(ASKS);
      });
    });
    const database = testDatabase(inject('servers').postgres);
    const place = { port: server.port, tls: false };
    const { session, turnAway } = waitingLogin(database, 'somebody', place);
    await expect.poll(() => received.length).toBe(1);
    const ended = once(socket ?? expect.fail('There was no connection.'), 'end');
    turnAway(new Error('The other login was rejected.'));
    await expect(session).rejects.toThrow();
    await ended;
    expect(Buffer.concat(received).toString('latin1')).toContain('somebody');
    expect(Buffer.concat(received).toString('latin1')).not.toContain(PASSWORD);
    // A goodbye would be taken for a wrong password.
    expect(received).toHaveLength(1);
  });
});

describe('a server that says nothing more', () => {
  it.each([
    ['at first, without TLS', false, ''],
    ['at first, with TLS', true, ''],
    ['after it has offered TLS', true, 'S'],
  ])('%s, is not waited for when the other login has failed', async (_when, tls, answer) => {
    const arrived = Promise.withResolvers<void>();
    await using server = await startImpostor((client) => {
      client.once('data', () => {
        client.write(answer);
        arrived.resolve();
      });
    });
    const database = testDatabase(inject('servers').postgres);
    const { session, turnAway } = waitingLogin(database, 'somebody', { port: server.port, tls });
    await arrived.promise;
    turnAway(new Error('The other login was rejected.'));
    await expectEnd(session);
  });
});
