import { diagnosisOf } from './diagnosis.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { nameOf } from './functions.ts';
import { CURRENT, holderOf, type Labels, TARGET } from './labels.ts';
import { isWrong, type State } from './secret-state.ts';
import type { Secret } from './secrets.ts';
import { wordsFor } from './state-words.ts';
import type { StepLine } from './step-log.ts';
import { type Style, styled } from './styles.ts';
import { type Subject, subjectOf } from './subject.ts';
import { answer, type Surroundings } from './surroundings.ts';
import { tableOf } from './table.ts';
import { around, utc } from './time-words.ts';

export interface StatusOptions {
  readonly format: 'table' | 'json';
  readonly stuckAfter?: number;
}

/** Says what state a secret's rotation is in, and why. */
export async function status(
  secretId: string,
  options: StatusOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const subject = await subjectOf(secretId, options, surroundings);
  const { state, failure } = await diagnosisOf(subject, surroundings);
  const lines = options.format === 'json' ? jsonLines : textLines;
  answer(surroundings, lines({ ...subject, state }, failure, surroundings));
  return isWrong(state) ? EXIT.wrong : EXIT.fine;
}

function jsonLines(
  { secret, versions, state }: Subject,
  failure: StepLine | undefined,
  { now }: Surroundings,
): string[] {
  const words = wordsFor(state, secret, now());
  const report = {
    secret: secret.name,
    arn: secret.arn,
    function: secret.functionArn,
    state: state.kind,
    detail: words.detail,
    command: words.command,
    rotationEnabled: secret.rotationEnabled,
    lastRotated: secret.lastRotated,
    nextRotation: secret.nextRotation,
    lastFailure: failure && { step: failure.step, at: failure.at, ...failure.error },
    versions: versions.map(({ id, created, labels }) => ({ versionId: id, created, stages: labels })),
  };
  return [JSON.stringify(report, undefined, 2)];
}

function textLines(
  { secret, versions, state }: Subject,
  failure: StepLine | undefined,
  { stdout, now }: Surroundings,
): string[] {
  const at = now();
  const words = wordsFor(state, secret, at);
  const when = (date: Date | undefined) => (date === undefined ? '-' : around(date, at));
  return [
    `Secret    ${secret.name}`,
    `ARN       ${secret.arn}`,
    `Function  ${secret.functionArn === undefined ? '-' : nameOf(secret.functionArn)}`,
    `State     ${styled(styleOf(state), words.name, stdout)}: ${words.detail}`,
    ...(failure?.error
      ? [`Failure   ${utc(failure.at)}, ${failure.error.name}: ${failure.error.message}`]
      : []),
    `Rotated   ${when(secret.lastRotated)}`,
    `Next      ${when(secret.nextRotation)}`,
    ...targetLines(secret.labels),
    ...(words.command === undefined ? [] : [`Do        ${words.command}`]),
    '',
    ...versionLines(versions, secret, at),
  ];
}

/** A target that is AWSCURRENT asks for nothing, but would once another version is. */
function targetLines(labels: Labels): string[] {
  const target = holderOf(TARGET, labels);
  if (target === undefined) return [];
  return target === holderOf(CURRENT, labels)
    ? [`Target    ROTATION_TARGET is on AWSCURRENT, where no rotation needs it: unstick takes it off.`]
    : [`Target    The next rotation is to end with the login of version ${target}.`];
}

/** The versions with a label, newest first: of the others there may be a hundred. One that is not listed yet is new. */
function versionLines(versions: Subject['versions'], { labels }: Secret, now: Date): string[] {
  const created = new Map(versions.map((version) => [version.id, version.created]));
  const rows = [...labels]
    .map(([id, stages]) => ({ id, stages, date: created.get(id) }))
    .sort((one, other) => Number(other.date ?? now) - Number(one.date ?? now))
    .map(({ id, stages, date }) => [id, date === undefined ? '-' : around(date, now), stages.join(', ')]);
  return tableOf(['VERSION', 'CREATED', 'LABELS'], rows);
}

function styleOf(state: State): Style {
  if (isWrong(state)) return 'red';
  return state.kind === 'in-progress' ? 'yellow' : 'green';
}
