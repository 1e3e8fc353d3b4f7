import { rotationHandler, type Step } from '@rotation/core';
import type { Context } from 'aws-lambda';
import { openSecretStore } from '../../layers/rotation-core/src/secret-store.ts';
import { type Secret, secretOf, type Version } from '../faults/secret.ts';
import { STRATEGIES, type StrategyName } from '../support/rotation-lab.ts';
import { type FakeDatabase, fakeDatabase, type User } from '../unit/support/fake-database.ts';
import { gatedClient } from './gated-client.ts';
import { gatedEngine } from './gated-engine.ts';
import { type Gates, openGates, type Parallel } from './gates.ts';
import { memoryService } from './memory-service.ts';

const FUNCTION_TIMEOUT = 30_000;
const ROTATION_TOKEN = '00000000-0000-4000-8000-000000000000';
const SERVER = { engine: 'postgres', host: 'db', port: 5432 };
const SUPERUSER = { username: 'admin', password: 'admin-password' };
const FIRST = { username: 'app', password: 'first-password' };

/** A rotation function between a model of the service and a model of a database, all of it behind gates. */
export interface MemoryLab {
  readonly secret: Secret;
  readonly database: FakeDatabase;
  readonly gates: Gates;
  /** Runs one step; `who` stands before its gates. */
  run(who: string, step: Step, token: string): Promise<void>;
  /** Whether the database takes the login of a version. */
  logsIn(version: Version | undefined): boolean;
}

/** The secret has a rotation behind it, as most have: there are an AWSPREVIOUS version and, with alternating users, both. */
export function openMemoryLab(strategyName: StrategyName, parallel: Parallel): MemoryLab {
  const alternating = strategyName === 'alternating-users';
  const next = { username: alternating ? 'app_clone' : 'app', password: 'second-password' };
  const users: Record<string, User> = {
    admin: SUPERUSER,
    app: { ...FIRST, rights: ['read'] },
    [next.username]: { ...next, rights: ['read'] },
  };
  const database = fakeDatabase(users);
  const service = memoryService();
  const masterarn = secretOf(service, { ...SERVER, ...SUPERUSER }).arn;
  const secret = secretOf(service, { ...SERVER, ...FIRST, ...(alternating && { masterarn }) });
  secret.put(next);
  const gates = openGates(parallel);

  async function run(who: string, Step: Step, ClientRequestToken: string): Promise<void> {
    const pass = (what: string) => gates.pass(who, what);
    const handler = rotationHandler(STRATEGIES[strategyName](gatedEngine(database.engine, pass)), {
      environment: {},
      openStore: (event, deadline) => openSecretStore(event, deadline, gatedClient(service, pass)),
      openLog: () => ({ info() {}, warn() {}, error() {} }),
    });
    const context = { getRemainingTimeInMillis: () => FUNCTION_TIMEOUT } as Context;
    await handler({ Step, SecretId: secret.arn, ClientRequestToken, RotationToken: ROTATION_TOKEN }, context);
  }

  return {
    secret,
    database,
    gates,
    run,
    logsIn(version) {
      const user = users[version?.value?.username ?? ''];
      return user !== undefined && !user.locked && user.password === version?.value?.password;
    },
  };
}
