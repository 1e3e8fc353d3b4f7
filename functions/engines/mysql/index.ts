import type { Engine } from '../engine.ts';
import { openConnection } from './connection.ts';
import { openSession } from './session.ts';
import { assertUsername } from './user-name.ts';

/** MySQL 8.0 and later, MariaDB 10.6 and later, and Amazon RDS and Aurora for both. */
export const mysql: Engine = {
  name: 'mysql',
  secretEngines: ['mysql', 'aurora-mysql', 'mariadb'],
  defaultPort: 3306,
  assertUsername,
  async connect(login, surroundings) {
    return openSession(await openConnection(login, surroundings), login);
  },
};
