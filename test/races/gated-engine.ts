import type { Engine, Session } from '../../functions/engines/engine.ts';

type Pass = (what: string) => Promise<void>;

/**
 * An engine whose logins, statements and farewells each wait for their turn.
 * @param locked is called when a session has its lock, or will not get it
 */
export function gatedEngine(engine: Engine, pass: Pass, locked: () => void): Engine {
  return {
    ...engine,
    async connect(login, surroundings) {
      await pass(`login of ${login.username}`);
      return gatedSession(await engine.connect(login, surroundings), pass, locked);
    },
  };
}

function gatedSession(session: Session, pass: Pass, locked: () => void): Session {
  return {
    async lock(name) {
      await pass('lock');
      await session.lock(name).finally(locked);
    },
    product: () => session.product(),
    rehearseOwnPassword: () => session.rehearseOwnPassword(),
    async changeOwnPassword(present, next) {
      await pass('change of the own password');
      await session.changeOwnPassword(present, next);
    },
    async retainOwnPassword(...change) {
      await pass('addition to the own password');
      return session.retainOwnPassword(...change);
    },
    async rehearsePassword(username, options) {
      await pass(`rehearsal of the password of ${username}`);
      await session.rehearsePassword(username, options);
    },
    async retainPassword(username, ...change) {
      await pass(`addition to the password of ${username}`);
      return session.retainPassword(username, ...change);
    },
    async discardOldPassword(present) {
      await pass('discarding of the old password');
      return session.discardOldPassword(present);
    },
    async discardPasswordOf(username, present) {
      await pass(`discarding of the old password of ${username}`);
      return session.discardPasswordOf(username, present);
    },
    whyOnePassword: () => session.whyOnePassword(),
    passwordPolicy: () => session.passwordPolicy(),
    async alignClone(original, clone, options) {
      await pass(`alignment of ${clone}`);
      return session.alignClone(original, clone, options);
    },
    async rehearseClone(original, clone, options) {
      await pass(`rehearsal of ${clone}`);
      return session.rehearseClone(original, clone, options);
    },
    async openClone(clone, password) {
      await pass(`opening of ${clone}`);
      await session.openClone(clone, password);
    },
    async setPassword(username, password) {
      await pass(`password of ${username}`);
      await session.setPassword(username, password);
    },
    async traits(partner, username) {
      await pass('traits');
      return session.traits(partner, username);
    },
    async [Symbol.asyncDispose]() {
      await pass('end of a session');
      await session[Symbol.asyncDispose]();
    },
  };
}
