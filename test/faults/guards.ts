import type { Dependencies, RotationEvent, RotationStrategy } from '@rotation/core';
import { createConnection } from 'mysql2/promise';
import type { Engine, Login, Session } from '../../functions/engines/engine.ts';
import type { Deadline } from '../../layers/rotation-core/src/deadline.ts';
import { parseSecretValue, type StoredValue } from '../../layers/rotation-core/src/secret-value.ts';

/** How a rotation function is put together, for whoever wants to take a part out of it. */
export interface Assembly {
  readonly engine: (engine: Engine) => Engine;
  readonly strategy: (strategy: RotationStrategy) => RotationStrategy;
  readonly openStore: (openStore: OpenStore, engine: Engine) => OpenStore;
}

type OpenStore = Dependencies['openStore'];

/** The product as it is. */
export const COMPLETE: Assembly = {
  engine: (engine) => engine,
  strategy: (strategy) => strategy,
  openStore: (openStore) => openStore,
};

/** The product without one of its guards: what the matrix is to find. */
export const WITHOUT = {
  'write-ahead': { ...COMPLETE, openStore: changingBeforeStoring },
  'identity-check': { ...COMPLETE, strategy: (strategy) => ({ ...strategy, assertProposal: () => {} }) },
  'unlabelled-versions': {
    ...COMPLETE,
    openStore: (openStore) => (event, deadline) => ({
      ...openStore(event, deadline),
      unlabelled: async () => [],
    }),
  },
  'verified-login': { ...COMPLETE, engine: believingItself },
  'retained-password': { ...COMPLETE, engine: retainingNothing },
  'named-primary': { ...COMPLETE, engine: retainingBlindly },
  'following-clone': { ...COMPLETE, strategy: (strategy) => ({ ...strategy, settle: async () => {} }) },
} satisfies Record<string, Assembly>;
export type GuardName = keyof typeof WITHOUT;

/** Sets a single user's new password in the database first, and stores it then. */
function changingBeforeStoring(openStore: OpenStore, engine: Engine): OpenStore {
  return (event: RotationEvent, deadline: Deadline) => {
    const store = openStore(event, deadline);
    const read = (value: StoredValue) => parseSecretValue(value, 'AWSPENDING', engine);
    return {
      ...store,
      async storePending(text) {
        const value = await store.read({ stage: 'AWSCURRENT' });
        if (value === undefined) throw new Error('The secret has no AWSCURRENT.');
        const { ssl: tls, dbname: database, ...present } = read(value);
        const login = { ...present, tls, database };
        await using session = await engine.connect(login, { deadline, environment: {} });
        await session.changeOwnPassword(present.password, read({ kind: 'text', text }).password);
        return store.storePending(text);
      },
    };
  };
}

/** Takes a password that it has just set for one that works. */
function believingItself(engine: Engine): Engine {
  const set = new Set<string>();
  const keyOf = ({ host, port, username }: Login, password: string) =>
    JSON.stringify([host, port, username, password]);
  return {
    ...engine,
    async connect(login, surroundings) {
      // Once: a later step would log in in earnest.
      if (set.delete(keyOf(login, login.password.reveal()))) return NO_SESSION;
      const session = await engine.connect(login, surroundings);
      return {
        ...session,
        async changeOwnPassword(present, next) {
          await session.changeOwnPassword(present, next);
          set.add(keyOf(login, next.reveal()));
        },
      };
    },
  };
}

/** Says that the user has two passwords when it has the new one only. */
function retainingNothing(engine: Engine): Engine {
  return {
    ...engine,
    async connect(login, surroundings) {
      const session = await engine.connect(login, surroundings);
      return {
        ...session,
        async retainOwnPassword(present, next) {
          await session.changeOwnPassword(present, next);
          return undefined;
        },
      };
    },
  };
}

/** Retains whichever password is the primary one, and does not say which that has to be. */
function retainingBlindly(engine: Engine): Engine {
  return {
    ...engine,
    async connect(login, surroundings) {
      const session = await engine.connect(login, surroundings);
      return {
        ...session,
        async retainOwnPassword(_present, next) {
          const { host, port, username, password } = login;
          const own = await createConnection({ host, port, user: username, password: password.reveal() });
          try {
            const change = 'ALTER USER CURRENT_USER() IDENTIFIED BY ? RETAIN CURRENT PASSWORD';
            await own.query(change, [next.reveal()]);
          } finally {
            own.destroy();
          }
          return undefined;
        },
      };
    },
  };
}

const unexpected = async () => {
  throw new Error('Nobody was to use this session.');
};
const NO_SESSION: Session = {
  lock: unexpected,
  product: unexpected,
  rehearseOwnPassword: unexpected,
  changeOwnPassword: unexpected,
  retainOwnPassword: unexpected,
  retainPassword: unexpected,
  rehearsePassword: unexpected,
  whyOnePassword: unexpected,
  discardOldPassword: unexpected,
  discardPasswordOf: unexpected,
  passwordPolicy: unexpected,
  alignClone: unexpected,
  rehearseClone: unexpected,
  openClone: unexpected,
  setPassword: unexpected,
  traits: unexpected,
  [Symbol.asyncDispose]: async () => {},
};
