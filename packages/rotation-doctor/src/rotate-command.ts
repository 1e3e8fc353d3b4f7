import { agreement } from './agreement.ts';
import { AwsFailed } from './aws-failure.ts';
import { endingLines } from './ending-words.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { watch } from './rotation-watch.ts';
import type { Secret } from './secrets.ts';
import { functionOf, type Subject, subjectOf } from './subject.ts';
import { answer, type Surroundings, tell } from './surroundings.ts';
import { ago } from './time-words.ts';

export interface RotateOptions {
  readonly wait?: boolean;
  /** In ms. */
  readonly timeout: number;
  readonly yes?: boolean;
  readonly stuckAfter?: number;
}

/** Starts a rotation, unless one is under way, and follows it to its end. */
export async function rotate(
  secretId: string,
  options: RotateOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { secrets, now } = surroundings;
  const subject = await subjectOf(secretId, options, surroundings);
  const functionArn = functionOf(subject.secret);
  await agreeToStart(subject, options, surroundings);
  const since = now();
  const versionId = await versionUnderRotation(secretId, subject, surroundings);
  if (!options.wait) {
    answer(surroundings, [
      `A rotation of ${subject.secret.name} towards version ${versionId} is under way.`,
      `Next: npx --no rotation-doctor rotate ${subject.secret.name} --wait`,
    ]);
    return EXIT.fine;
  }
  const ending = await watch(secretId, { functionArn, versionId, since }, options, surroundings);
  answer(surroundings, endingLines(ending, versionId, await secrets.describe(secretId)));
  return ending.kind === 'done' ? EXIT.fine : EXIT.wrong;
}

/** Following a rotation that is under way changes nothing. */
async function agreeToStart(
  { secret, state }: Subject,
  options: RotateOptions,
  surroundings: Surroundings,
): Promise<void> {
  if (state.kind === 'in-progress') return;
  tell(surroundings, `A rotation gives ${secret.name} a new password, and moves AWSCURRENT to it.`);
  tellOfTurningOn(secret, surroundings);
  await agreement('Start it?', options, surroundings);
}

/** RotateSecret turns rotation on, whoever turned it off. */
export function tellOfTurningOn({ name, rotationEnabled }: Secret, surroundings: Surroundings): void {
  if (rotationEnabled) return;
  tell(surroundings, `Rotation of ${name} is turned off. This turns it on, with the schedule that it had.`);
}

async function versionUnderRotation(
  secretId: string,
  { state }: Subject,
  surroundings: Surroundings,
): Promise<string> {
  const { secrets, now } = surroundings;
  switch (state.kind) {
    case 'in-progress': {
      const { versionId, began } = state.rotation;
      tell(
        surroundings,
        `A rotation towards version ${versionId} is under way already, since ${ago(began, now())}. None is started.`,
      );
      return versionId;
    }
    case 'stuck':
      tell(
        surroundings,
        `A rotation towards version ${state.rotation.versionId} is stuck. Secrets Manager is asked to try it again.`,
      );
      return retried(secretId, state.rotation.versionId, surroundings);
    default:
      return secrets.rotate(secretId);
  }
}

/** How the service says yes to this: "A previous rotation isn't complete. That rotation will be reattempted." */
const REATTEMPTED = 'That rotation will be reattempted';

async function retried(secretId: string, versionId: string, { secrets }: Surroundings): Promise<string> {
  try {
    return await secrets.rotate(secretId);
  } catch (error) {
    if (error instanceof AwsFailed && error.message.includes(REATTEMPTED)) return versionId;
    throw error;
  }
}
