import { describe, expect, it } from 'vitest';
import { openEnvironments } from '../../../local/bench/fleet/environments.ts';
import type { Member } from '../../../local/bench/fleet/members.ts';
import { retriesOf } from '../../../local/bench/fleet/retries.ts';
import type { Wave } from '../../../local/bench/fleet/wave.ts';
import { runWaves } from '../../../local/bench/fleet/waves.ts';
import { outcomeOf } from '../../../local/bench/settled.ts';
import { FunctionError, type MeasurableProcess } from '../../../local/lambda/function-process.ts';
import type { RotationOutcome } from '../../../local/secrets-manager/index.ts';

describe('environments', () => {
  /** Processes that answer when they are told to, and are numbered from 1. */
  function open(pid?: number) {
    const answers: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];
    let started = 0;
    const environments = openEnvironments((): MeasurableProcess => {
      started += 1;
      return {
        pid,
        loadTime: () => undefined,
        output: () => '',
        invoke: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
        async [Symbol.asyncDispose]() {},
      };
    });
    return { environments, answers, started: () => started };
  }

  it('are as many as are needed at once', async () => {
    const { environments, answers } = open();
    const [one, other] = [environments.invoke({}), environments.invoke({})];
    answers[0]?.resolve('first');
    expect(await one).toBe('first');
    const third = environments.invoke({});
    expect(environments.count()).toBe(2);
    answers[1]?.resolve('second');
    answers[2]?.resolve('third');
    expect([await other, await third]).toEqual(['second', 'third']);
  });

  it.each([
    ['used again after a function has thrown', new FunctionError('AnError', 'it threw'), 1],
    ['not used again after its process has ended', new Error('it ended'), 2],
  ])('are %s', async (_, error, count) => {
    const { environments, answers } = open();
    const failing = environments.invoke({});
    answers[0]?.reject(error);
    await expect(failing).rejects.toThrow(error.message);
    const next = environments.invoke({});
    answers[1]?.resolve('done');
    expect([await next, environments.count()]).toEqual(['done', count]);
  });

  it('tell no memory of a process that is gone', async () => {
    // The system gives no process so high a number.
    const { environments, answers } = open(2 ** 30);
    const invoked = environments.invoke({});
    answers[0]?.resolve('done');
    await invoked;
    expect(environments.memories()).toEqual([]);
  });

  it('start no process once they have been ended', async () => {
    const { environments, started } = open();
    await environments[Symbol.asyncDispose]();
    await expect(environments.invoke({})).rejects.toThrow('have been ended');
    expect(started()).toBe(0);
  });
});

describe('the reasons of retries', () => {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  const outcome = (...errors: unknown[]): RotationOutcome => ({
    kind: 'succeeded',
    versionId: 'version' as RotationOutcome['versionId'],
    failures: errors.map((error, index) => ({ attempt: index + 1, step: 'setSecret', error })),
  });

  it('are counted by the name of the error, over all rotations', () => {
    const outcomes = [
      outcome(named('TooManyConnections', 'none is left'), named('Timeout', 'too late')),
      outcome(),
      outcome(named('TooManyConnections', 'none is left here'), 'no error'),
    ];
    expect(retriesOf(outcomes)).toEqual([
      { name: 'Timeout', count: 1, message: 'too late' },
      { name: 'TooManyConnections', count: 2, message: 'none is left' },
      { name: 'no error', count: 1, message: 'no error' },
    ]);
  });

  it('are none where all went well', () => {
    expect(retriesOf([outcome(), outcome()])).toEqual([]);
  });
});

describe('one wave after the other', () => {
  const member = (arn: string) => ({ secret: { arn } }) as unknown as Member;
  const wave = (...lost: string[]) =>
    ({
      elapsed: 2_000,
      lost: lost.map((secretArn) => ({ secretArn, problem: `${secretArn} is lost` })),
    }) as unknown as Wave;

  /** Runs waves with these results, and tells what each was to rotate. */
  async function run(results: readonly (() => Wave)[]) {
    const rotated: string[][] = [];
    const [told, noted]: [string[], string[]] = [[], []];
    const waves = await runWaves(
      ['a', 'b', 'c'].map(member),
      results.map((_, index) => 10 * (index + 1)),
      async (members) => {
        rotated.push(members.map(({ secret }) => secret.arn ?? ''));
        return results[rotated.length - 1]?.() ?? wave();
      },
      (line) => told.push(line),
      (sentence) => noted.push(sentence),
    );
    return { rotated, waves: waves.length, told, noted };
  }

  it('goes without the secrets that an earlier one has lost', async () => {
    expect(await run([() => wave('b'), () => wave('a'), () => wave()])).toEqual({
      rotated: [['a', 'b', 'c'], ['a', 'c'], ['c']],
      waves: 3,
      told: [
        '3 secrets, 10 at a time: 2 s',
        '  b is lost',
        '2 secrets, 20 at a time: 2 s',
        '  a is lost',
        '1 secrets, 30 at a time: 2 s',
      ],
      noted: [],
    });
  });

  it('goes on after one that could not be measured, and keeps those before it', async () => {
    const broken = () => {
      throw new Error('no server');
    };
    expect(await run([() => wave(), broken, () => wave()])).toMatchObject({
      waves: 2,
      noted: ['3 secrets, 20 at a time: no server'],
    });
  });

  it('has none where no secret is left', async () => {
    expect(await run([() => wave('a', 'b', 'c'), () => wave()])).toMatchObject({
      waves: 1,
      noted: ['20 at a time: no secret is left to rotate.'],
    });
  });
});

describe('a rotation that is waited for', () => {
  it('has its outcome', async () => {
    const outcome = { kind: 'failed' } as RotationOutcome;
    expect(await outcomeOf({ settled: () => Promise.resolve(outcome) }, 'arn:1')).toBe(outcome);
  });

  it('is given up when it does not end', async () => {
    const hanging = { settled: () => new Promise<never>(() => {}) };
    await expect(outcomeOf(hanging, 'arn:1', 10)).rejects.toThrow(
      'The rotation of arn:1 has not ended within 0.01 s.',
    );
  });
});
