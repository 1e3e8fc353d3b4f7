import { setTimeout } from 'node:timers/promises';
import {
  CurrentMoved,
  isNamed,
  NoCurrentVersion,
  NoPendingValue,
  RotationUnderWay,
  TokenNotPending,
  VersionNotCurrent,
} from './errors.ts';
import type { OperatorStep, Step } from './event.ts';
import { loginGapEnds } from './login-gap.ts';
import { loginGapMetric } from './metrics.ts';
import { passwordSettings } from './password-settings.ts';
import type { PreflightReport, RecordedPreflight } from './preflight.ts';
import { assertIsTarget, loginOfTarget, type RotationTarget, targetOf } from './rotation-target.ts';
import { preflightOf } from './secret-preflight.ts';
import type { SecretStore, VersionQuery } from './secret-store.ts';
import { type DatabaseSecret, parseSecretValue } from './secret-value.ts';
import type { Password } from './sensitive.ts';
import type { HeldLogin, Promoted, Rotation, RotationStrategy, Versions } from './strategy.ts';
import {
  CURRENT,
  decide,
  finishingMoves,
  holderOf,
  type LabelMove,
  mayRun,
  PENDING,
  TARGET,
} from './version-stages.ts';

/** What a step came to: a word for the log, or what a person asked for. */
export type Outcome = 'done' | 'kept' | 'already-current' | 'preflight-passed' | PreflightReport;

/** All that a step works with. */
export interface Invocation {
  readonly rotation: Rotation;
  readonly store: SecretStore;
  readonly strategy: RotationStrategy;
  /** What the step before has left to this one. */
  readonly inherited: Versions | undefined;
  /** Leaves to the step that follows what this one has found. */
  leave(versions: Versions): void;
}

/**
 * The four steps of a rotation, and what an operator may ask for. Each step asks DescribeSecret whether it may run, and already
 * reads meanwhile what it will need: the calls do not depend on each other, and an answer that turns out not to be needed is
 * dropped. A step that inherits what it needs asks once only where it asks anyway right before it changes anything.
 */
export const steps: Readonly<Record<Step | OperatorStep, (invocation: Invocation) => Promise<Outcome>>> = {
  /** Stores the new login as AWSPENDING, before anything in the database knows of it. */
  async createSecret(invocation) {
    const { rotation, store } = invocation;
    const password = startEarly(() => store.randomPassword(passwordSettings(rotation.environment)));
    const found = await findVersions(invocation);
    if (found === undefined) return 'already-current';
    const { current, pending: kept, target } = found;
    const wanted = await loginOfTarget(invocation, current, target);
    const proposed = kept ?? (await propose(invocation, current, wanted, password));
    // A twin of this invocation may have stored its own proposal between our read and our put: that is the version's value now.
    const pending = proposed ?? (await readAgain(invocation, current));
    if (pending === undefined) throw new NoPendingValue();
    assertIsTarget(pending, wanted, target);
    // Only now, so that a try that broke off proposes the same; and now, so that the next rotation makes a new password again.
    await forgetTarget(invocation, target);
    invocation.leave({ current, pending });
    return kept === undefined && proposed !== undefined ? 'done' : 'kept';
  },

  /** Makes the AWSPENDING login work in the database. */
  async setSecret(invocation) {
    const { rotation, strategy } = invocation;
    const versions = invocation.inherited ?? (await readVersions(invocation));
    if (versions === undefined) return 'already-current';
    try {
      await strategy.setSecret(versions, rotation);
    } catch (error) {
      if (isNamed(error, 'PasswordRefused')) await giveUp(invocation);
      throw error;
    }
    invocation.leave(versions);
    return 'done';
  },

  /** Proves that the AWSPENDING login works. Without an AWSPENDING value the rotation is only being tried out. */
  async testSecret(invocation) {
    const { rotation, strategy } = invocation;
    const found = (await stillInherited(invocation)) ?? (await findVersions(invocation));
    if (found === undefined) return 'already-current';
    const { current, pending = await readAgain(invocation, current) } = found;
    if (pending === undefined) {
      const failure = (await runPreflight(invocation)).failure();
      if (failure !== undefined) throw failure;
      return 'preflight-passed';
    }
    await strategy.testSecret({ current, pending }, rotation);
    invocation.leave({ current, pending });
    return 'done';
  },

  /** Makes AWSPENDING the AWSCURRENT version and takes AWSPENDING off, which ends the rotation. */
  async finishSecret(invocation) {
    const { inherited, rotation, strategy } = invocation;
    const versions = inherited ?? (await readVersions(invocation));
    const left = versions === undefined ? await movesLeft(invocation) : await promote(invocation, versions);
    if (left.length === 0) return versions === undefined ? 'already-current' : 'done';
    const promoted =
      versions === undefined ? await readPromoted(invocation) : { ...versions, isProven: true };
    if (promoted !== undefined) await strategy.settle(promoted, rotation);
    for (const move of left) await makeMove(invocation, move);
    return 'done';
  },

  /** Leaves AWSCURRENT the only password that works; not while a rotation is giving the user another. */
  async discardOldPassword(invocation) {
    const { rotation, store, strategy } = invocation;
    const description = await store.describe();
    const { versionId } = rotation.event;
    if (holderOf(CURRENT, description) !== versionId) throw new VersionNotCurrent(versionId);
    const pending = holderOf(PENDING, description);
    if (pending !== undefined && pending !== versionId) throw new RotationUnderWay(pending);
    const current = await readCurrent(invocation, { stage: CURRENT, id: versionId });
    await strategy.discardOldPassword(current, rotation);
    return 'done';
  },

  /** Tells whoever asks what the next rotation will meet with. */
  async preflight(invocation) {
    return (await runPreflight(invocation)).report();
  },
};

