import {
  assertSameIdentity,
  CloneIncomplete,
  type DatabaseSecret,
  IdentityChanged,
  type IdentityKey,
  isNamed,
  type Rotation,
  type RotationStrategy,
} from '@rotation/core';
import type { Engine } from '../engines/engine.ts';
import { arePair, otherUsername, wasLogin } from './clone-name.ts';
import { lockOf, logIn, logInAlone, logsIn } from './login.ts';
import { superuserOf } from './superuser-secret.ts';

/** The two users of a pair live on one server; only their names differ. */
const IDENTITY: readonly IdentityKey[] = ['engine', 'host', 'port', 'ssl'];

/**
 * Gives applications the other of two users, which nobody reads as AWSCURRENT while it is changed: AWSCURRENT logs in at
 * every moment. A superuser brings the other user in line with the current one and sets its password.
 */
export function alternatingUsers(engine: Engine): RotationStrategy {
  return {
    name: 'alternating-users',
    engine,

    nextUsername: (current, rotation) => nextUsername(engine, current, rotation),

    assertProposal({ current, pending }) {
      assertSameIdentity(IDENTITY, current, pending);
      if (!arePair(current.username, pending.username)) {
        throw new IdentityChanged('username', current.version, pending.version);
      }
    },

    async setSecret({ current, pending }, rotation) {
      const users = [current.username, pending.username];
      // The superuser's rights are used only for a user whose login the secret's owner really has.
      const alone = await logInAlone(engine, current, users, rotation);
      // Whatever finishSecret held these users has moved AWSCURRENT now, if it does. A later one finds this rotation pending.
      await alone[Symbol.asyncDispose]();
      const known = await wasLogin(pending.username, rotation);
      await using superuser = await logIn(engine, await superuserOf(current, rotation), rotation);
      // The session that makes the changes holds the lock, so that no rotation that this one may have been replaced by comes
      // between the look and the last change.
      await superuser.lock(lockOf(users));
      await rotation.assertStillPending(current);
      await superuser.alignUser(current.username, pending.username, known);
      try {
        // Last, so that a login that works proves that all before it was done.
        await superuser.setPassword(pending.username, pending.password);
      } catch (error) {
        // A password history also refuses what a twin of this invocation has set already.
        if (isNamed(error, 'PasswordRefused') && (await logsIn(engine, pending, rotation))) return;
        throw error;
      }
    },

    async testSecret({ current, pending }, rotation) {
      await using changed = await logIn(engine, pending, rotation);
      await using unchanged = await logIn(engine, current, rotation);
      const missing = engine.lacking(
        await unchanged.rights(pending.username),
        await changed.rights(current.username),
      );
      if (missing.length > 0) throw new CloneIncomplete(pending.username, current.username, missing);
    },

    hold({ current, pending }, rotation) {
      return logInAlone(engine, pending, [current.username, pending.username], rotation);
    },

    async preflight(current, rotation) {
      await assertLogsIn(engine, current, rotation);
      await nextUsername(engine, current, rotation);
      await assertLogsIn(engine, await superuserOf(current, rotation), rotation);
    },
  };
}

async function nextUsername(engine: Engine, current: DatabaseSecret, rotation: Rotation): Promise<string> {
  const other = await otherUsername(current.username, rotation);
  engine.assertUsername(other, current.engine);
  return other;
}

async function assertLogsIn(engine: Engine, secret: DatabaseSecret, rotation: Rotation): Promise<void> {
  await using _session = await logIn(engine, secret, rotation);
}
