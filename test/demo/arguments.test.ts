import { expect, it } from 'vitest';
import { parseArguments } from '../../local/demo/arguments.ts';

it('rotates PostgreSQL by both strategies, five times each, unless told otherwise', () => {
  expect(parseArguments([])).toEqual({
    kind: 'run',
    options: { engine: 'postgres', strategies: ['single-user', 'alternating-users'], rotations: 5 },
  });
});

it('takes an engine, a strategy and a number', () => {
  const given = ['--engine', 'mysql', '--strategy=alternating-users', '--rotations', '1000'];
  expect(parseArguments(given)).toEqual({
    kind: 'run',
    options: { engine: 'mysql', strategies: ['alternating-users'], rotations: 1_000 },
  });
});

it.each([['--help'], ['-h'], ['--help', '--rotations', '0']])('helps: %s', (...given) => {
  expect(parseArguments(given)).toEqual({ kind: 'help' });
});

it.each([
  [['--engine', 'oracle'], '--engine takes postgres or mysql or mariadb, not "oracle"'],
  [['--strategy', 'both'], '--strategy takes single-user or alternating-users, not "both"'],
  [['--rotations', '0'], '--rotations takes a whole number from 1 to 1000, not "0"'],
  [['--rotations', '1001'], '--rotations takes a whole number from 1 to 1000, not "1001"'],
  [['--rotations', '1.5'], '--rotations takes a whole number from 1 to 1000, not "1.5"'],
  [['--rotations'], "Option '--rotations <value>' argument missing"],
  [['--bogus'], "Unknown option '--bogus'"],
  [['5'], "Unexpected argument '5'"],
])('refuses %j', (given, problem) => {
  expect(parseArguments(given)).toMatchObject({ kind: 'wrong', problem: expect.stringContaining(problem) });
});
