import type { Calendar } from '../demo/calendar.ts';
import type { Database } from '../demo/database.ts';
import type { Secrets } from '../demo/secrets.ts';
import type { SecretsManager } from '../secrets-manager/index.ts';
import type { DatabaseServer } from '../servers/database-server.ts';
import type { BenchArtifacts } from './artifacts.ts';

/** What the measured rotations take place in. */
export interface Stage {
  readonly database: Database;
  readonly server: DatabaseServer;
  readonly secretsManager: SecretsManager;
  readonly secrets: Secrets;
  readonly calendar: Calendar;
  readonly artifacts: BenchArtifacts;
  /** Of each call of Secrets Manager. May be changed at any time. */
  readonly latency: { ms: number };
}
