import { type Password, UserNameRefused } from '@rotation/core';
import type { Login, Session } from '../engine.ts';
import type { Wire } from './connection.ts';
import { passwordFault, statementFault } from './faults.ts';
import { passwordVerifier } from './password-verifier.ts';
import {
  actAs,
  createLockedRole,
  grantMembership,
  inTransaction,
  ownRights,
  passwordEncryption,
  relationOf,
  storeVerifier,
  storeVerifierAndUnlock,
  takeLock,
} from './statements.ts';

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

/** The rotation's work in a PostgreSQL session. */
export function openSession(wire: Wire, login: Login): Session {
  const verifierOf = async (username: string, password: Password) => {
    // What this very user has just logged in with works for it again, whatever the server's setting.
    const scram = wire.byScram && username === login.username;
    const encryption = await passwordEncryption(wire, scram);
    return passwordVerifier(encryption, username, password.reveal());
  };

  return {
    async lock(name) {
      try {
        await takeLock(wire, name);
      } catch (error) {
        throw statementFault(login, 'wait for another rotation of the same users', error);
      }
    },

    async changeOwnPassword(_present, next) {
      try {
        await storeVerifier(wire, login.username, await verifierOf(login.username, next));
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    async alignUser(original, other, known) {
      try {
        await alignRole(wire, original, other, known);
      } catch (error) {
        if (error instanceof UserNameRefused) throw error;
        throw statementFault(
          login,
          `make ${JSON.stringify(other)} equal to ${JSON.stringify(original)}`,
          error,
        );
      }
    },

    async setPassword(username, password) {
      try {
        await storeVerifierAndUnlock(wire, username, await verifierOf(username, password));
      } catch (error) {
        throw passwordFault(login, username, error);
      }
    },

    async rights(partner) {
      try {
        return await ownRights(wire, partner);
      } catch (error) {
        throw statementFault(login, `list the rights of ${JSON.stringify(login.username)}`, error);
      }
    },

    [Symbol.asyncDispose]: () => wire.close(),
  };
}

/**
 * A clone is a member of its original that acts as it from the start of each session. So both have the same rights, what
 * either creates belongs to the original, and a privilege granted later needs no copying.
 *
 * All of it is done or nothing, so that a role which exists without being a member was made by somebody else.
 */
async function alignRole(wire: Wire, original: string, other: string, known: boolean): Promise<void> {
  const relation = await relationOf(wire, original, other);
  // Rotating back: `other` made `original`, whose rights are its own. A membership in both directions is impossible.
  if (relation.roleIsMember) return;
  const related = relation.otherIsMember || known;
  if (relation.otherExists && (!related || relation.otherIsMoreThanRole)) {
    throw new UserNameRefused(other, `is taken by a role that is no clone of ${JSON.stringify(original)}`);
  }
  await inTransaction(wire, async () => {
    if (!relation.otherExists) await createLockedRole(wire, other);
    if (!relation.otherIsMember) await grantMembership(wire, original, other);
    if (relation.otherActsAs !== relation.actsAs) await actAs(wire, other, relation.actsAs);
  });
}
