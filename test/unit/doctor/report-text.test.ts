import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseReport } from '../../../packages/rotation-doctor/src/preflight-report.ts';
import { reportLines } from '../../../packages/rotation-doctor/src/report-text.ts';

const ANSWER = {
  outcome: 'failed',
  findings: [
    { check: 'port', outcome: 'passed', durationMs: 1 },
    {
      check: 'TLS',
      outcome: 'failed',
      error: 'TlsFailed',
      detail: 'The TLS certificate of db:5432 has expired, so no password was sent.',
      cause: 'certificate has expired',
      remedy: "Renew the server's certificate.",
      durationMs: 2,
    },
    { check: 'login', outcome: 'skipped', durationMs: 0 },
  ],
};

describe('a report', () => {
  it('is read as the function made it', () => {
    expect(parseReport(ANSWER)).toEqual(ANSWER);
  });

  it('has a line for each check, and of one that failed also why it did and what to do', () => {
    const report = parseReport(ANSWER);
    expect(report && reportLines(report, new PassThrough())).toEqual([
      'passed   port   1 ms',
      'failed   TLS    2 ms  TlsFailed: The TLS certificate of db:5432 has expired, so no password was sent.',
      '                      Why: certificate has expired',
      "                      Do: Renew the server's certificate.",
      'skipped  login',
    ]);
  });
});
