import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { surviveOutput } from '../../../packages/rotation-doctor/src/output-failure.ts';

const failing = (code: string) => {
  const stdout = new PassThrough();
  const stderr = new PassThrough({ encoding: 'utf8' });
  const exitCodeFor = surviveOutput(stdout, stderr);
  const fail = () => stdout.emit('error', Object.assign(new Error(code), { code }));
  return { exitCodeFor, fail, said: () => stderr.read() };
};

it('a reader that goes away ends no command, and is no failure', () => {
  const { exitCodeFor, fail, said } = failing('EPIPE');
  fail();
  fail();
  expect([exitCodeFor(0), exitCodeFor(2)]).toEqual([0, 2]);
  expect(said()).toBeNull();
});

it('output that is lost for another reason is told once, and never passes for success', () => {
  const { exitCodeFor, fail, said } = failing('ENOSPC');
  expect(exitCodeFor(0)).toBe(0);
  fail();
  fail();
  expect([exitCodeFor(0), exitCodeFor(2)]).toEqual([1, 2]);
  expect(said()).toBe('The output could not be written: ENOSPC\n');
});
