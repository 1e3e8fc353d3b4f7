import { now } from './clock.ts';
import { RotationError, UnexpectedFailure } from './errors.ts';

/** What was found out about one thing. Only names, counts and times: no password. */
export interface Finding {
  readonly check: string;
  /** `skipped` when what the check needs was not to be had: a finding before it says why. */
  readonly outcome: 'passed' | 'warning' | 'failed' | 'skipped';
  /** What was found, as a phrase or as sentences. */
  readonly detail?: string;
  /** The name of the error that a rotation would fail with. */
  readonly error?: string;
  /** What the server, the driver or AWS said, in its own words. */
  readonly cause?: string;
  /** What the operator should do. */
  readonly remedy?: string;
  /** The version of the secret that it is about, where a program may act on it. */
  readonly versionId?: string;
  /** The keys, besides the login, in which that version is not as AWSCURRENT. */
  readonly differs?: readonly string[];
  readonly durationMs: number;
}

/** What a check may say beside its result. */
export interface Remarks {
  note(detail: string): void;
  warn(detail: string, remedy: string): void;
  /**
   * Names the version that the finding is about.
   * @param differs the keys, besides the login, in which it is not as AWSCURRENT
   */
  about(versionId: string, differs: readonly string[]): void;
  /** Adds the time of what was done for the check before it began, in ms. */
  took(milliseconds: number): void;
}

/** What a check needs, when it is there. */
type Had<Needs extends readonly unknown[]> = { [K in keyof Needs]: NonNullable<Needs[K]> };

/**
 * A preflight under way: checks one after the other, none of which changes anything, and none of which keeps the others from
 * being made when it fails.
 */
export interface Preflight {
  /**
   * Makes one check.
   * @param needs results of checks before it; when one is missing the check is skipped
   * @returns what `run` does; undefined when it threw or was skipped
   */
  check<T, Needs extends readonly unknown[]>(
    name: string,
    needs: readonly [...Needs],
    run: (remarks: Remarks, ...needs: Had<Needs>) => Promise<T>,
  ): Promise<T | undefined>;
  /** Adds what a check has found out about something else on its way. */
  add(finding: Omit<Finding, 'durationMs'>): void;
}

/** What a preflight found, in the order of the checks. */
export interface PreflightReport {
  /** The worst of the findings. */
  readonly outcome: 'passed' | 'warning' | 'failed';
  readonly findings: readonly Finding[];
}

export interface RecordedPreflight extends Preflight {
  report(): PreflightReport;
  /** The first error. */
  failure(): RotationError | undefined;
}

/** @param unexpected hears of errors that nobody foresaw, whose stack no finding has */
export function openPreflight(unexpected: (failure: RotationError) => void): RecordedPreflight {
  const findings: Finding[] = [];
  let first: RotationError | undefined;

  return {
    async check(name, needs, run) {
      if (needs.some((need) => need === undefined)) {
        findings.push({ check: name, outcome: 'skipped', durationMs: 0 });
        return undefined;
      }
      const started = now();
      let before = 0;
      const durationMs = () => Math.round(before + now() - started);
      const details: string[] = [];
      const remedies: string[] = [];
      let subject: Pick<Finding, 'versionId' | 'differs'> = {};
      const remarks: Remarks = {
        note: (detail) => details.push(detail),
        warn: (detail, remedy) => {
          details.push(detail);
          remedies.push(remedy);
        },
        about: (versionId, differs) => {
          subject = { versionId, differs };
        },
        took: (milliseconds) => {
          before = milliseconds;
        },
      };
      try {
        const result = await run(remarks, ...(needs as Had<typeof needs>));
        findings.push({
          check: name,
          outcome: remedies.length > 0 ? 'warning' : 'passed',
          ...(details.length > 0 && { detail: details.join(' ') }),
          ...(remedies.length > 0 && { remedy: remedies.join(' ') }),
          ...subject,
          durationMs: durationMs(),
        });
        return result;
      } catch (error) {
        const failure = error instanceof RotationError ? error : new UnexpectedFailure(error);
        if (failure !== error) unexpected(failure);
        first ??= failure;
        findings.push({ check: name, ...failed(failure), durationMs: durationMs() });
        return undefined;
      }
    },

    add(finding) {
      findings.push({ ...finding, durationMs: 0 });
    },

    report: () => ({ outcome: worstOf(findings), findings }),
    failure: () => first,
  };
}

function failed({ name, happened, remedy, cause }: RotationError): Omit<Finding, 'check' | 'durationMs'> {
  return {
    outcome: 'failed',
    error: name,
    detail: happened,
    ...(cause instanceof Error && { cause: cause.message }),
    remedy,
  };
}

function worstOf(findings: readonly Finding[]): PreflightReport['outcome'] {
  const outcomes = new Set(findings.map(({ outcome }) => outcome));
  if (outcomes.has('failed')) return 'failed';
  return outcomes.has('warning') ? 'warning' : 'passed';
}
