import type {
  DatabaseSecret,
  PreflightReport,
  Rotation,
  RotationError,
  RotationStrategy,
} from '@rotation/core';
import { openPreflight } from '../../../layers/rotation-core/src/preflight.ts';

export interface Preflown extends PreflightReport {
  readonly failure: RotationError | undefined;
  /** The findings in short: each check with its outcome. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** What was said of a check. */
  detail(check: string): string | undefined;
}

/** Makes a strategy's part of a preflight. */
export async function preflight(
  strategy: RotationStrategy,
  current: DatabaseSecret,
  rotation: Rotation,
): Promise<Preflown> {
  const record = openPreflight(() => {});
  await strategy.preflight(current, record, rotation);
  const report = record.report();
  return {
    ...report,
    failure: record.failure(),
    outcomes: Object.fromEntries(report.findings.map(({ check, outcome }) => [check, outcome])),
    detail: (name) => report.findings.find(({ check }) => check === name)?.detail,
  };
}
