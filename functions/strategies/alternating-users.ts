import {
  assertSameIdentity,
  CloneIncomplete,
  type DatabaseSecret,
  IdentityChanged,
  type IdentityKey,
  type Rotation,
  type RotationStrategy,
} from '@rotation/core';
import type { Engine } from '../engines/engine.ts';
import { arePair, otherUsername } from './clone-name.ts';
import { loginOf } from './login.ts';
import { superuserOf } from './superuser-secret.ts';

/** The two users of a pair live on one server; only their names differ. */
const IDENTITY: readonly IdentityKey[] = ['engine', 'host', 'port', 'ssl'];

/**
 * Gives applications the other of two users, which nobody reads as AWSCURRENT while it is changed: AWSCURRENT logs in at
 * every moment. A superuser brings the other user in line with the current one and sets its password.
 */
export function alternatingUsers(engine: Engine): RotationStrategy {
  const login = (secret: DatabaseSecret, rotation: Rotation) => engine.connect(loginOf(secret), rotation);

  return {
    name: 'alternating-users',
    engine,

    async nextUsername(current, rotation) {
      const previous = await rotation.previous();
      const other = otherUsername(current.username, previous?.username);
      engine.assertUsername(other, current.engine);
      return other;
    },

    assertProposal({ current, pending }) {
      assertSameIdentity(IDENTITY, current, pending);
      if (!arePair(current.username, pending.username)) {
        throw new IdentityChanged('username', current.version, pending.version);
      }
    },

    async setSecret({ current, pending }, rotation) {
      await assertLogsIn(current, rotation);
      const superuser = await superuserOf(current, rotation);
      await using session = await login(superuser, rotation);
      await session.alignUser(current.username, pending.username);
      // Last, so that a login that works proves that all before it was done.
      await session.setPassword(pending.username, pending.password);
    },

    async testSecret({ current, pending }, rotation) {
      await using session = await login(pending, rotation);
      await using model = await login(current, rotation);
      const rights = new Set(await session.rights(current.username));
      const missing = (await model.rights(pending.username)).filter((right) => !rights.has(right));
      if (missing.length > 0) throw new CloneIncomplete(pending.username, current.username, missing);
    },

    async preflight(current, rotation) {
      await assertLogsIn(current, rotation);
      await this.nextUsername(current, rotation);
      await using _session = await login(await superuserOf(current, rotation), rotation);
    },
  };

  /** The superuser's rights are used only for a user whose login the secret's owner really has. */
  async function assertLogsIn(current: DatabaseSecret, rotation: Rotation): Promise<void> {
    await using _session = await login(current, rotation);
  }
}
