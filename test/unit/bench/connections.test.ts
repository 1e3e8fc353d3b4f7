import { expect, it } from 'vitest';
import { peakInLog } from '../../../local/bench/fleet/connections.ts';

const at = (pid: number, words: string) => `2026-01-31 10:00:00.000 UTC [${pid}] ${words}`;
const comes = (pid: number) =>
  at(pid, 'LOG:  connection authorized: user=fleet_1 database=postgres SSL enabled');
const goes = (pid: number) => at(pid, 'LOG:  disconnection: session time: 0:00:00.010 user=fleet_1');
const refused = (pid: number) => at(pid, 'FATAL:  sorry, too many clients already');

it.each([
  ['nobody', [], 0],
  ['one after the other', [comes(1), goes(1), comes(2), goes(2)], 1],
  ['two, and one after the first', [comes(1), comes(2), goes(1), comes(3), goes(2), goes(3)], 2],
  ['those who were refused left out', [comes(1), refused(2), comes(2), refused(2), comes(3), goes(1)], 2],
  [
    'what a statement says left out',
    [comes(1), at(1, "LOG:  statement: SELECT 'disconnection: '"), comes(2)],
    2,
  ],
])('the peak of connections: %s', (_, lines, peak) => {
  expect(peakInLog(`${lines.join('\n')}\n`)).toBe(peak);
});
