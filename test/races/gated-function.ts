import { type OperatorStep, rotationHandler, type Step } from '@rotation/core';
import type { Context } from 'aws-lambda';
import type { Engine } from '../../functions/engines/engine.ts';
import { openSecretStore } from '../../layers/rotation-core/src/secret-store.ts';
import type { Service } from '../faults/service.ts';
import { STRATEGIES, type StrategyName } from '../support/rotation-lab.ts';
import { gatedClient } from './gated-client.ts';
import { gatedEngine } from './gated-engine.ts';

const FUNCTION_TIMEOUT = 30_000;
const ROTATION_TOKEN = '00000000-0000-4000-8000-000000000000';

export interface GatedFunctionParts {
  readonly strategy: StrategyName;
  readonly engine: Engine;
  readonly service: Service;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretArn: string;
  pass(who: string, what: string): Promise<void>;
  /** Is told when a lock that was passed for is there, or will not be. */
  locked?(who: string): void;
}

/** Runs one step; `who` stands before the gates. */
export type GatedFunction = (who: string, step: Step | OperatorStep, token: string) => Promise<void>;

/** A rotation function each of whose invocations has to pass a gate with whatever it does. */
export function gatedFunction(parts: GatedFunctionParts): GatedFunction {
  const { strategy, engine, service, environment, secretArn } = parts;
  return async (who, Step, ClientRequestToken) => {
    const pass = (what: string) => parts.pass(who, what);
    const handler = rotationHandler(
      STRATEGIES[strategy](gatedEngine(engine, pass, () => parts.locked?.(who))),
      {
        environment,
        openStore: (event, deadline) => openSecretStore(event, deadline, gatedClient(service, pass)),
        openLog: () => ({ info() {}, warn() {}, error() {} }),
      },
    );
    const ends = performance.now() + FUNCTION_TIMEOUT;
    const context = { getRemainingTimeInMillis: () => Math.floor(ends - performance.now()) } as Context;
    await handler({ Step, SecretId: secretArn, ClientRequestToken, RotationToken: ROTATION_TOKEN }, context);
  };
}
