import { type Secret, secretOf, type Version } from '../faults/secret.ts';
import type { StrategyName } from '../support/rotation-lab.ts';
import { type FakeDatabase, fakeDatabase, type User } from '../unit/support/fake-database.ts';
import { type GatedFunction, gatedFunction } from './gated-function.ts';
import { type Gates, openGates, type Parallel } from './gates.ts';
import { memoryService } from './memory-service.ts';

const SERVER = { engine: 'postgres', host: 'db', port: 5432 };
const SUPERUSER = { username: 'admin', password: 'admin-password' };
const FIRST = { username: 'app', password: 'first-password' };

/** A rotation function between a model of the service and a model of a database, all of it behind gates. */
export interface MemoryLab {
  readonly secret: Secret;
  readonly database: FakeDatabase;
  readonly gates: Gates;
  readonly run: GatedFunction;
  /** Whether the database takes the login of a version. */
  logsIn(version: Version | undefined): boolean;
}

/** The secret has a rotation behind it, as most have: there are an AWSPREVIOUS version and, with alternating users, both. */
export function openMemoryLab(strategy: StrategyName, parallel: Parallel): MemoryLab {
  const alternating = strategy === 'alternating-users';
  const next = { username: alternating ? 'app_clone' : 'app', password: 'second-password' };
  const users: Record<string, User> = {
    admin: SUPERUSER,
    app: { ...FIRST, traits: ['read'] },
    [next.username]: { ...next, traits: ['read'] },
  };
  const database = fakeDatabase(users);
  const service = memoryService();
  const masterarn = secretOf(service, { ...SERVER, ...SUPERUSER }).arn;
  const secret = secretOf(service, { ...SERVER, ...FIRST, ...(alternating && { masterarn }) });
  secret.put(next);
  const gates = openGates(parallel);
  const { engine } = database;
  const { pass } = gates;
  return {
    secret,
    database,
    gates,
    run: gatedFunction({
      strategy,
      engine,
      service,
      environment: { SUPERUSER_SECRET_ARN: '*' },
      secretArn: secret.arn,
      pass,
    }),
    logsIn(version) {
      const user = users[version?.value?.username ?? ''];
      return user !== undefined && !user.locked && user.password === version?.value?.password;
    },
  };
}
