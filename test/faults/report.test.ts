import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import type { CaseResult } from './case.ts';
import { tableOf } from './table.ts';
import { complaints, type TaskResult } from './task.ts';

const well: CaseResult = {
  point: { step: 'setSecret', channel: 'database', name: 'login of user', occurrence: 2 },
  fault: 'never arrives',
  way: 'same token again',
  met: true,
  available: true,
  violations: [],
};
const badly: CaseResult = {
  ...well,
  fault: 'answer is lost',
  available: false,
  violations: [{ invariant: 'I2', detail: 'no stored version logs in' }],
  unrecovered: 'testSecret failed with LoginRejected',
};
const result: TaskResult = {
  task: { engine: 'mysql', strategy: 'single-user', rotationsBefore: 1 },
  points: ['one', 'two'],
  refusedLogins: ['login of user'],
  results: [well, badly, { ...well, met: false }],
  leaks: ["ALTER USER … BY '…'"],
};

describe('the report', () => {
  it('counts what was tried and what went wrong', () => {
    expect(tableOf([result])).toBe(
      [
        '| engine | strategy    | rotation | points | cases | AWSCURRENT rejected | recovered | I1 | I2 | I3 | I4 | I5 | I6 | I7 |',
        '| ------ | ----------- | -------- | -----: | ----: | ------------------: | --------: | -: | -: | -: | -: | -: | -: | -: |',
        '| mysql  | single-user | second   |      2 |     3 |                   1 |         1 |  0 |  1 |  0 |  0 |  1 |  1 |  0 |',
        '| all    |             |          |      2 |     3 |                   1 |         1 |  0 |  1 |  0 |  0 |  1 |  1 |  0 |',
      ].join('\n'),
    );
  });

  it('names each case that went wrong, and why', () => {
    expect(complaints(result)).toEqual([
      'I6: the rotation that nothing disturbed had a refused login of user',
      'setSecret: login of user (2) | answer is lost | same token again: ' +
        'I2: no stored version logs in; not recovered: testSecret failed with LoginRejected',
      'setSecret: login of user (2) | never arrives | same token again: the rotation did not come to this point',
      "I5: the server's log has a password: ALTER USER … BY '…'",
    ]);
  });
});

describe('the command line', () => {
  it('means the whole matrix by default', () => {
    expect(parseArguments([])).toMatchObject({
      engines: ['postgres', 'mysql', 'mariadb'],
      strategies: ['single-user', 'dual-passwords', 'alternating-users'],
      write: false,
    });
  });

  it.each([
    [['--engine', 'oracle'], '--engine is none of postgres, mysql, mariadb.'],
    [
      ['--engine', 'postgres', '--strategy', 'dual-passwords'],
      '--strategy dual-passwords is none of --engine postgres.',
    ],
    [['--without', 'luck'], '--without is none of write-ahead, '],
    [['--write', '--only', 'x'], '--write is for the whole matrix'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, words) => {
    expect(() => parseArguments(args)).toThrow(words);
  });
});
