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
  const indent = ' '.repeat(LONGEST_OUTCOME + longestCheck + 4);
  return findings.flatMap(({ outcome, check, error, detail, cause, remedy }) => {
    const found = [error, detail].filter((part) => part !== undefined).join(': ');
    const mark = styled(STYLES[outcome], outcome.padEnd(LONGEST_OUTCOME), stream);
    const line = `${mark}  ${check.padEnd(longestCheck)}  ${found}`.trimEnd();
    return [
      line,
      ...(cause === undefined ? [] : [`${indent}Why: ${cause}`]),
      ...(remedy === undefined ? [] : [`${indent}Do: ${remedy}`]),
    ];
  });
}
