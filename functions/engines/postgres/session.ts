import { type Password, UserNameRefused } from '@rotation/core';
import type { Login, Session } from '../engine.ts';
import { alignRole, rehearseRole } from './clone.ts';
import type { Wire } from './connection.ts';
import { passwordFault, statementFault } from './faults.ts';
import { assertMayUsePassword } from './iam.ts';
import { missingFor } from './missing-privilege.ts';
import { assertMayStoreFor } from './other-password.ts';
import { assertMayStoreOwn } from './own-password.ts';
import { DEFAULT_SCRAM_ITERATIONS, type PasswordEncryption, passwordVerifier } from './password-verifier.ts';
import { productVersion, storeVerifier, storeVerifierAndUnlock, takeLock } from './statements.ts';
import { traitsOf } from './traits.ts';

/** PostgreSQL cuts longer names off without an error (NAMEDATALEN), and so would change another role. */
const LONGEST_NAME_BYTES = 63;

export function assertUsername(username: string): void {
  if (Buffer.byteLength(username) > LONGEST_NAME_BYTES) {
    throw new UserNameRefused(
      username,
      `is longer than the ${LONGEST_NAME_BYTES} bytes that PostgreSQL allows`,
    );
  }
}

const onePassword = async () => 'PostgreSQL knows no dual passwords';

/** The rotation's work in a PostgreSQL session. */
export function openSession(wire: Wire, login: Login): Session {
  const { actor, byScram, encryption, iterations } = wire;
  const verifierOf = (username: string, password: Password) => {
    // What this very user has just logged in with works for it again, whatever the server's setting.
    const isMd5 = encryption === 'md5' && !(byScram && username === login.username);
    const form: PasswordEncryption = isMd5
      ? { kind: 'md5' }
      : { kind: 'scram-sha-256', iterations: iterations ?? DEFAULT_SCRAM_ITERATIONS };
    return passwordVerifier(form, username, password.reveal());
  };

  const changing = async (username: string, change: () => Promise<void>) => {
    try {
      await assertMayUsePassword(wire, login, username);
      await change();
    } catch (error) {
      const needs = { createRole: true, adminOf: username, ofPassword: true };
      throw passwordFault(login, username, error, await missingFor(wire, needs, error));
    }
  };

  const store = (username: string, password: Password, statement: typeof storeVerifier) =>
    changing(username, async () => statement(wire, username, await verifierOf(username, password)));

  const onClone =
    <T>(work: (wire: Wire, login: Login, ...clone: Parameters<Session['alignClone']>) => Promise<T>) =>
    async (...[original, clone, options]: Parameters<Session['alignClone']>) => {
      try {
        return await work(wire, login, original, clone, options);
      } catch (error) {
        const task = `make ${JSON.stringify(clone)} equal to ${JSON.stringify(original)}`;
        throw statementFault(login, task, error);
      }
    };

  return {
    async lock(name) {
      try {
        await takeLock(wire, name);
      } catch (error) {
        throw statementFault(login, 'wait for another rotation of the same users', error);
      }
    },

    async product() {
      try {
        return `PostgreSQL ${await productVersion(wire)}`;
      } catch (error) {
        throw statementFault(login, 'say its version', error);
      }
    },

    async rehearseOwnPassword() {
      try {
        await assertMayStoreOwn(wire, login);
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    async changeOwnPassword(_present, next) {
      try {
        await storeVerifier(wire, login.username, await verifierOf(login.username, next));
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    retainOwnPassword: onePassword,
    retainPassword: onePassword,
    whyOnePassword: onePassword,
    discardOldPassword: onePassword,
    discardPasswordOf: onePassword,
    // What checks passwords gets verifiers from us, of which it can tell next to nothing.
    passwordPolicy: async () => ({}),

    alignClone: onClone(alignRole),
    rehearseClone: onClone(rehearseRole),

    async openClone(clone, password) {
      await store(clone, password, storeVerifierAndUnlock);
    },

    rehearsePassword: (username) => changing(username, () => assertMayStoreFor(wire, username)),

    async setPassword(username, password) {
      await store(username, password, storeVerifier);
    },

    async traits(partner, username = login.username) {
      try {
        return await traitsOf(wire, username, partner, username === login.username ? actor : undefined);
      } catch (error) {
        throw statementFault(login, `list the traits of ${JSON.stringify(username)}`, error);
      }
    },

    [Symbol.asyncDispose]: () => wire.close(),
  };
}
