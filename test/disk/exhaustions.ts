import { expect } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { logSince } from '../../local/servers/server-log.ts';
import type { RestartableServer } from '../model/restartable-server.ts';
import type { StrategyName } from '../support/rotation-lab.ts';
import type { TestDatabase } from '../support/test-database.ts';

/** One of the things for which a server finds no room on a full disk, and what it does then. */
export interface Exhaustion {
  readonly name: string;
  readonly engine: DatabaseServer['engine'];
  readonly settings: Readonly<Record<string, string>>;
  readonly strategies: readonly StrategyName[];
  /** Uses up, on a disk that is full, what room the server has kept for itself. */
  exhaust(scene: Scene): Promise<void>;
  /** What setSecret then fails with. */
  readonly error: string;
  /** Whether users can still log in. */
  readonly letsIn: boolean;
  /** Brings the server back once there is room again. */
  revive(running: RestartableServer): Promise<void>;
}

export interface Scene {
  readonly running: RestartableServer;
  readonly database: TestDatabase;
  /** Whose password is rotated. */
  readonly username: string;
}

const BOTH = ['single-user', 'alternating-users'] as const;
/** The settings of the other tests may lose the last changes when a server is killed. */
const DURABLE = { 'innodb-flush-log-at-trx-commit': '1' };
/** In ms. */
const PATIENCE = 30_000;

export const EXHAUSTIONS: readonly Exhaustion[] = [
  {
    name: 'PostgreSQL without room for a row',
    engine: 'postgres',
    settings: {},
    strategies: BOTH,
    async exhaust(scene) {
      await expect(createUsers(scene)).rejects.toMatchObject({ code: '53100' });
    },
    error: 'StorageFull',
    letsIn: true,
    async revive() {},
  },
  {
    name: 'PostgreSQL without room for its write-ahead log, which ends it',
    engine: 'postgres',
    settings: {},
    strategies: BOTH,
    async exhaust({ running, database }) {
      const logging = repeat(() =>
        database.sql("SELECT pg_logical_emit_message(false, '', repeat('x', 1000000))"),
      );
      await expect(logging).rejects.toMatchObject({ code: '53100' });
      await running.ended();
    },
    error: 'HostUnreachable',
    letsIn: false,
    revive: (running) => running.start(),
  },
  {
    name: 'MySQL without room for a row',
    engine: 'mysql',
    settings: DURABLE,
    // A password that is changed takes the place of the old one.
    strategies: ['alternating-users'],
    async exhaust(scene) {
      await expect(createUsers(scene)).rejects.toMatchObject({ errno: 3501 });
    },
    error: 'StorageFull',
    letsIn: true,
    async revive() {},
  },
  {
    name: 'MySQL without room for its binary log, for which it waits',
    engine: 'mysql',
    settings: { ...DURABLE, 'log-bin': 'binlog' },
    strategies: BOTH,
    exhaust: createUsersUntilItWaits,
    error: 'ConnectionTimedOut',
    letsIn: false,
    revive: killAndStart,
  },
  {
    name: 'MariaDB without room for the log of its system tables, for which it waits',
    engine: 'mariadb',
    settings: DURABLE,
    strategies: BOTH,
    exhaust: createUsersUntilItWaits,
    error: 'ConnectionTimedOut',
    letsIn: true,
    revive: killAndStart,
  },
];

async function createUsersUntilItWaits(scene: Scene): Promise<void> {
  const creating = createUsers(scene);
  // It breaks when the server is killed.
  creating.catch(() => {});
  const { errorLog } = scene.database.server;
  await expect.poll(() => logSince(errorLog, 0), { timeout: PATIENCE }).toContain('Disk is full writing');
}

/** A server that waits would look for room once a minute, and does not end in good order before. */
async function killAndStart(running: RestartableServer): Promise<void> {
  await running.kill();
  await running.start();
}

/** In the order of their names, up to just before the clone of `username`, so that the next row on its page would be the clone's. */
async function createUsers({ database, username }: Scene): Promise<never> {
  const { identifier, literal, sql, server } = database;
  let created = 0;
  return repeat(() => {
    const name = `${username}_a${String(created++).padStart(4, '0')}`;
    return sql(
      server.engine === 'postgres'
        ? `CREATE ROLE ${identifier(name)}`
        : `CREATE USER ${literal(name)} IDENTIFIED BY 'Filler-password-1' ACCOUNT LOCK`,
    );
  });
}

async function repeat(work: () => Promise<unknown>): Promise<never> {
  for (;;) await work();
}
