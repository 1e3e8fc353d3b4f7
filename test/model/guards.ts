import type { RotationStrategy } from '@rotation/core';
import type { Engine, Session } from '../../functions/engines/engine.ts';

/** For whoever wants to take a part out of the product. */
export interface Guards {
  readonly engine: (engine: Engine) => Engine;
  readonly strategy: (strategy: RotationStrategy) => RotationStrategy;
}

/** The product as it is. */
export const COMPLETE: Guards = { engine: (engine) => engine, strategy: (strategy) => strategy };

/** Versions without a label are no candidates. */
export const NO_UNLABELLED_SEARCH: Guards = {
  ...COMPLETE,
  strategy: (strategy) => ({
    ...strategy,
    setSecret: (versions, rotation) => strategy.setSecret(versions, { ...rotation, async *unlabelled() {} }),
  }),
};

/** AWSPREVIOUS is no candidate. */
export const NO_PREVIOUS: Guards = {
  ...COMPLETE,
  strategy: (strategy) => ({
    ...strategy,
    setSecret: (versions, rotation) =>
      strategy.setSecret(versions, { ...rotation, previous: async () => undefined }),
  }),
};

/** Nobody proves that AWSCURRENT logs in before the superuser is asked to change anything. */
export const NO_LOGIN_CHECK: Guards = {
  ...COMPLETE,
  engine: (engine) => ({
    ...engine,
    async connect(login, surroundings) {
      try {
        return await engine.connect(login, surroundings);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'LoginRejected') throw error;
        return NO_SESSION;
      }
    },
  }),
};

/** Only to be locked and closed. */
const NO_SESSION = { async lock() {}, async [Symbol.asyncDispose]() {} } as Partial<Session> as Session;
