import {
  assertSameIdentity,
  type DatabaseSecret,
  flag,
  isNamed,
  NothingToDiscard,
  type Rotation,
  type RotationStrategy,
  UsersDiffer,
  type Versions,
} from '@rotation/core';
import type { CloneOptions, Engine, Session } from '../engines/engine.ts';
import { bothOf } from './both-of.ts';
import { differencesOf } from './differences.ts';
import { isKnown } from './known-clone.ts';
import { alone, lockOf, logIn, logInAfter, logInAlone, logsIn, PLACE } from './login.ts';
import { type ClonePair, otherUsername, pairOf } from './pair.ts';
import { type Trial, tryCurrent, tryPolicy, trySuperuser } from './preflight.ts';
import { atWriter, onceReplicated } from './replication.ts';
import { superuserOf } from './superuser-secret.ts';

/**
 * Gives applications the other of two users, which nobody reads as AWSCURRENT while it is changed: AWSCURRENT logs in at
 * every moment. One of the two is the original, which people manage: of it a rotation changes nothing but the password. The
 * other is its clone, which a superuser keeps equal to it.
 */
export function alternatingUsers(engine: Engine): RotationStrategy {
  return {
    name: 'alternating-users',
    engine,
    // The name of an original is to be found there, and whether a clone is one of the secret's own.
    asksForPrevious: true,

    nextUsername: (current, rotation) => nextUsername(engine, current, rotation),

    assertProposal(versions, environment) {
      // The two users of a pair live on one server; only their names differ.
      assertSameIdentity(PLACE, versions.current, versions.pending);
      pairOf(versions, environment);
    },

    readAhead: superuserOf,

    async setSecret(versions, rotation) {
      const { current, pending } = versions;
      const pair = pairOf(versions, rotation.environment);
      const users = [current.username, pending.username];
      await using opened = new AsyncDisposableStack();
      const standing = logIn(engine, current, rotation);
      const [, superuser] = await bothOf(
        async () => {
          // Whatever finishSecret held these users has moved AWSCURRENT then, if it does. A later one finds this rotation pending.
          await using _held = await alone(await standing, users);
        },
        // The superuser's rights are used only for a user whose login the secret's owner really has.
        async () => opened.use(await logInAsSuperuser(engine, current, rotation, standing)),
      );
      const toClone = pair.kind === 'clone' && pair.clone === pending.username;
      const known = toClone && (await isKnown(engine, pending, rotation));
      // The session that makes the changes holds the lock, so that no rotation that this one may have been replaced by comes
      // between the look and the last change.
      await superuser.lock(lockOf(users));
      const [, isSettled] = await bothOf(
        () => rotation.assertStillPending(current),
        async () => toClone || (await examinePair(superuser, versions, rotation)),
      );
      try {
        if (toClone) {
          await align(superuser, pair, toBeOpened(known, rotation), rotation);
          // Last, so that a login that works proves that all before it was done.
          await superuser.openClone(pair.clone, pending.password);
        } else {
          await superuser.setPassword(pending.username, pending.password);
        }
      } catch (error) {
        // A password history also refuses what a twin of this invocation has set already.
        if (!isNamed(error, 'PasswordRefused')) throw error;
        const changed = atWriter(pending, await superuserOf(current, rotation));
        if (!(await logsIn(engine, changed, rotation))) throw error;
      }
      return isSettled;
    },

    async testSecret(versions, rotation) {
      const { current, pending } = versions;
      await using opened = new AsyncDisposableStack();
      const login = () => logIn(engine, pending, rotation);
      const [changed, unchanged] = await bothOf(
        async () => opened.use(await onceReplicated(login, pending, rotation)),
        async () => opened.use(await logIn(engine, current, rotation)),
      );
      // Only now: a replica that takes the new login knows what was changed before it.
      const [traits, model] = await bothOf(
        () => changed.traits(current.username),
        () => unchanged.traits(pending.username),
      );
      const differences = differencesOf(model, traits);
      if (differences === undefined) return true;
      const pair = pairOf(versions, rotation.environment);
      // An original is what it is. Its clone, which could not be changed while it was AWSCURRENT, follows it in `settle`.
      if (pair.kind === 'clone' && pair.original === pending.username) {
        rotation.log.warn('the original was changed, and its clone follows', differences);
        return false;
      }
      throw new UsersDiffer(pending.username, current.username, differences);
    },

    hold({ current, pending }, rotation) {
      const users = [current.username, pending.username];
      return onceReplicated(() => logInAlone(engine, pending, users, rotation), pending, rotation);
    },

    async settle(promoted, rotation) {
      const { current, pending, isProven } = promoted;
      const pair = pairOf(promoted, rotation.environment);
      if (pair.kind !== 'clone' || pair.clone !== current.username) return;
      if (!isProven) await assertLogsIn(engine, pending, rotation);
      await using superuser = await logInAsSuperuser(engine, pending, rotation);
      await superuser.lock(lockOf([current.username, pending.username]));
      // Not of a rotation long over, after which the clone may be AWSCURRENT again.
      if (await rotation.isCurrent()) await align(superuser, pair, afterwards(rotation), rotation);
    },

    async discardOldPassword() {
      throw new NothingToDiscard('each of the alternating users has one password');
    },

    async preflight(current, preflight, rotation) {
      const trial: Trial = { engine, current, preflight, rotation };
      const standing = await tryCurrent(trial, false);
      // Its one connection may be all that the user may have, and isKnown logs in as well.
      await standing.session?.[Symbol.asyncDispose]();
      const pending = await preflight.check('name of the other user', [], async ({ note }) => {
        const username = await nextUsername(engine, current, rotation);
        note(`${JSON.stringify(username)}.`);
        return { ...current, username };
      });
      await using superuser = await trySuperuser(trial, standing, () =>
        logInAsSuperuser(engine, current, rotation),
      );
      await tryPolicy(trial, superuser);
      await preflight.check(
        'the other user',
        [superuser, pending],
        async ({ note }, session: Session, other: DatabaseSecret) => {
          const versions = { current, pending: other };
          await rehearse(engine, session, versions, rotation);
          note(await stateOf(session, versions));
        },
      );
    },
  };
}

