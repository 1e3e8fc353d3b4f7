import { describe, expect, it } from 'vitest';
import { brokenPromises } from '../../local/demo/promises.ts';
import { promiseLines, resultLines, verdict } from '../../local/demo/report.ts';
import type { Paint } from '../../local/demo/terminal.ts';
import { alternatingUsers, dualPasswords, singleUser } from './observations.ts';

const plain: Paint = (_, text) => text;

describe('the table', () => {
  it('has a column for each strategy, and is aligned', () => {
    expect(resultLines([singleUser, alternatingUsers], plain)).toEqual([
      '                                           Single user   Alternating users',
      '  ────────────────────────────────────────────────────────────────────────',
      '  Rotations                                          2                   2',
      '    createSecret, median                         10 ms               10 ms',
      '    setSecret, median                            40 ms               40 ms',
      '    testSecret, median                           20 ms               20 ms',
      '    finishSecret, median                          5 ms                5 ms',
      '    all four steps, median                       75 ms               75 ms',
      '  Logins of the client                              43               1,234',
      '    failed                                           3                   0',
      '    gap without AWSCURRENT, median               30 ms                   -',
      '    gap without AWSCURRENT, longest              55 ms                   -',
      '    longest wait to get in again                 88 ms                   -',
      '  Failed logins in the log of the server             5                   0',
      '    of the client                                    3                   0',
      '    of our trying the old password                   2                   0',
      '    of the rotation                                  0                   0',
      '  ────────────────────────────────────────────────────────────────────────',
    ]);
  });

  it('has neither failed logins nor a gap with dual passwords', () => {
    const lines = resultLines([dualPasswords], plain);
    expect(lines[0]).toBe('                                           Single user, dual passwords');
    expect(lines.slice(8, -1)).toEqual([
      '  Logins of the client                                              40',
      '    failed                                                           0',
      '    gap without AWSCURRENT, median                                   -',
      '    gap without AWSCURRENT, longest                                  -',
      '    longest wait to get in again                                     -',
      '  Failed logins in the log of the server                             0',
      '    of the client                                                    0',
      '    of our trying the old password                                   0',
      '    of the rotation                                                  0',
    ]);
  });

  it('has no times of steps that never ran', () => {
    const nothing = { ...singleUser, rotations: [] };
    expect(resultLines([nothing], plain)[3]).toBe('    createSecret, median                             -');
  });
});

describe('the promises', () => {
  it('are listed, each with whether it held', () => {
    const lines = promiseLines(alternatingUsers, [], plain);
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('    ✔ AWSCURRENT logged in at every instant: no login of the client failed');
  });

  it('are told with what did not hold, once for each, and not without end', () => {
    const leaks = ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'g'].map((where) => `it stands in ${where}`);
    const leaking = { ...alternatingUsers, leaks };
    const lines = promiseLines(leaking, brokenPromises(leaking), plain);
    const at = lines.findIndex((line) => line.includes('✘'));
    expect(lines.slice(at, at + 7)).toEqual([
      "    ✘ Did not hold: No password or RotationToken in the function's or the server's logs",
      '        it stands in a (2 times)',
      '        it stands in b',
      '        it stands in c',
      '        it stands in d',
      '        it stands in e',
      '        and 2 more',
    ]);
  });
});

it.each([
  [0, '  ✔ All 20 promises held in 7.2 s'],
  [1, '  ✘ 1 promise of 20 did not hold in 7.2 s'],
  [2, '  ✘ 2 promises of 20 did not hold in 7.2 s'],
])('ends with the number of broken promises: %i', (broken, line) => {
  expect(verdict(20, broken, 7_210, plain)).toBe(line);
});
