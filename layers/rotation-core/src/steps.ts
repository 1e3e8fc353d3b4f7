import { CurrentMoved, isNamed, RotationUnderWay, VersionNotCurrent } from './errors.ts';
import type { OperatorStep, Step } from './event.ts';
import type { Inherited } from './handover.ts';
import type { Invocation } from './invocation.ts';
import { loginGapEnds } from './login-gap.ts';
import { loginGapMetric } from './metrics.ts';
import { passwordSettings } from './password-settings.ts';
import type { PreflightReport, RecordedPreflight } from './preflight.ts';
import {
  findCurrent,
  findVersions,
  giveUp,
  permission,
  readAgain,
  readCurrent,
  readVersions,
  startEarly,
  stillInherited,
} from './reading.ts';
import { assertIsTarget, loginOfTarget, type RotationTarget } from './rotation-target.ts';
import { preflightOf } from './secret-preflight.ts';
import { type DatabaseSecret, parseSecretValue } from './secret-value.ts';
import type { Password } from './sensitive.ts';
import type { Promoted, Versions } from './strategy.ts';
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

/**
 * The four steps of a rotation, and what an operator may ask for. A step that reads asks DescribeSecret meanwhile whether it
 * may run: the calls do not depend on each other, and an answer that turns out not to be needed is dropped.
 */
export const steps: Readonly<Record<Step | OperatorStep, (invocation: Invocation) => Promise<Outcome>>> = {
  /** Stores the new login as AWSPENDING, before anything in the database knows of it. */
  async createSecret(invocation) {
    const { rotation, store, strategy } = invocation;
    const password = startEarly(() => store.randomPassword(passwordSettings(rotation.environment)));
    const previous = strategy.asksForPrevious ? startEarly(() => rotation.previous()) : undefined;
    const found = await findCurrent(invocation);
    if (found === undefined) return 'already-current';
    const { current, target } = found;
    const wanted = await loginOfTarget(invocation, current, target);
    const proposed = await propose(invocation, current, wanted, password);
    const versions = proposed ? { current, pending: proposed } : await readVersions(invocation);
    if (versions === undefined) return 'already-current';
    assertIsTarget(versions.pending, wanted, target);
    // Only now, so that a try that broke off proposes the same; and now, so that the next rotation makes a new password again.
    await forgetTarget(invocation, target);
    // Who needs AWSPREVIOUS asks again for one that could not be read.
    invocation.leave({ ...versions, previous: await previous?.catch(() => undefined) });
    return proposed === undefined ? 'kept' : 'done';
  },

  /** Makes the AWSPENDING login work in the database. */
  async setSecret(invocation) {
    const { inherited, rotation, strategy } = invocation;
    if (inherited !== undefined) startEarly(() => strategy.readAhead(inherited.current, rotation));
    const versions: Inherited | undefined =
      (await stillInherited(invocation)) ?? (await readVersions(invocation));
    if (versions === undefined) return 'already-current';
    const { current, pending, previous } = versions;
    const knowing = previous === undefined ? rotation : { ...rotation, previous: async () => previous };
    let isSettled: boolean;
    try {
      isSettled = await strategy.setSecret({ current, pending }, knowing);
    } catch (error) {
      if (isNamed(error, 'PasswordRefused')) await giveUp(invocation);
      throw error;
    }
    invocation.leave({ current, pending, isSettled });
    return 'done';
  },

  /** Proves that the AWSPENDING login works. Without an AWSPENDING value the rotation is only being tried out. */
  async testSecret(invocation) {
    const { inherited, rotation, strategy } = invocation;
    // The step before has just used or set the very logins that it leaves: nobody learns of them by this one.
    const found = inherited ?? (await findVersions(invocation));
    if (found === undefined) return 'already-current';
    const { current, pending = await readAgain(invocation, current) } = found;
    if (pending === undefined) {
      const failure = (await runPreflight(invocation)).failure();
      if (failure !== undefined) throw failure;
      return 'preflight-passed';
    }
    const areAlike = await unlessReplaced(invocation, () =>
      strategy.testSecret({ current, pending }, rotation),
    );
    invocation.leave({ current, pending, isSettled: areAlike && inherited?.isSettled === true });
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
    if (promoted !== undefined && !inherited?.isSettled) await strategy.settle(promoted, rotation);
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

/**
 * Stores a proposal, unless the version has one already, of an earlier try or a twin of this invocation: that is its value,
 * also where none can be made or stored any more.
 * @returns undefined when it has one, or is AWSCURRENT already
 */
async function propose(
  invocation: Invocation,
  current: DatabaseSecret,
  wanted: DatabaseSecret | undefined,
  password: Promise<Password>,
): Promise<DatabaseSecret | undefined> {
  const { rotation, store, strategy } = invocation;
  try {
    const username = wanted?.username ?? (await strategy.nextUsername(current, rotation));
    const text = current.withLogin(username, wanted?.password ?? (await password));
    if ((await store.storePending(text)) === 'exists') return undefined;
    const { versionId } = rotation.event;
    return parseSecretValue({ kind: 'text', text, versionId }, PENDING, strategy.engine);
  } catch (error) {
    const found = await findVersions(invocation).catch((another: unknown) => {
      // Where Secrets Manager is out of reach, what failed first says more.
      throw isNamed(another, 'SecretsManagerFailed') ? error : another;
    });
    if (found !== undefined && found.pending === undefined) throw error;
    return undefined;
  }
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
  const { rotation, strategy } = invocation;
  await using held = await unlessReplaced(invocation, () => strategy.hold(versions, rotation));
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

/** A login may be rejected because the rotation that has replaced this one has changed it: then that is the error. */
async function unlessReplaced<T>(invocation: Invocation, logIn: () => Promise<T>): Promise<T> {
  try {
    return await logIn();
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
