import { type Password, UserNameRefused } from '@rotation/core';
import type pg from 'pg';
import type { Login, Session } from '../engine.ts';
import { type Connection, closeConnection } from './connection.ts';
import { passwordFault, statementFault } from './faults.ts';
import { passwordVerifier } from './password-verifier.ts';
import {
  actAs,
  createLockedRole,
  grantMembership,
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
export function openSession({ client, byScram }: Connection, login: Login): Session {
  const verifierOf = async (username: string, password: Password) => {
    // What this very user has just logged in with works for it again, whatever the server's setting.
    const scram = byScram && username === login.username;
    const encryption = await passwordEncryption(client, scram);
    return passwordVerifier(encryption, username, password.reveal());
  };

  return {
    async lock(name) {
      try {
        await takeLock(client, name);
      } catch (error) {
        throw statementFault(login, 'wait for another rotation of the same users', error);
      }
    },

    async changeOwnPassword(_present, next) {
      try {
        await storeVerifier(client, login.username, await verifierOf(login.username, next));
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    async alignUser(original, other) {
      try {
        await alignRole(client, original, other);
      } catch (error) {
        throw statementFault(
          login,
          `make ${JSON.stringify(other)} equal to ${JSON.stringify(original)}`,
          error,
        );
      }
    },

    async setPassword(username, password) {
      try {
        await storeVerifierAndUnlock(client, username, await verifierOf(username, password));
      } catch (error) {
        throw passwordFault(login, username, error);
      }
    },

    async rights(partner) {
      try {
        return await ownRights(client, partner);
      } catch (error) {
        throw statementFault(login, `list the rights of ${JSON.stringify(login.username)}`, error);
      }
    },

    [Symbol.asyncDispose]: () => closeConnection(client),
  };
}

/**
 * A clone is a member of its original that acts as it from the start of each session. So both have the same rights, what
 * either creates belongs to the original, and a privilege granted later needs no copying.
 *
 * Each statement can be repeated, and a crash between any two leaves a role that cannot log in or one that was complete before.
 */
async function alignRole(client: pg.Client, original: string, other: string): Promise<void> {
  const relation = await relationOf(client, original, other);
  // Rotating back: `other` made `original`, whose rights are its own. A membership in both directions is impossible.
  if (relation.roleIsMember) return;
  if (!relation.otherExists) await createLockedRole(client, other);
  if (!relation.otherIsMember) await grantMembership(client, original, other);
  if (!relation.otherActsAsRole) await actAs(client, other, original);
}