/** @returns undefined when the version has another value already */
async function propose(
  { rotation, store, strategy }: Invocation,
  current: DatabaseSecret,
  wanted: DatabaseSecret | undefined,
  password: Promise<Password>,
): Promise<DatabaseSecret | undefined> {
  const username = wanted?.username ?? (await strategy.nextUsername(current, rotation));
  const text = current.withLogin(username, wanted?.password ?? (await password));
  if ((await store.storePending(text)) === 'exists') return undefined;
  const { versionId } = rotation.event;
  return parseSecretValue({ kind: 'text', text, versionId }, PENDING, strategy.engine);
}

async function runPreflight(invocation: Invocation): Promise<RecordedPreflight> {
  const preflight = await preflightOf(invocation);
  const { log } = invocation.rotation;
  const { outcome, findings } = preflight.report();
  log[outcome === 'passed' ? 'info' : 'warn']('preflight', {
    outcome,
    findings: findings.map((finding) => ({ ...finding })),
  });
  return preflight;
}

/**
 * Moves AWSCURRENT, and says which moves are left then. In this order: a crash in between leaves both labels on the new
 * version, which the service takes for complete.
 */
async function promote(invocation: Invocation, versions: Versions): Promise<LabelMove[]> {
  await using held = await hold(invocation, versions);
  const moves = await movesLeft(invocation);
  // What was seen holds for as long as nobody else can hold the login.
  await held.assertHeld();
  const isPromotion = ({ stage }: LabelMove) => stage === CURRENT;
  for (const move of moves.filter(isPromotion)) {
    // What was proven is a login that follows on that of another version.
    if (move.from !== versions.current.versionId) throw new CurrentMoved();
    await makeMove(invocation, move);
  }
  const gap = loginGapEnds(invocation.rotation.event.versionId);
  if (gap !== undefined) invocation.rotation.log.info('AWSCURRENT logs in again', loginGapMetric(gap));
  return moves.filter((move) => !isPromotion(move));
}

/** A twin of this invocation may have taken the label off first. */
async function forgetTarget({ store }: Invocation, target: RotationTarget | undefined): Promise<void> {
  if (target === undefined) return;
  const { versionId } = target;
  try {
    await store.moveLabel({ stage: TARGET, from: versionId, to: undefined });
  } catch (error) {
    if (holderOf(TARGET, await store.describe()) === versionId) throw error;
  }
}

/** The versions of a rotation that an earlier invocation got as far as moving AWSCURRENT. */
async function readPromoted(invocation: Invocation): Promise<Promoted | undefined> {
  const previous = await invocation.rotation.previous();
  const promoted = await readCurrent(invocation);
  return previous && { current: previous, pending: promoted, isProven: false };
}

/** The new login may be rejected because the rotation that has replaced this one has changed it: then that is the error. */
async function hold(invocation: Invocation, versions: Versions): Promise<HeldLogin> {
  try {
    return await invocation.strategy.hold(versions, invocation.rotation);
  } catch (error) {
    if (isNamed(error, 'LoginRejected')) await permission(invocation);
    throw error;
  }
}

/** The moves that end the rotation, as far as they are not made yet. */
async function movesLeft({ rotation, store }: Invocation): Promise<LabelMove[]> {
  const description = await store.describe();
  mayRun(decide(rotation.event, description));
  return finishingMoves(rotation.event.versionId, description);
}

/** A twin of this invocation may have made the move first, or the rotation be over: the service reports both as one error. */
async function makeMove({ rotation, store }: Invocation, move: LabelMove): Promise<void> {
  try {
    await store.moveLabel(move);
  } catch (error) {
    const now = await store.describe().catch(() => undefined);
    const decision = now && decide(rotation.event, now);
    if (decision?.kind === 'refuse') throw decision.error;
    const left = now && finishingMoves(rotation.event.versionId, now);
    if (left === undefined || left.some(({ stage }) => stage === move.stage)) throw error;
  }
}

