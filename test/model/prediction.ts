import type { Step } from '@rotation/core';
import {
  currentLogin,
  LOCKED,
  type Login,
  logsIn,
  type Strategy,
  unlabelledLogins,
  type World,
} from './world.ts';

/** How many versions without a label a rotation looks through, as docs and design promise. */
export const UNLABELLED_SEARCHED = 5;
/** How many of them tell what the other user of a pair is called. */
const UNLABELLED_REMEMBERED = 10;
const UNREACHABLE = ['HostUnreachable', 'ConnectionTimedOut'];

export interface Situation {
  readonly strategy: Strategy;
  readonly world: World;
  /** Of the rotation that the step is invoked for. */
  readonly token: string;
  readonly databaseIsReachable: boolean;
  /** The login that was found in the token's version afterwards: the model leaves passwords and names to the code. */
  readonly found: Login | null;
}

/** What one invocation may come to. */
export interface Prediction {
  /** The worlds that it goes through, from the one that it finds to the one that it leaves when nothing disturbs it. */
  readonly worlds: readonly [World, ...World[]];
  /** The errors of which one ends it though nothing disturbs it. None: it succeeds. */
  readonly errors: readonly string[];
}

export function predict(step: Step, situation: Situation): Prediction {
  const { world, token } = situation;
  if (token === world.current) return afterTheEnd(step, world);
  if (token === world.previous) return fails(world, 'TokenNotPending');
  if (token !== world.pending) return fails(world, 'UnknownToken');
  switch (step) {
    case 'createSecret':
      return createSecret(situation);
    case 'setSecret':
      return setSecret(situation);
    case 'testSecret':
      return testSecret(situation);
    case 'finishSecret':
      return finishSecret(situation);
    default:
      throw new TypeError(`unknown step ${step satisfies never}`);
  }
}

const succeeds = (...worlds: [World, ...World[]]): Prediction => ({ worlds, errors: [] });
const fails = (world: World, ...errors: string[]): Prediction => ({ worlds: [world], errors });

/** Only AWSPENDING may be left, on the version that is AWSCURRENT already. */
function afterTheEnd(step: Step, world: World): Prediction {
  const isLeft = step === 'finishSecret' && world.pending === world.current;
  return isLeft ? succeeds(world, { ...world, pending: null }) : succeeds(world);
}

function createSecret({ strategy, world, token, found }: Situation): Prediction {
  if (world.values[token]) return succeeds(world);
  if (found === null) return fails(world, 'createSecret stored nothing');
  const objection = objectionTo(found, strategy, world);
  if (objection !== undefined) return fails(world, objection);
  return succeeds(world, { ...world, values: { ...world.values, [token]: found } });
}

function objectionTo(proposal: Login, strategy: Strategy, world: World): string | undefined {
  const known = Object.values(world.values).map((login) => login?.password);
  if (known.includes(proposal.password)) return 'createSecret stored a password that is not new';
  const sameUser = proposal.username === currentLogin(world).username;
  if (sameUser !== (strategy === 'single-user')) return 'createSecret chose the wrong user';
  if (partnerIsRemembered(world) && !(proposal.username in namesOf(world))) {
    return 'createSecret chose a third user';
  }
  return undefined;
}

/** Whether the newest values name the one of two users that is not the current one. */
function partnerIsRemembered(world: World): boolean {
  const { username } = currentLogin(world);
  const previous = world.values[world.previous ?? ''] ?? [];
  const remembered = [previous, ...unlabelledLogins(world).slice(0, UNLABELLED_REMEMBERED)].flat();
  return remembered.some((login) => login.username !== username);
}

/** The users that the secret's values name. */
const namesOf = ({ values }: World): Record<string, true> =>
  Object.fromEntries(Object.values(values).flatMap((login) => (login ? [[login.username, true]] : [])));

function setSecret({ strategy, world, token, databaseIsReachable }: Situation): Prediction {
  const pending = world.values[token];
  if (!pending) return fails(world, 'NoPendingValue');
  if (!databaseIsReachable) return fails(world, ...UNREACHABLE);
  const changed = withPassword(world, pending);
  if (strategy === 'single-user') {
    return isRecoverable(world) ? succeeds(world, changed) : fails(world, 'NoStoredLoginWorks');
  }
  if (!logsIn(world, currentLogin(world))) return fails(world, 'LoginRejected');
  return pending.username in world.passwords
    ? succeeds(world, changed)
    : succeeds(world, withPassword(world, { ...pending, password: LOCKED }), changed);
}

const withPassword = (world: World, { username, password }: Login): World => ({
  ...world,
  passwords: { ...world.passwords, [username]: password },
});

/** Whether a rotation of a single user finds a login that works. */
export function isRecoverable(world: World): boolean {
  const { values, current, previous, pending } = world;
  const labelled = [current, previous, pending].flatMap((version) => values[version ?? ''] ?? []);
  const searched = [...labelled, ...unlabelledLogins(world).slice(0, UNLABELLED_SEARCHED)];
  return searched.some((login) => logsIn(world, login));
}

function testSecret({ strategy, world, token, databaseIsReachable }: Situation): Prediction {
  const pending = world.values[token];
  if (!databaseIsReachable) return fails(world, ...UNREACHABLE);
  const needed = strategy === 'single-user' ? [pending] : [pending, currentLogin(world)];
  const work = needed.every((login) => login && logsIn(world, login));
  return work ? succeeds(world) : fails(world, 'LoginRejected');
}

function finishSecret({ world, token, databaseIsReachable }: Situation): Prediction {
  const pending = world.values[token];
  if (!pending) return fails(world, 'NoPendingValue');
  if (!databaseIsReachable) return fails(world, ...UNREACHABLE);
  if (!logsIn(world, pending)) return fails(world, 'LoginRejected');
  const promoted: World = { ...world, current: token, previous: world.current };
  return succeeds(world, promoted, { ...promoted, pending: null });
}
