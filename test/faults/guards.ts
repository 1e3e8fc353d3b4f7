import type { Dependencies, RotationStrategy } from '@rotation/core';
import type { Engine } from '../../functions/engines/engine.ts';
import type { Interceptor } from '../../local/secrets-manager/index.ts';

/** How a rotation function is put together, for whoever wants to take a part of it out. */
export interface Assembly {
  readonly engine: (engine: Engine) => Engine;
  readonly strategy: (strategy: RotationStrategy) => RotationStrategy;
  readonly openStore: (
    openStore: Dependencies['openStore'],
    strategy: RotationStrategy,
  ) => Dependencies['openStore'];
  readonly intercept: (intercept: Interceptor) => Interceptor;
}

/** The product as it is. */
export const COMPLETE: Assembly = {
  engine: (engine) => engine,
  strategy: (strategy) => strategy,
  openStore: (openStore) => openStore,
  intercept: (intercept) => intercept,
};
