import type { Engine } from '../engine.ts';
import { openConnection } from './connection.ts';
import { assertUsername, openSession } from './session.ts';

/** PostgreSQL 13 and later, Amazon RDS for PostgreSQL and Aurora PostgreSQL. */
export const postgres: Engine = {
  name: 'postgres',
  secretEngines: ['postgres', 'aurora-postgresql'],
  defaultPort: 5432,
  assertUsername,
  async connect(login, surroundings) {
    assertUsername(login.username);
    return openSession(await openConnection(login, surroundings), login);
  },
};
