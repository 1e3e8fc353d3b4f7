import { inspect } from 'node:util';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { rotationHandler, type Step } from '@rotation/core';
import type { Context } from 'aws-lambda';
import type { Engine } from '../../functions/engines/engine.ts';
import { openSecretStore } from '../../layers/rotation-core/src/secret-store.ts';
import { startSecretsManager } from '../../local/secrets-manager/index.ts';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { STRATEGIES } from '../support/rotation-lab.ts';
import { testDatabase } from '../support/test-database.ts';
import { type Accounts, openAccounts } from './accounts.ts';
import { COMPLETE, type Guards } from './guards.ts';
import { promptRetries } from './prompt-retries.ts';
import { type Relay, startRelay } from './relay.ts';
import { type Strike, type Struck, striker } from './strike.ts';
import type { Strategy } from './world.ts';

/** The template's timeout, in ms. */
const FUNCTION_TIMEOUT = 30_000;
/** Part of every password that a rotation or a person makes, and of the RotationToken. */
export const CANARY = 'Canary-7kQ';
const ROTATION_TOKEN = `${CANARY}-rotation-token-00000000000000000000`;

/** How an invocation ended. */
export interface Ended extends Struck {
  /** The name of the error that it ended with. */
  readonly error: string | undefined;
  /** The error in full. */
  readonly details: string;
}

/** A rotation function between a Secrets Manager and a database server, each of which can be disturbed. */
export interface Site extends AsyncDisposable {
  readonly server: DatabaseServer;
  readonly strategy: Strategy;
  readonly accounts: Accounts;
  readonly relay: Relay;
  /** Past all faults as long as it names secrets by their names. */
  readonly api: SecretsManager;
  /** What a secret says besides the login. */
  readonly place: Readonly<Record<string, unknown>>;
  /** What must be nowhere in the function's output. */
  readonly secrets: readonly string[];
  invoke(secretArn: string, step: Step, token: string, strike?: Strike): Promise<Ended>;
  /** Takes what the function has logged and thrown since the last call. */
  takeOutput(): string;
}

export async function openSite(
  server: DatabaseServer,
  strategyName: Strategy,
  guards: Guards = COMPLETE,
): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const accounts = stack.use(await openAccounts(server));
  const strikes = striker(() => relay.endSessions());
  const relay = stack.use(await startRelay(server.port, strikes.message));

  let passwords = 0;
  let moments = 0;
  const service = stack.use(
    await startSecretsManager({
      rotation: { kind: 'staging-only' },
      // Each look at the clock sees another moment, so that versions differ in age.
      now: () => new Date(Date.UTC(2030, 0, 1) + ++moments),
      intercept: (call, answer) =>
        strikes.intercept(call, () => {
          const given = answer();
          if (call.operation !== 'GetRandomPassword' || given.kind !== 'output') return given;
          return { kind: 'output', output: { RandomPassword: `${CANARY}-made-${++passwords}!` } };
        }),
    }),
  );
  const { endpoint, region } = service;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const api = stack.adopt(
    new SecretsManager({ endpoint, region, credentials, retryStrategy: promptRetries() }),
    (client) => client.destroy(),
  );
  const place = { engine: server.engine, host: '127.0.0.1', port: relay.port, ssl: false };
  const { ARN: superuserArn } = await api.createSecret({
    Name: 'superuser',
    SecretString: JSON.stringify({ ...place, ...server.superuser }),
  });

  const written: string[] = [];
  const write = (...line: unknown[]) => void written.push(inspect(line, { depth: 10 }));
  const build: (engine: Engine) => ReturnType<(typeof STRATEGIES)[Strategy]> = STRATEGIES[strategyName];
  const strategy = guards.strategy(build(guards.engine(testDatabase(server).engine)));
  const handler = rotationHandler(strategy, {
    environment: { SUPERUSER_SECRET_ARN: superuserArn },
    openStore: (event, deadline) => openSecretStore(event, deadline, api),
    openLog: (_context, fields) => {
      write(fields);
      return { info: write, warn: write, error: write };
    },
  });

  async function invoke(SecretId: string, Step: Step, ClientRequestToken: string, strike?: Strike) {
    const ends = Date.now() + FUNCTION_TIMEOUT;
    const context = { getRemainingTimeInMillis: () => ends - Date.now() } as Context;
    let failure: unknown;
    strikes.begin(strike);
    try {
      await handler({ Step, SecretId, ClientRequestToken, RotationToken: ROTATION_TOKEN }, context);
    } catch (error) {
      failure = error;
      // What Lambda and the service would show of it.
      write(error);
    }
    const error = failure === undefined ? undefined : (failure as Error).name;
    return { ...strikes.end(), error, details: failure === undefined ? '' : inspect(failure, { depth: 10 }) };
  }

  const owned = stack.move();
  return {
    ...{ server, strategy: strategyName, accounts, relay, api, place, invoke },
    secrets: [CANARY, server.superuser.password],
    takeOutput: () => written.splice(0).join('\n'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
