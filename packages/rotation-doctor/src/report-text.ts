import type { Writable } from 'node:stream';
import type { Finding, PreflightReport } from '@rotation/core';
import { type Style, styled } from './styles.ts';

const STYLES: Readonly<Record<Finding['outcome'], Style>> = {
  passed: 'green',
  warning: 'yellow',
  failed: 'red',
  skipped: 'dim',
};
const LONGEST_OUTCOME = 'warning'.length;

/** A finding a line, with what was said of it and what to do on lines of their own. */
export function reportLines({ findings }: PreflightReport, stream: Writable): string[] {
  const longestCheck = Math.max(0, ...findings.map(({ check }) => check.length));
  const longestTime = Math.max(0, ...findings.map((finding) => timeOf(finding).length));
  const indent = ' '.repeat(LONGEST_OUTCOME + longestCheck + longestTime + 6);
  return findings.flatMap((finding) => {
    const { outcome, check, error, detail, cause, remedy } = finding;
    const found = [error, detail].filter((part) => part !== undefined).join(': ');
    const mark = styled(STYLES[outcome], outcome.padEnd(LONGEST_OUTCOME), stream);
    const time = timeOf(finding).padStart(longestTime);
    const line = `${mark}  ${check.padEnd(longestCheck)}  ${time}  ${found}`.trimEnd();
    return [
      line,
      ...(cause === undefined ? [] : [`${indent}Why: ${cause}`]),
      ...(remedy === undefined ? [] : [`${indent}Do: ${remedy}`]),
    ];
  });
}

function timeOf({ outcome, durationMs }: Finding): string {
  return outcome === 'skipped' ? '' : `${durationMs} ms`;
}