/**
 * Takes AWSPENDING off a version whose password the database does not accept, or that was made for another AWSCURRENT: every
 * further try of it would fail alike, and without the label the next RotateSecret starts with a new one. Failing at it must
 * not hide the reason.
 */
async function giveUp({ rotation, store }: Invocation): Promise<void> {
  try {
    await store.moveLabel({ stage: PENDING, from: rotation.event.versionId, to: undefined });
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    rotation.log.warn('AWSPENDING could not be taken off', { reason });
  }
}

/** Starts a call whose answer may turn out not to be needed: nobody then hears of its failure, which would end the process. */
function startEarly<T>(call: () => Promise<T>): Promise<T> {
  const answer = (async () => call())();
  answer.catch(() => {});
  return answer;
}

async function permission({ rotation, store }: Invocation): Promise<boolean> {
  return mayRun(decide(rotation.event, await store.describe()));
}

/**
 * What is inherited, if it is a rotation's still. A step that changes nothing asks for that by itself; for one that does, it is
 * not enough to have asked before.
 */
async function stillInherited({ inherited, rotation, store }: Invocation): Promise<Versions | undefined> {
  if (inherited === undefined) return undefined;
  const description = await store.describe();
  const isPending = mayRun(decide(rotation.event, description));
  return isPending && holderOf(CURRENT, description) === inherited.current.versionId ? inherited : undefined;
}

interface Found {
  readonly target?: RotationTarget | undefined;
  readonly current: DatabaseSecret;
  readonly pending?: DatabaseSecret;
}

/**
 * AWSCURRENT and the proposal, as far as it can be read yet, or undefined when the step has nothing to do. Reads may fail for
 * the very reason that the step must not run, as AWSPENDING that is off its version does, so DescribeSecret has the first word;
 * and once more where they failed, for a twin of this invocation may have moved the labels since.
 */
async function findVersions(invocation: Invocation): Promise<Found | undefined> {
  const reading = startEarly(() => readBoth(invocation));
  const description = await invocation.store.describe();
  if (!mayRun(decide(invocation.rotation.event, description))) return undefined;
  let found: Found;
  try {
    found = { ...(await reading), target: targetOf(description) };
  } catch (error) {
    if (await permission(invocation)) throw error;
    return undefined;
  }
  const { current, pending } = found;
  return pending === undefined || (await fits(invocation, { current, pending })) ? found : undefined;
}

/** @throws NoPendingValue when AWSPENDING has no value a while later either */
async function readVersions(invocation: Invocation): Promise<Versions | undefined> {
  const found = await findVersions(invocation);
  if (found === undefined) return undefined;
  const { current, pending = await readAgain(invocation, current) } = found;
  if (pending === undefined) throw new NoPendingValue();
  return { current, pending };
}

async function readBoth(invocation: Invocation): Promise<Found> {
  const [current, pending] = await Promise.all([readCurrent(invocation), readPending(invocation)]);
  return pending === undefined ? { current } : { current, pending };
}

/**
 * Whether the proposal is one for AWSCURRENT; false when a twin of this invocation has made it AWSCURRENT. One for another
 * AWSCURRENT is given up, unless the label has left what was read meanwhile: the next try reads it anew.
 * @throws IdentityChanged
 */
async function fits(invocation: Invocation, versions: Versions): Promise<boolean> {
  const { rotation, store, strategy } = invocation;
  try {
    strategy.assertProposal(versions, rotation.environment);
    return true;
  } catch (error) {
    if (!isNamed(error, 'IdentityChanged')) throw error;
    const description = await store.describe();
    if (!mayRun(decide(rotation.event, description))) return false;
    if (holderOf(CURRENT, description) === versions.current.versionId) await giveUp(invocation);
    throw error;
  }
}

/** @throws NoCurrentVersion */
async function readCurrent(
  { store, strategy }: Invocation,
  version: VersionQuery = { stage: CURRENT },
): Promise<DatabaseSecret> {
  const value = await store.read(version);
  if (value === undefined) throw new NoCurrentVersion();
  return parseSecretValue(value, CURRENT, strategy.engine);
}

async function readPending({ rotation, store, strategy }: Invocation): Promise<DatabaseSecret | undefined> {
  const value = await store.read({ stage: PENDING, id: rotation.event.versionId });
  return value && parseSecretValue(value, PENDING, strategy.engine);
}

/** Pauses, in ms, before a value that should be there is read again: a read right after the put can miss it. */
const READ_AGAIN_AFTER = [100, 400];

async function readAgain(
  invocation: Invocation,
  current: DatabaseSecret,
): Promise<DatabaseSecret | undefined> {
  for (const pause of READ_AGAIN_AFTER) {
    await setTimeout(pause);
    const pending = await readPending(invocation);
    if (pending === undefined) continue;
    if (!(await fits(invocation, { current, pending }))) throw new TokenNotPending([CURRENT]);
    return pending;
  }
  return undefined;
}
