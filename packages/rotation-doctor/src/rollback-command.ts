import { agreement } from './agreement.ts';
import { DoctorError, Refused } from './doctor-error.ts';
import { endingLines } from './ending-words.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { makeMoves } from './label-moves.ts';
import { CURRENT, holderOf, type Labels, PREVIOUS, TARGET } from './labels.ts';
import { agreeToTurnOn } from './rotate-command.ts';
import { type Ending, watch } from './rotation-watch.ts';
import { functionOf, type Subject, subjectOf } from './subject.ts';
import { answer, type Surroundings, tell } from './surroundings.ts';
import { around } from './time-words.ts';

export interface RollbackOptions {
  /** The version whose login is wanted back. AWSPREVIOUS by default. */
  readonly to?: string;
  /** In ms. */
  readonly timeout: number;
  readonly yes?: boolean;
}

/**
 * Makes the login of an earlier version AWSCURRENT again, in the database too: a rotation that ends with that login in place of
 * a new password.
 */
export async function rollback(
  secretId: string,
  options: RollbackOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { secrets, now } = surroundings;
  const subject = await subjectOf(secretId, {}, surroundings);
  const functionArn = functionOf(subject.secret);
  const target = wantedVersion(subject, options);
  answer(surroundings, planLines(target, subject, now()));
  await agreeToTurnOn(subject, options, surroundings);
  await agreement('Go on?', options, surroundings);

  const since = now();
  const { labels } = subject.secret;
  const move = { label: TARGET, from: holderOf(TARGET, labels), to: target };
  await makeMoves(secretId, [move], labels, surroundings, () => {});
  const versionId = await startRotation(secretId, target, surroundings);
  const ending = await watch(secretId, { functionArn, versionId, since }, options.timeout, surroundings);
  const after = await secrets.describe(secretId);
  answer(surroundings, endingLines(ending, versionId, after));
  return settle({ secretId, target, versionId, ending, labels: after.labels }, surroundings);
}

function wantedVersion({ secret, versions, state }: Subject, { to }: RollbackOptions): string {
  const { name, labels } = secret;
  if (state.kind === 'in-progress' || state.kind === 'stuck') {
    throw new Refused(
      `Nothing was changed: a rotation of ${name} towards version ${state.rotation.versionId} has not ended. See npx --no rotation-doctor status ${name}.`,
    );
  }
  const target = to ?? holderOf(PREVIOUS, labels);
  if (target === undefined)
    throw new Refused(`Nothing was changed: secret ${name} has no AWSPREVIOUS version.`);
  if (!versions.some(({ id }) => id === target)) {
    throw new Refused(`Nothing was changed: secret ${name} has no version ${target}.`);
  }
  if (target === holderOf(CURRENT, labels)) {
    throw new Refused(`Nothing was changed: version ${target} of ${name} is AWSCURRENT.`);
  }
  return target;
}

function planLines(target: string, { secret, versions }: Subject, now: Date): string[] {
  const created = versions.find(({ id }) => id === target)?.created;
  return [
    `AWSCURRENT of ${secret.name} is version ${holderOf(CURRENT, secret.labels)}.`,
    `To do: ROTATION_TARGET is put on version ${target}${created === undefined ? '' : ` of ${around(created, now)}`}.`,
    'To do: a rotation gives the database the password of that version again, and makes a copy of it AWSCURRENT.',
  ];
}

/** A target without a rotation would turn the next one, whoever starts it, into a rollback. */
async function startRotation(secretId: string, target: string, { secrets }: Surroundings): Promise<string> {
  try {
    return await secrets.rotate(secretId);
  } catch (error) {
    await secrets.moveLabel(secretId, { label: TARGET, from: target, to: undefined });
    if (!(error instanceof DoctorError)) throw error;
    throw new DoctorError(`${error.message} ROTATION_TARGET was taken off again.`, error.exitCode, error);
  }
}

interface Rollback {
  readonly secretId: string;
  readonly target: string;
  readonly versionId: string;
  readonly ending: Ending;
  readonly labels: Labels;
}

/** The function takes ROTATION_TARGET off once it has proposed that login. */
async function settle(
  { secretId, target, versionId, ending, labels }: Rollback,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const isLeft = holderOf(TARGET, labels) === target;
  if (isLeft && ending.kind === 'unfinished') {
    tell(surroundings, `ROTATION_TARGET stays on version ${target} for the next try of this rotation.`);
  } else if (isLeft) {
    await surroundings.secrets.moveLabel(secretId, { label: TARGET, from: target, to: undefined });
    tell(surroundings, `ROTATION_TARGET was taken off version ${target}.`);
  }
  if (ending.kind !== 'done') return EXIT.wrong;
  if (!isLeft) return EXIT.fine;
  answer(surroundings, [
    `FAILED: version ${versionId} has a new password. The function knows nothing of ROTATION_TARGET: deploy its present release.`,
  ]);
  return EXIT.wrong;
}
