import { ROTATION_STEPS, type RotationStep } from '../secrets-manager/rotation-progress.ts';
import { peakMemory } from './peak-memory.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import { rotate, timeOf, totalTime } from './timed-rotation.ts';

/** From the start of the process. In ms. */
export interface ColdTimes {
  readonly loaded: Spread;
  readonly firstStep: Spread;
  readonly rotation: Spread;
}

/** The most that a process has had resident, in bytes; undefined where it cannot be told. */
export interface PeakMemory {
  /** Of processes that have rotated once: the median. */
  readonly once: number | undefined;
  /** Of one that has rotated WARM_UP times and as often as was measured. */
  readonly often: number | undefined;
}

/** In ms. */
export type WarmTimes = Readonly<Record<RotationStep | 'rotation', Spread>>;

export interface Times {
  readonly cold: ColdTimes;
  readonly warm: WarmTimes;
  readonly peakMemory: PeakMemory;
}

/** Rotations in a new process before its times are taken: code is compiled, and connections to Secrets Manager are open. */
export const WARM_UP = 3;

/** Measures subjects in turn, so that whatever else the machine does meets all of them alike. */
export async function measure<Name extends string>(
  stage: Stage,
  subjects: Readonly<Record<Name, Subject>>,
  repeat: number,
): Promise<Readonly<Record<Name, Times>>> {
  const names = Object.keys(subjects) as Name[];
  const cold = new Map(names.map((name) => [name, [] as ColdSample[]]));
  const warm = new Map(names.map((name) => [name, [] as WarmSample[]]));
  for (let round = 0; round < repeat; round++) {
    for (const name of names) cold.get(name)?.push(await coldSample(stage, subjects[name]));
  }
  await using processes = new AsyncDisposableStack();
  const running = names.map((name) => ({ name, process: processes.use(subjects[name].start()) }));
  for (let round = 0; round < WARM_UP + repeat; round++) {
    for (const { name, process } of running) {
      const steps = await rotate(stage, subjects[name], (event) => process.invoke(event));
      if (round < WARM_UP) continue;
      warm.get(name)?.push({
        ...(Object.fromEntries(ROTATION_STEPS.map((step) => [step, timeOf(steps, step)])) as StepTimes),
        rotation: totalTime(steps),
      });
    }
  }
  const results = running.map(({ name, process }) => {
    const samples = cold.get(name) ?? [];
    const times: Times = {
      cold: spreads(samples.map(({ times }) => times)),
      warm: spreads(warm.get(name) ?? []),
      peakMemory: {
        once: medianOf(samples.flatMap(({ peakMemory }) => peakMemory ?? [])),
        often: peakMemory(process.pid),
      },
    };
    return [name, times] as const;
  });
  return Object.fromEntries(results) as Record<Name, Times>;
}

type StepTimes = Readonly<Record<RotationStep, number>>;
type WarmSample = Readonly<Record<RotationStep | 'rotation', number>>;

export interface ColdSample {
  readonly times: Readonly<Record<keyof ColdTimes, number>>;
  readonly peakMemory: number | undefined;
}

/** Rotates in a new process. The first step waits for it, as it begins with the step in Lambda. */
export async function coldSample(stage: Stage, subject: Subject): Promise<ColdSample> {
  await using stack = new AsyncDisposableStack();
  let started: ReturnType<Subject['start']> | undefined;
  const steps = await rotate(stage, subject, (event) => {
    started ??= stack.use(subject.start());
    return started.invoke(event);
  });
  return {
    times: {
      loaded: started?.loadTime() ?? Number.NaN,
      firstStep: timeOf(steps, 'createSecret'),
      rotation: totalTime(steps),
    },
    peakMemory: peakMemory(started?.pid),
  };
}

function medianOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : spreadOf(values).median;
}

function spreads<Key extends string>(samples: readonly Readonly<Record<Key, number>>[]): Record<Key, Spread> {
  const keys = Object.keys(samples[0] ?? {}) as Key[];
  return Object.fromEntries(
    keys.map((key) => [key, spreadOf(samples.map((sample) => sample[key]))]),
  ) as Record<Key, Spread>;
}
