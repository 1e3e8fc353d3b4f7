import type { Finding, PreflightReport } from '@rotation/core';
import { printable } from './printable.ts';

const REPORT_OUTCOMES = ['passed', 'warning', 'failed'] as const;
const FINDING_OUTCOMES = [...REPORT_OUTCOMES, 'skipped'] as const;

/** Reads what a function answered to a preflight; undefined when that is no report. */
export function parseReport(answer: unknown): PreflightReport | undefined {
  if (!isObject(answer) || !Array.isArray(answer['findings'])) return undefined;
  const outcome = oneOf(REPORT_OUTCOMES, answer['outcome']);
  const findings = answer['findings'].map(findingOf);
  if (outcome === undefined || findings.some((finding) => finding === undefined)) return undefined;
  return { outcome, findings: findings.filter((finding) => finding !== undefined) };
}

/** The finding of one check; undefined when it was not made. */
export function findingOn(check: string, report: PreflightReport): Finding | undefined {
  return report.findings.find((finding) => finding.check === check);
}

function findingOf(given: unknown): Finding | undefined {
  if (!isObject(given) || typeof given['check'] !== 'string') return undefined;
  const outcome = oneOf(FINDING_OUTCOMES, given['outcome']);
  if (outcome === undefined) return undefined;
  const { check, durationMs, differs } = given;
  return {
    check: printable(check),
    outcome,
    ...text('detail', given),
    ...text('error', given),
    ...text('cause', given),
    ...text('remedy', given),
    ...text('versionId', given),
    ...(Array.isArray(differs) && { differs: differs.map((key) => printable(String(key))) }),
    durationMs: typeof durationMs === 'number' ? durationMs : 0,
  };
}

function text<Key extends string>(key: Key, given: Record<string, unknown>): { [K in Key]?: string } {
  const value = given[key];
  return typeof value === 'string' ? ({ [key]: printable(value) } as { [K in Key]: string }) : {};
}

function oneOf<Choice extends string>(choices: readonly Choice[], given: unknown): Choice | undefined {
  return choices.find((known) => known === given);
}

const isObject = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);
