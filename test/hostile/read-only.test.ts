import { chown, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { STEPS } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestartableServer, startRestartableServer } from '../model/restartable-server.ts';
import type { StrategyName } from '../support/rotation-lab.ts';
import { type TestDatabase, testDatabase } from '../support/test-database.ts';
import { openSite } from './site.ts';

const STRATEGIES: readonly StrategyName[] = ['single-user', 'alternating-users'];

interface Kind {
  readonly name: string;
  readonly engine: 'postgres' | 'mysql' | 'mariadb';
  close(running: RestartableServer, database: TestDatabase): Promise<void>;
  open(running: RestartableServer, database: TestDatabase): Promise<void>;
}

const readOnlyFlag = (engine: 'mysql' | 'mariadb'): Kind => ({
  name: `${engine} with read_only`,
  engine,
  async close(_, { sql }) {
    await sql('SET GLOBAL read_only = ON');
  },
  async open(_, { sql }) {
    await sql('SET GLOBAL read_only = OFF');
  },
});

const standbySignal = ({ server }: RestartableServer) =>
  join(dirname(server.errorLog), 'data', 'standby.signal');

const KINDS: readonly Kind[] = [
  {
    name: 'a hot standby of PostgreSQL',
    engine: 'postgres',
    async close(running) {
      const file = standbySignal(running);
      const { uid, gid } = await stat(dirname(file));
      await writeFile(file, '');
      await chown(file, uid, gid);
      await running.restart();
    },
    async open(running) {
      await rm(standbySignal(running));
      await running.restart();
    },
  },
  readOnlyFlag('mysql'),
  readOnlyFlag('mariadb'),
];

describe.each(KINDS)('$name', ({ engine, close, open }) => {
  let running: RestartableServer;
  let database: TestDatabase;
  beforeAll(async () => {
    running = await startRestartableServer(engine);
    database = testDatabase(running.server);
  });
  afterAll(() => running[Symbol.asyncDispose]());

  /* The superuser of MySQL and MariaDB may write all the same. */
  const refused = engine === 'postgres' ? STRATEGIES : (['single-user'] as const);
  it.each(refused)('is told from other faults in setSecret of %s', async (strategy) => {
    await using site = await openSite(database, { strategy, place: { ssl: false } });
    await close(running, database);
    try {
      expect(await site.lab.preflight(site.secretArn)).toMatchObject({
        findings: expect.arrayContaining([expect.objectContaining({ error: 'ServerReadOnly' })]),
      });
      await site.run('createSecret');
      expect(await site.failureOf('setSecret')).toMatchObject({ name: 'ServerReadOnly' });
      await site.expectNothingLost();
    } finally {
      await open(running, database);
    }
    await site.expectRecovery();
  });
});

describe('PostgreSQL whose sessions begin read-only', () => {
  let running: RestartableServer;
  let database: TestDatabase;
  beforeAll(async () => {
    running = await startRestartableServer('postgres');
    database = testDatabase(running.server);
  });
  afterAll(() => running[Symbol.asyncDispose]());

  it.each(STRATEGIES)('is written to by %s, for that is a default and no ban', async (strategy) => {
    await using site = await openSite(database, { strategy, place: { ssl: false } });
    await setDefault('SET default_transaction_read_only = on', 'on');
    try {
      for (const step of STEPS) await site.run(step);
    } finally {
      await setDefault('RESET default_transaction_read_only', 'off');
    }
    await site.expectHealth();
  });

  /** Sessions that begin from now on have it. */
  async function setDefault(change: string, value: string): Promise<void> {
    await database.sql(`ALTER SYSTEM ${change}`);
    await database.sql('SELECT pg_reload_conf()');
    await expect.poll(() => database.sql('SHOW default_transaction_read_only')).toEqual([[value]]);
  }
});
