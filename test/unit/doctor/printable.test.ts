import { describe, expect, it } from 'vitest';
import { AwsFailed } from '../../../packages/rotation-doctor/src/aws-failure.ts';
import { parseReport } from '../../../packages/rotation-doctor/src/preflight-report.ts';
import { printable } from '../../../packages/rotation-doctor/src/printable.ts';
import { parseLine } from '../../../packages/rotation-doctor/src/step-log.ts';

/** Clears the screen, begins a line, and clears the screen as C1 has it. */
const HOSTILE = 'no\u001b[2J\npassed\r\u009b2J\u007f';
const SHOWN = 'no\\u001b[2J\\u000apassed\\u000d\\u009b2J\\u007f';

describe('words of others', () => {
  it('cannot steer a terminal, nor begin a line', () => {
    expect(printable(HOSTILE)).toBe(SHOWN);
  });

  it('are left as they are in every language', () => {
    expect(printable('Le mot de passe « é » – 密码 😀')).toBe('Le mot de passe « é » – 密码 😀');
  });

  it('are made so in a report', () => {
    const finding = { check: HOSTILE, outcome: 'failed', durationMs: 1 };
    const words = { error: HOSTILE, detail: HOSTILE, cause: HOSTILE, remedy: HOSTILE, differs: [HOSTILE] };
    expect(parseReport({ outcome: 'failed', findings: [{ ...finding, ...words }] })?.findings).toEqual([
      {
        check: SHOWN,
        outcome: 'failed',
        error: SHOWN,
        detail: SHOWN,
        cause: SHOWN,
        remedy: SHOWN,
        differs: [SHOWN],
        durationMs: 1,
      },
    ]);
  });

  it('are made so in a log and in what AWS says', () => {
    const line = { message: 'step failed', step: 'setSecret', versionId: 'two' };
    expect(parseLine(JSON.stringify({ ...line, error: { name: HOSTILE, message: HOSTILE } }))?.error).toEqual(
      { name: SHOWN, message: SHOWN },
    );
    const failed = new AwsFailed({ action: 'a', target: 'b' }, new Error(HOSTILE));
    expect(failed.message).toContain(SHOWN);
  });
});
