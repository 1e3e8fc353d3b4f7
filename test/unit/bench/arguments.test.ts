import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../local/bench/arguments.ts';
import { parseArguments as parseFleetArguments } from '../../../local/bench/fleet/arguments.ts';

describe('the command line of the bench', () => {
  it('means everything by default', () => {
    expect(parseArguments([])).toEqual({
      engines: ['postgres', 'mysql', 'mariadb'],
      latencies: [0, 5, 20],
      repeat: 15,
      json: undefined,
      write: false,
      help: false,
    });
  });

  it('takes lists and files', () => {
    const args = ['--engine', 'mysql', '--latency', '0,100', '--repeat', '3', '--json', 'results.json'];
    expect(parseArguments(args)).toMatchObject({
      engines: ['mysql'],
      latencies: [0, 100],
      repeat: 3,
      json: 'results.json',
    });
  });

  it.each([
    [['--engine', 'oracle'], '--engine takes postgres, mysql, mariadb, not "oracle".'],
    [['--repeat', '0'], '--repeat takes whole numbers from 1 to 200, not "0".'],
    [['--latency', '5,'], '--latency takes whole numbers from 0 to 1000, not "".'],
    [['--latency', '5,0,5'], '--latency takes each number once, not "5,0,5".'],
    [['--latency', '-1'], "Option '--latency' argument is ambiguous."],
    [['--write', '--repeat', '2'], '--write is for a whole run'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, words) => {
    expect(() => parseArguments(args)).toThrow(words);
  });
});

describe('the command line of the fleet', () => {
  it('means a thousand secrets by default, by more and more at a time', () => {
    expect(parseFleetArguments([])).toMatchObject({
      secrets: 1000,
      atOnce: [1, 10, 50, 200],
      grants: [10, 100, 1000, 10000],
      connections: 20,
      latency: 5,
    });
  });

  it.each([
    [['--secrets', '1'], '--secrets takes whole numbers from 2 to 10000, not "1".'],
    [['--connections', '9'], '--connections takes whole numbers from 10 to 1000, not "9".'],
    [['--secrets', '3'], '--secrets takes even numbers, half of them for each server, not "3".'],
    [['--grants', '10,10'], '--grants takes each number once, not "10,10".'],
    [['--at-once', '10,500'], '--at-once takes whole numbers from 1 to 200, not "500".'],
    [['--write', '--secrets', '10'], '--write is for a whole run'],
  ])('refuses %j', (args, words) => {
    expect(() => parseFleetArguments(args)).toThrow(words);
  });
});
