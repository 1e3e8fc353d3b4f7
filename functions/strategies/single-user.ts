import {
  assertSameIdentity,
  type DatabaseSecret,
  differingKey,
  type IdentityKey,
  isNamed,
  NoStoredLoginWorks,
  type Rotation,
  type RotationStrategy,
  type Versions,
} from '@rotation/core';
import type { Engine, Session } from '../engines/engine.ts';
import { loginOf } from './login.ts';

/** A rotation of a single user changes its password and nothing else. */
const IDENTITY: readonly IdentityKey[] = ['engine', 'host', 'port', 'ssl', 'username'];

/**
 * Changes the password of the user that applications log in as. Between the change and the move of AWSCURRENT the stored
 * AWSCURRENT is rejected; AWSPENDING works from that moment on.
 */
export function singleUser(engine: Engine): RotationStrategy {
  const login = (secret: DatabaseSecret, rotation: Rotation) => engine.connect(loginOf(secret), rotation);

  return {
    name: 'single-user',
    engine,

    async nextUsername(current) {
      return current.username;
    },

    assertProposal({ current, pending }) {
      assertSameIdentity(IDENTITY, current, pending);
    },

    async setSecret({ current, pending }, rotation) {
      const { secret, session } = await firstThatLogsIn(
        candidates({ current, pending }, rotation),
        login,
        rotation,
      );
      await using open = session;
      // An earlier try got as far as the change; its answer or its process was lost.
      if (secret === pending) return;
      await changePassword(open, secret, pending, rotation);
    },

    async testSecret({ pending }, rotation) {
      await using _session = await login(pending, rotation);
    },

    async preflight(current, rotation) {
      await using _session = await login(current, rotation);
    },
  };

  /**
   * Proves the new password with a second login while the session that set it can still take it back: a password that the
   * server stored but does not accept would lock everybody out.
   */
  async function changePassword(
    session: Session,
    present: DatabaseSecret,
    pending: DatabaseSecret,
    rotation: Rotation,
  ): Promise<void> {
    await session.changeOwnPassword(present.password, pending.password);
    try {
      await using _proof = await login(pending, rotation);
    } catch (error) {
      // Any other failure says nothing about the password, which is stored as AWSPENDING: the next try finds it working.
      if (isNamed(error, 'LoginRejected')) {
        await session.changeOwnPassword(pending.password, present.password);
        rotation.log.warn('the new password was set but not accepted, so the old one was put back');
      }
      throw error;
    }
  }
}

/**
 * The stored logins, one of which works, in the order that makes no failed login in a clean rotation: AWSCURRENT; AWSPENDING,
 * which an earlier try may have set; AWSPREVIOUS, which a restored database may have gone back to.
 */
async function* candidates(
  { current, pending }: Versions,
  rotation: Rotation,
): AsyncGenerator<DatabaseSecret> {
  yield current;
  yield pending;
  const previous = await rotation.previous();
  if (previous !== undefined && differingKey(IDENTITY, current, previous) === undefined) yield previous;
}

interface LoggedIn {
  readonly secret: DatabaseSecret;
  readonly session: Session;
}

/**
 * Goes on to the next candidate only when the server rejects a login: a server that is not there rejects nothing.
 * @throws LoginRejected with what was tried and why each failed
 */
async function firstThatLogsIn(
  secrets: AsyncIterable<DatabaseSecret>,
  login: (secret: DatabaseSecret, rotation: Rotation) => Promise<Session>,
  rotation: Rotation,
): Promise<LoggedIn> {
  const rejections: string[] = [];
  let rejected: unknown;
  for await (const secret of secrets) {
    try {
      return { secret, session: await login(secret, rotation) };
    } catch (error) {
      if (!isNamed(error, 'LoginRejected')) throw error;
      rotation.log.warn('a stored login was rejected', { candidate: secret.version });
      rejections.push(`${secret.version}: ${reasonOf(error)}`);
      rejected = error;
    }
  }
  throw new NoStoredLoginWorks(rejections, rejected);
}

function reasonOf(rejection: unknown): string {
  const { cause } = rejection as Error;
  return cause instanceof Error ? cause.message : 'rejected';
}
