import { isDeepStrictEqual } from 'node:util';
import { Fault, LoginRejected, type Password, StatementFailed } from '@rotation/core';
import type {
  CloneOptions,
  Engine,
  Login,
  PasswordPolicy,
  Session,
  Surroundings,
} from '../../../functions/engines/engine.ts';
import { POSTGRES } from './secret-values.ts';

export interface User {
  password: string;
  /** The one that was kept beside it. */
  retained?: string;
  locked?: boolean;
  traits?: readonly string[];
}

/** What stands at each point of the work: it may look on, change the database, or throw. */
export type Watch = (point: string) => void;

export interface FakeDatabase {
  readonly engine: Engine;
  readonly users: Record<string, User>;
  /** What happened, in its order: `app logs in`, `app is rejected`, `admin opens app_clone`. */
  readonly events: readonly string[];
  /** The logins that were tried, for a look at where each was sent. */
  readonly logins: readonly Login[];
  /** The names of the locks that were taken, in their order. */
  readonly locks: readonly string[];
  openSessions(): number;
  /** Why users can have one password only; undefined when they can have two. */
  onePassword: string | undefined;
  policy: PasswordPolicy;
  /** Called before and after each thing that happens, with `before app logs in` or `after app logs in`. */
  watch: Watch;
}

/** A database server reduced to what a rotation is about: users, their passwords, and what they may do. */
export function fakeDatabase(users: Record<string, User>): FakeDatabase {
  const events: string[] = [];
  const logins: Login[] = [];
  const locks: string[] = [];
  /** The last session in the queue for each lock: who comes next waits for its end. */
  const queues = new Map<string, Promise<void>>();
  let openSessions = 0;

  async function happens<T>(event: string, effect: () => T): Promise<T> {
    database.watch(`before ${event}`);
    events.push(event);
    const result = effect();
    database.watch(`after ${event}`);
    return result;
  }

  async function connect(login: Login, { admission }: Surroundings): Promise<Session> {
    await admission;
    logins.push(login);
    const { username } = login;
    if (!accepts(users[username], login.password)) {
      return happens(`${username} is rejected`, () => {
        throw new LoginRejected(login, new Fault(`no login for ${username}`, '28P01'));
      });
    }
    await happens(`${username} logs in`, () => {});
    openSessions += 1;
    return sessionOf(username);
  }

  function sessionOf(self: string): Session {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const held = new Set<string>();
    let isOpen = true;

    async function works<T>(event: string, effect: () => T): Promise<T> {
      if (isOpen) return happens(event, effect);
      throw new StatementFailed(
        { host: 'db', port: 1, username: self },
        event,
        new Fault('the session is over'),
      );
    }

    async function retain(username: string, present: Password, next: Password) {
      return (
        database.onePassword ??
        works(`${self} gives ${username} a second password`, () => {
          users[username] = { ...users[username], password: next.reveal(), retained: present.reveal() };
          return undefined;
        })
      );
    }

    async function discard(username: string, present: Password) {
      return (
        database.onePassword ??
        works(`${self} discards the old password of ${username}`, () => {
          const { retained: _discarded, ...user } = users[username] ?? {};
          users[username] = { ...user, password: present.reveal() };
          return undefined;
        })
      );
    }

    return {
      async lock(name) {
        if (held.has(name)) return works(`${self} still has the lock`, () => {});
        held.add(name);
        const before = queues.get(name);
        queues.set(name, ended);
        await before;
        await works(`${self} takes the lock`, () => locks.push(name));
      },
      product: async () => 'PostgreSQL 18.1',
      rehearseOwnPassword: () => works(`${self} rehearses a change of its password`, () => {}),
      changeOwnPassword: (_present, next) =>
        works(`${self} changes its password`, () => {
          users[self] = { ...users[self], password: next.reveal() };
        }),
      retainOwnPassword: (present, next) => retain(self, present, next),
      rehearsePassword: (username) =>
        works(`${self} rehearses a change of the password of ${username}`, () => {}),
      retainPassword: retain,
      whyOnePassword: async () => database.onePassword,
      discardOldPassword: (present) => discard(self, present),
      discardPasswordOf: discard,
      passwordPolicy: async () => database.policy,
      alignClone: (original, clone, options) =>
        works(`${self} aligns ${clone} with ${original}${wordsOf(options)}`, () => {
          const locked = users[clone] === undefined;
          users[clone] = { password: '', locked, ...users[clone], traits: users[original]?.traits ?? [] };
          return options.reassignOwned ? ['Everything is handed over.'] : [];
        }),
      rehearseClone: (original, clone, options) =>
        works(`${self} rehearses the alignment of ${clone} with ${original}${wordsOf(options)}`, () =>
          isDeepStrictEqual(users[clone]?.traits, users[original]?.traits),
        ),
      openClone: (clone, password) =>
        works(`${self} opens ${clone}`, () => {
          users[clone] = { ...users[clone], locked: false, password: password.reveal() };
        }),
      setPassword: (username, password) =>
        works(`${self} sets the password of ${username}`, () => {
          users[username] = { ...users[username], password: password.reveal() };
        }),
      traits: (_partner, username = self) =>
        works(`${self} lists the traits of ${username}`, () => {
          const user = users[username];
          if (user === undefined) throw new Fault(`there is no ${username}`);
          return user.traits ?? [];
        }),
      async [Symbol.asyncDispose]() {
        if (!isOpen) return;
        isOpen = false;
        openSessions -= 1;
        end();
      },
    };
  }

  const database: FakeDatabase = {
    engine: { ...POSTGRES, connect, assertUsername: () => {} },
    users,
    events,
    logins,
    locks,
    openSessions: () => openSessions,
    onePassword: 'there is one',
    policy: {},
    watch: () => {},
  };
  return database;
}

function wordsOf({ known, isToBeOpened }: CloneOptions): string {
  return `${known ? ', as a user of this secret' : ''}${isToBeOpened ? '' : ', which stays open'}`;
}

export function accepts(user: User | undefined, password: Password): boolean {
  return user !== undefined && !user.locked && [user.password, user.retained].includes(password.reveal());
}
