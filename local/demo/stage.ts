import type { SecretsManager } from '../secrets-manager/index.ts';
import type { DatabaseServer } from '../servers/database-server.ts';
import type { Artifacts } from './artifacts.ts';
import type { Calendar } from './calendar.ts';
import type { Database } from './database.ts';

/** What the rotations of every strategy take place in. */
export interface Stage {
  readonly database: Database;
  readonly server: DatabaseServer;
  readonly secretsManager: SecretsManager;
  readonly calendar: Calendar;
  readonly artifacts: Artifacts;
}