/**
 * Looks at a user that is to get its password and nothing else, and at the clone that follows it.
 * @returns whether `settle` would find nothing to do
 * @throws UsersDiffer, and what rehearseClone throws
 */
async function examinePair(superuser: Session, versions: Versions, rotation: Rotation): Promise<boolean> {
  const pair = pairOf(versions, rotation.environment);
  if (pair.kind === 'clone') {
    // What the superuser lacks to bring the clone in line in `settle` comes out while AWSCURRENT is still to be moved.
    return superuser.rehearseClone(pair.original, pair.clone, afterwards(rotation));
  }
  // A secret could name anybody as the other user of a pair: only one who may do nothing else is changed.
  await assertEqual(superuser, versions);
  return true;
}

/** Finds out what would keep the other user from becoming equal, or a given one from being so. */
async function rehearse(
  engine: Engine,
  superuser: Session,
  versions: Versions,
  rotation: Rotation,
): Promise<void> {
  const { current, pending } = versions;
  const pair = pairOf(versions, rotation.environment);
  await superuser.lock(lockOf([current.username, pending.username]));
  if (pair.kind === 'clone' && pair.clone === pending.username) {
    const known = await isKnown(engine, pending, rotation);
    // A clone is opened by the right that it takes to align it.
    await superuser.rehearseClone(pair.original, pair.clone, toBeOpened(known, rotation));
  } else {
    await examinePair(superuser, versions, rotation);
    await superuser.rehearsePassword(pending.username);
  }
}

/** What the other user is now, in a sentence. */
async function stateOf(superuser: Session, { current, pending }: Versions): Promise<string> {
  const [one, other] = [current.username, pending.username];
  const traits = await superuser.traits(one, other).catch(() => undefined);
  if (traits === undefined) return 'It is not there yet: a rotation makes it.';
  const differences = differencesOf(await superuser.traits(other, one), traits);
  if (differences === undefined) return 'It is equal to the user of AWSCURRENT.';
  const { lacks, hasBesides } = differences;
  return `It differs from the user of AWSCURRENT in ${lacks.length + hasBesides.length} things, which a rotation brings in line.`;
}

/** How a clone is made equal that gets a new password then. */
function toBeOpened(known: boolean, rotation: Rotation): CloneOptions {
  return { known, isToBeOpened: true, reassignOwned: reassignsOwned(rotation) };
}

/** How a clone is made equal that was AWSCURRENT. */
function afterwards(rotation: Rotation): CloneOptions {
  return { known: true, isToBeOpened: false, reassignOwned: reassignsOwned(rotation) };
}

/**
 * What a clone owns can be handed over from inside of its database alone, which a superuser may otherwise have no access to.
 * @param standing the user's own login, where it is under way
 */
async function logInAsSuperuser(
  engine: Engine,
  user: DatabaseSecret,
  rotation: Rotation,
  standing?: Promise<Session>,
): Promise<Session> {
  const superuser = await superuserOf(user, rotation);
  const { dbname } = reassignsOwned(rotation) ? user : superuser;
  const login = { ...superuser, dbname };
  return standing === undefined
    ? logIn(engine, login, rotation)
    : logInAfter(standing, engine, login, rotation);
}

function reassignsOwned({ environment }: Rotation): boolean {
  return flag(environment, 'REASSIGN_OWNED', false);
}

/** @throws UsersDiffer */
async function assertEqual(superuser: Session, { current, pending }: Versions): Promise<void> {
  const [one, other] = [current.username, pending.username];
  const differences = differencesOf(await superuser.traits(other, one), await superuser.traits(one, other));
  if (differences !== undefined) throw new UsersDiffer(other, one, differences);
}

async function align(
  superuser: Session,
  { original, clone }: ClonePair,
  options: CloneOptions,
  rotation: Rotation,
): Promise<void> {
  for (const sentence of await superuser.alignClone(original, clone, options))
    rotation.log.warn(sentence, { original, clone });
}

async function nextUsername(engine: Engine, current: DatabaseSecret, rotation: Rotation): Promise<string> {
  const other = await otherUsername(current, rotation);
  engine.assertUsername(other, current.engine);
  return other;
}

async function assertLogsIn(engine: Engine, secret: DatabaseSecret, rotation: Rotation): Promise<void> {
  await using _session = await logIn(engine, secret, rotation);
}
