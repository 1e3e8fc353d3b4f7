import type { PreflightReport } from '@rotation/core';
import { agreement } from './agreement.ts';
import { Refused } from './doctor-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { nameOf } from './functions.ts';
import { makeMoves } from './label-moves.ts';
import { findingOn } from './preflight-report.ts';
import { functionOf, type Subject, subjectOf } from './subject.ts';
import { answer, type Surroundings, tell } from './surroundings.ts';
import { type Plan, unstickPlan } from './unstick-plan.ts';
import { leaving } from './what-is-left.ts';

export interface UnstickOptions {
  readonly yes?: boolean;
  /** Also where that changes more than the login. */
  readonly evenIfDiffering?: boolean;
  readonly stuckAfter?: number;
}

/** Moves the labels that keep a secret from working, once its function has proven which version logs in. */
export async function unstick(
  secretId: string,
  options: UnstickOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const subject = await subjectOf(secretId, options, surroundings);
  const functionArn = functionOf(subject.secret);
  refuseInProgress(subject);
  const ask = () => surroundings.functions.preflight(functionArn, subject.secret.arn);
  tell(surroundings, `Asking ${nameOf(functionArn)} which version logs in. It changes nothing.`);
  const report = await ask();
  const plan = unstickPlan(subject, report);
  answer(surroundings, planLines(plan));
  switch (plan.kind) {
    case 'nothing':
      return report.outcome === 'failed' ? otherFailures(report, subject, surroundings) : EXIT.fine;
    case 'by-hand':
      return EXIT.wrong;
    case 'moves': {
      await agreement('Go on?', agreed(plan, options), surroundings);
      const half = `Moves after the last that is shown as done may not have been made. Next: npx --no rotation-doctor unstick ${subject.secret.name}`;
      await leaving(half, surroundings, () =>
        makeMoves(secretId, plan.moves, subject.secret.labels, surroundings, ({ words }) =>
          answer(surroundings, [`Done: ${words}`]),
        ),
      );
      return verify(await ask(), subject, surroundings);
    }
    default:
      throw new TypeError(`unknown plan ${plan satisfies never}`);
  }
}

/** A step that is at work would find labels that it has not put there. */
function refuseInProgress({ secret, state }: Subject): void {
  if (state.kind !== 'in-progress') return;
  throw new Refused(
    `Nothing was changed: a rotation towards version ${state.rotation.versionId} is in progress. Follow it with npx --no rotation-doctor rotate ${secret.name} --wait, or say with --stuck-after 0s that it is dead.`,
  );
}

function planLines(plan: Plan): string[] {
  switch (plan.kind) {
    case 'nothing':
      return [plan.why, 'Nothing is stuck, and nothing was changed.'];
    case 'moves':
      return [
        plan.why,
        ...plan.moves.map(({ words }) => `To do: ${words}`),
        ...differenceLines(plan.differs),
      ];
    case 'by-hand':
      return [plan.why, 'Nothing was changed.', ...plan.ways.map((way) => `Do: ${way}`)];
    default:
      throw new TypeError(`unknown plan ${plan satisfies never}`);
  }
}

/** The function has tried that login as AWSCURRENT says, whose other keys may have been changed on purpose since. */
function differenceLines(differs: readonly string[]): string[] {
  if (differs.length === 0) return [];
  return [
    `Warning: the values of ${differs.join(', ')} are others in that version than in AWSCURRENT, and applications would read them.`,
    'To keep those of AWSCURRENT: store its value with the login that works, with aws secretsmanager put-secret-value.',
  ];
}

/** What `--yes` says yes to: not to values that nobody has looked at. */
function agreed({ differs }: Plan & { kind: 'moves' }, { yes = false, evenIfDiffering }: UnstickOptions) {
  if (!yes || differs.length === 0 || evenIfDiffering) return { yes };
  throw new Refused('Nothing was changed. Look at that version, and add --even-if-differing to go on.');
}

/** The proof that it helped. */
function verify(report: PreflightReport, subject: Subject, surroundings: Surroundings): ExitCode {
  const login = findingOn('login', report);
  if (login?.outcome !== 'passed') {
    answer(surroundings, [
      `The login of AWSCURRENT does not work: ${[login?.error, login?.detail].filter(Boolean).join(': ')}`,
      `Next: npx --no rotation-doctor unstick ${subject.secret.name}`,
    ]);
    return EXIT.wrong;
  }
  answer(surroundings, ['The login of AWSCURRENT works.']);
  if (report.outcome === 'failed') return otherFailures(report, subject, surroundings);
  answer(surroundings, [`Next: npx --no rotation-doctor rotate ${subject.secret.name} --wait`]);
  return EXIT.fine;
}

function otherFailures(
  { findings }: PreflightReport,
  { secret }: Subject,
  surroundings: Surroundings,
): ExitCode {
  const failed = findings.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check);
  answer(surroundings, [
    `The next rotation will fail all the same: ${failed.join(', ')}.`,
    `Next: npx --no rotation-doctor preflight ${secret.name}`,
  ]);
  return EXIT.wrong;
}
