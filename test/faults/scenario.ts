import { inspect } from 'node:util';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { rotationHandler, STEPS, type Step } from '@rotation/core';
import type { Context } from 'aws-lambda';
import { openSecretStore } from '../../layers/rotation-core/src/secret-store.ts';
import { STRATEGIES } from '../support/rotation-lab.ts';
import { startWireProxy } from '../support/wire-proxy/wire-proxy.ts';
import { CANARY } from './canary.ts';
import { directClient } from './direct-client.ts';
import { type FaultInjector, faultInjector, type Strike } from './fault-injector.ts';
import { type Assembly, COMPLETE } from './guards.ts';
import type { Violation } from './invariants.ts';
import { type Secret, secretOf } from './secret.ts';
import { openService } from './service.ts';
import { type Setup, type SetupName, setupOf } from './setup.ts';
import type { Credentials, World } from './world.ts';

/** The template's timeout, in ms. */
const FUNCTION_TIMEOUT = 30_000;
/** How long the function waits for Secrets Manager when no answer will come, in ms: it has nothing else to wait for. */
const PATIENCE = 2_000;
const ROTATION_TOKEN = `${CANARY}-rotation-token-00000000000000000000`;

export interface ScenarioOptions {
  readonly strategy: SetupName;
  /** Rotations that the secret has behind it. */
  readonly rotationsBefore: number;
  readonly assembly?: Assembly;
}

/** How one run of the four steps ended. */
export interface Attempt {
  /** The step that failed, and with what; undefined when all succeeded. */
  readonly failure?: { readonly step: Step; readonly error: unknown };
  /** Whether the fault was met. */
  readonly struck: boolean;
}

/** One user, its secret and its rotation function, with everything between them that can break. */
export interface Scenario extends AsyncDisposable {
  readonly world: World;
  readonly setup: Setup;
  /** The function is configured to discard the old password when a rotation ends. */
  readonly discards: boolean;
  /** The user that the secret was made with. */
  readonly username: string;
  readonly secret: Secret;
  readonly superuserSecret: Secret;
  readonly faults: FaultInjector;
  /**
   * Runs the four steps as the service does, until one fails.
   * @param watch what goes wrong, or that each call is to be a point; without it, calls of the service pass unseen
   */
  attempt(token: string, watch?: Strike | 'every call'): Promise<Attempt>;
  /** What was seen wrong while rotations were under way. */
  interruptions(): readonly Violation[];
  /** All that the function has logged and thrown. */
  output(): string;
  /** Has something end together with the scenario. */
  own<T extends AsyncDisposable>(resource: T): T;
}

export async function openScenario(
  world: World,
  { strategy: setupName, rotationsBefore, assembly = COMPLETE }: ScenarioOptions,
): Promise<Scenario> {
  const setup = setupOf(setupName);
  const { server, users } = world;
  await using building = new AsyncDisposableStack();
  const username = world.nextName();
  const clone = `${username}_clone`;
  const user: Credentials = { username, password: `Initial-${username}` };
  await users.create(user);
  if (setup.hasTwoPasswords) await users.allowTwoPasswords(username);

  const aliases = new Map([
    [clone, 'clone'],
    [username, 'user'],
    [server.superuser.username, 'superuser'],
  ]);
  const faults = faultInjector({
    aliases,
    cut: () => proxy.cut(),
    spoilPassword: (statement) => users.spoilPassword(statement.includes(clone) ? clone : username),
    look,
  });
  const proxy = building.use(await startWireProxy(server, faults.gate));
  const service = building.use(await openService(faults.intercept, username));
  const place = { engine: server.engine, host: '127.0.0.1', port: proxy.port, ssl: false };
  const superuserSecret = secretOf(service, { ...place, ...server.superuser });
  aliases.set(superuserSecret.arn, 'of the superuser');
  const masterarn = setup.strategy === 'alternating-users' ? { masterarn: superuserSecret.arn } : {};
  const secret = secretOf(service, { ...place, ...user, ...masterarn });

  const { endpoint, region } = service;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const client = new SecretsManager({ endpoint, region, credentials });
  building.defer(() => client.destroy());
  const written: string[] = [];
  let patience = FUNCTION_TIMEOUT;
  let watched = false;
  const strategy = assembly.strategy(STRATEGIES[setup.strategy](assembly.engine(world.engine)));
  const environment: Record<string, string> = { SUPERUSER_SECRET_ARN: '*' };
  const startProcess = () =>
    rotationHandler(strategy, {
      environment,
      openStore: assembly.openStore((event, deadline) => {
        const remaining = () => Math.min(deadline.remaining(), patience);
        return openSecretStore(event, { ...deadline, remaining }, watched ? client : directClient(service));
      }, world.engine),
      openLog: (_context, fields) => {
        const write = (...line: unknown[]) => void written.push(inspect([fields, ...line], { depth: 10 }));
        return { info: write, warn: write, error: write };
      },
    });
  let handler = startProcess();
  let areApart = false;

  const interruptions: Violation[] = [];
  async function look(afterwards: string): Promise<void> {
    const { value } = secret.labelled('AWSCURRENT') ?? {};
    if (!setup.keepsCurrent || value === undefined || (await users.logsIn(value))) return;
    interruptions.push({ invariant: 'I1', detail: `AWSCURRENT is rejected after ${afterwards}` });
  }

  async function run(Step: Step, ClientRequestToken: string): Promise<unknown> {
    const ends = Date.now() + FUNCTION_TIMEOUT;
    const context = { getRemainingTimeInMillis: () => ends - Date.now() } as Context;
    const event = { Step, SecretId: secret.arn, ClientRequestToken, RotationToken: ROTATION_TOKEN };
    try {
      await handler(event, context);
      return undefined;
    } catch (error) {
      written.push(inspect(error, { depth: 10 }));
      return error;
    }
  }

  async function attempt(token: string, watch?: Strike | 'every call'): Promise<Attempt> {
    const strike = watch === 'every call' ? undefined : watch;
    faults.begin(strike);
    watched = watch !== undefined;
    patience = strike?.fault === 'no answer in time' ? PATIENCE : FUNCTION_TIMEOUT;
    let failure: Attempt['failure'];
    for (const step of STEPS) {
      if (areApart) handler = startProcess();
      faults.enter(step);
      const error = await run(step, token);
      if (error !== undefined) failure = { step, error };
      // A step whose process was killed is no success, whatever it would have done with its last breath.
      if (failure !== undefined || faults.killed()) break;
    }
    if (faults.killed()) handler = startProcess();
    const struck = faults.end();
    return { struck, ...(failure && { failure }) };
  }

  async function abandonAfter(last: Step): Promise<void> {
    const token = secret.stage();
    for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1)) {
      const error = await run(step, token);
      if (error !== undefined) throw error;
    }
    secret.stripPending();
  }

  for (let n = 0; n < rotationsBefore; n++) {
    const { failure } = await attempt(secret.stage());
    if (failure !== undefined) throw failure.error;
  }
  const { afterAbandoned = false, discards = false, apart = false } = setup.beginnings[rotationsBefore] ?? {};
  if (afterAbandoned) await abandonAfter('setSecret');
  if (discards) environment['DISCARD_OLD_PASSWORD'] = 'true';
  areApart = apart;
  // So that a clone has something to follow its original in, whichever of them is AWSCURRENT now.
  await users.manage(username);
  const owned = building.move();
  return {
    world,
    setup,
    discards,
    username,
    secret,
    superuserSecret,
    faults,
    attempt,
    interruptions: () => interruptions,
    output: () => written.join('\n'),
    own: (resource) => owned.use(resource),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
