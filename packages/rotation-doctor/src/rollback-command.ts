import { agreement } from './agreement.ts';
import { Refused, Trouble } from './doctor-error.ts';
import { endingLines } from './ending-words.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { takeOff } from './label-moves.ts';
import { CURRENT, holderBesideCurrent, holderOf, PENDING, PREVIOUS, TARGET } from './labels.ts';
import { findingOn } from './preflight-report.ts';
import { tellOfTurningOn } from './rotate-command.ts';
import { targetLeft, withTarget } from './rotation-target.ts';
import { type Ending, watch } from './rotation-watch.ts';
import type { Secret } from './secrets.ts';
import { functionOf, type Subject, subjectOf } from './subject.ts';
import { answer, type Surroundings, tell } from './surroundings.ts';
import { around } from './time-words.ts';
import { failureWords } from './unstick-plan.ts';
import { leaving } from './what-is-left.ts';

/** The function's error when no rotation can end with the login that is wanted back. */
const REFUSED = 'RotationTargetRefused';

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
  const { now } = surroundings;
  const subject = await subjectOf(secretId, {}, surroundings);
  const { secret } = subject;
  const functionArn = functionOf(secret);
  const target = wantedVersion(subject, options);
  const report = await surroundings.functions.preflight(functionArn, secret.arn);
  answer(surroundings, planLines(target, subject, now()));
  for (const finding of report.findings.filter(({ outcome }) => outcome === 'failed')) {
    tell(surroundings, `That rotation may fail: ${failureWords(finding)}`);
  }
  tellOfTurningOn(secret, surroundings);
  await agreement('Go on?', options, surroundings);

  const since = now();
  const versionId = await withTarget(secret, target, surroundings, async () => {
    await refuseUnfit(functionArn, secret, surroundings);
    return surroundings.secrets.rotate(secret.arn);
  });
  const underWay = `The rotation towards version ${versionId} goes on by itself. Next: npx --no rotation-doctor rotate ${secret.name} --wait`;
  const patience = { timeout: options.timeout, hopeless: REFUSED };
  const ending = await leaving(underWay, surroundings, () =>
    watch(secret.arn, { functionArn, versionId, since }, patience, surroundings),
  );
  return settle({ secret, target, versionId, ending }, surroundings);
}

function wantedVersion({ secret, versions }: Subject, { to }: RollbackOptions): string {
  const { name, labels } = secret;
  const pending = holderBesideCurrent(PENDING, labels);
  if (pending !== undefined) {
    throw new Refused(
      `Nothing was changed: a rotation of ${name} towards version ${pending} has not ended. See npx --no rotation-doctor status ${name}.`,
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

/** The function can only look at a version that has the label. */
async function refuseUnfit(functionArn: string, { arn }: Secret, { functions }: Surroundings): Promise<void> {
  const finding = findingOn('rotation target', await functions.preflight(functionArn, arn));
  if (finding?.outcome === 'failed') throw new Trouble(failureWords(finding));
}

interface Rollback {
  readonly secret: Secret;
  readonly target: string;
  readonly versionId: string;
  readonly ending: Ending;
}

/** The function takes ROTATION_TARGET off once it has proposed that login. */
async function settle(
  { secret, target, versionId, ending }: Rollback,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { secrets } = surroundings;
  const { arn, name } = secret;
  const isRefused = ending.kind === 'unfinished' && ending.failure?.error?.name === REFUSED;
  const seen = await secrets.describe(arn);
  const isLeft = holderOf(TARGET, seen.labels) === target;
  const goesOn = ending.kind === 'unfinished' && !isRefused;
  if (goesOn && isLeft) {
    tell(surroundings, `ROTATION_TARGET stays on version ${target} for the next try of this rotation.`);
  }
  if (!goesOn) {
    await leaving(targetLeft(name, target), surroundings, async () => {
      // AWSPENDING first: without the target, a further try of this rotation would make a new password.
      if (isRefused && holderBesideCurrent(PENDING, seen.labels) === versionId) {
        await takeOff(arn, { label: PENDING, from: versionId }, secrets);
        tell(surroundings, `AWSPENDING was taken off version ${versionId}.`);
      }
      if (!isLeft) return;
      await takeOff(arn, { label: TARGET, from: target }, secrets);
      tell(surroundings, `ROTATION_TARGET was taken off version ${target}.`);
    });
  }
  const shown: Ending = isRefused ? { ...ending, kind: 'given-up' } : ending;
  answer(surroundings, endingLines(shown, versionId, seen));
  if (ending.kind !== 'done') return EXIT.wrong;
  answer(surroundings, [
    isLeft
      ? `FAILED: the function has not used ROTATION_TARGET, so version ${versionId} has another login than version ${target}.`
      : `The function proposes the login of version ${target} and then takes ROTATION_TARGET off, where it is no more.`,
  ]);
  return isLeft ? EXIT.wrong : EXIT.fine;
}
