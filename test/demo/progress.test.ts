import { describe, expect, it } from 'vitest';
import type { Client } from '../../local/demo/client.ts';
import { type Progress, progressLines, showProgress } from '../../local/demo/progress.ts';
import type { Terminal } from '../../local/demo/terminal.ts';

const client: Client = {
  observed: () => ({
    logins: 1_500,
    failures: [{ kind: 'rejected', from: 0, to: 1, reason: '' }],
    longestWait: 1,
  }),
  oneMoreLogin: async () => {},
  async [Symbol.asyncDispose]() {},
};

function pipe(): { terminal: Terminal; lines: string[] } {
  const lines: string[] = [];
  const terminal: Terminal = {
    interactive: false,
    paint: (_, text) => text,
    line: (text = '') => void lines.push(text),
    live: () => ({ [Symbol.dispose]() {} }),
    close() {},
  };
  return { terminal, lines };
}

describe('where lines cannot be changed', () => {
  it('writes a line for each rotation, with the times of the steps that ran', () => {
    const { terminal, lines } = pipe();
    using audience = showProgress('one-password', 2, client, terminal);
    audience.rotationStarts(1);
    audience.stepStarts('createSecret');
    audience.stepEnds('createSecret', 12.3);
    audience.stepEnds('setSecret', 40);
    audience.rotationEnds();
    audience.rotationStarts(2);
    audience.rotationEnds();
    expect(lines).toEqual([
      '    rotation 1: create 12 ms, set 40 ms, test -, finish -; client: 1,500 logins, 1 failed',
      '    rotation 2: create -, set -, test -, finish -; client: 1,500 logins, 1 failed',
    ]);
  });

  it('writes of many rotations only some, the last among them', () => {
    const { terminal, lines } = pipe();
    using audience = showProgress('one-password', 1_000, client, terminal);
    for (let n = 1; n <= 1_000; n++) {
      audience.rotationStarts(n);
      audience.rotationEnds();
    }
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toContain('rotation 1000:');
  });
});

it('shows on a screen every step, with its time once it has one, and how far it is', () => {
  const progress: Progress = {
    handover: 'two-users',
    wanted: 4,
    rotation: 2,
    running: undefined,
    took: new Map([['createSecret', 12]]),
    client: client.observed,
  };
  expect(progressLines(progress, (_, text) => text)).toEqual([
    '    createSecret  stores a new password as AWSPENDING                   12 ms',
    '    setSecret     brings the other user in line, sets its password           ',
    '    testSecret    logs in with it and compares what both may do              ',
    '    finishSecret  moves AWSCURRENT, which is what applications read          ',
    '',
    '    ━━━━━━━━━━──────────  rotation 2 of 4 · client: 1,500 logins, 1 failed',
  ]);
});
