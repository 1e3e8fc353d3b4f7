import { setTimeout } from 'node:timers/promises';
import { isNamed, NoCurrentVersion, NoPendingValue, TokenNotPending } from './errors.ts';
import type { Inherited } from './handover.ts';
import type { Invocation } from './invocation.ts';
import { type RotationTarget, targetOf } from './rotation-target.ts';
import type { VersionQuery } from './secret-store.ts';
import { type DatabaseSecret, parseSecretValue } from './secret-value.ts';
import type { Versions } from './strategy.ts';
import { CURRENT, decide, holderOf, mayRun, PENDING, type SecretDescription } from './version-stages.ts';

/**
 * What is inherited, if the rotation is still under way and AWSCURRENT still where it was. For a step that is about to use a login
 * which the step before it has not.
 */
export async function stillInherited({
  inherited,
  rotation,
  store,
}: Invocation): Promise<Inherited | undefined> {
  if (inherited === undefined) return undefined;
  const description = await store.describe();
  const isPending = mayRun(decide(rotation.event, description));
  return isPending && holderOf(CURRENT, description) === inherited.current.versionId ? inherited : undefined;
}

/** AWSCURRENT and the proposal, as far as it can be read yet, or undefined when the step has nothing to do. */
export async function findVersions(
  invocation: Invocation,
): Promise<{ readonly current: DatabaseSecret; readonly pending: DatabaseSecret | undefined } | undefined> {
  const found = await whilePermitted(invocation, () =>
    Promise.all([readCurrent(invocation), readPending(invocation)]),
  );
  if (found === undefined) return undefined;
  const [current, pending] = found.values;
  const isFit = pending === undefined || (await fits(invocation, { current, pending }));
  return isFit ? { current, pending } : undefined;
}

/** What createSecret begins with, or undefined when it has nothing to do. */
export async function findCurrent(
  invocation: Invocation,
): Promise<{ readonly current: DatabaseSecret; readonly target: RotationTarget | undefined } | undefined> {
  const found = await whilePermitted(invocation, () => readCurrent(invocation));
  return found && { current: found.values, target: targetOf(found.description) };
}

/**
 * Reads while the labels are looked at. Reads may fail for the very reason that the step must not run, as AWSPENDING that is
 * off its version does, so DescribeSecret has the first word; and once more where they failed, for a twin of this invocation
 * may have moved the labels since.
 * @returns undefined when the step has nothing to do
 */
async function whilePermitted<T>(
  invocation: Invocation,
  read: () => Promise<T>,
): Promise<{ readonly values: T; readonly description: SecretDescription } | undefined> {
  const reading = startEarly(read);
  const description = await invocation.store.describe();
  if (!mayRun(decide(invocation.rotation.event, description))) return undefined;
  try {
    return { values: await reading, description };
  } catch (error) {
    if (await permission(invocation)) throw error;
    return undefined;
  }
}

/** @throws NoPendingValue when AWSPENDING has no value a while later either */
export async function readVersions(invocation: Invocation): Promise<Versions | undefined> {
  const found = await findVersions(invocation);
  if (found === undefined) return undefined;
  const { current, pending = await readAgain(invocation, current) } = found;
  if (pending === undefined) throw new NoPendingValue();
  return { current, pending };
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
export async function readCurrent(
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

export async function readAgain(
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

/** Starts a call whose answer may turn out not to be needed: nobody then hears of its failure, which would end the process. */
export function startEarly<T>(call: () => Promise<T>): Promise<T> {
  const answer = (async () => call())();
  answer.catch(() => {});
  return answer;
}

/**
 * Takes AWSPENDING off a version whose password the database does not accept, or that was made for another AWSCURRENT: every
 * further try of it would fail alike, and without the label the next RotateSecret starts with a new one. Failing at it must
 * not hide the reason.
 */
export async function giveUp({ rotation, store }: Invocation): Promise<void> {
  try {
    await store.moveLabel({ stage: PENDING, from: rotation.event.versionId, to: undefined });
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    rotation.log.warn('AWSPENDING could not be taken off', { reason });
  }
}

/**
 * Looks at the labels again.
 * @returns false when the version is AWSCURRENT already; refusals are thrown
 */
export async function permission({ rotation, store }: Invocation): Promise<boolean> {
  return mayRun(decide(rotation.event, await store.describe()));
}
