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

/** In ms. */
export type WarmTimes = Readonly<Record<RotationStep | 'rotation', Spread>>;

export interface Times {
  readonly cold: ColdTimes;
  readonly warm: WarmTimes;
  /** After as many rotations in one process as were measured; absent where it cannot be told. In bytes. */
  readonly peakMemory?: number;
}

/** Rotations in a new process before its times are taken: code is compiled, and connections to Secrets Manager are open. */
const WARM_UP = 3;

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
    const peak = peakMemory(process.pid);
    const times: Times = {
      cold: spreads(cold.get(name) ?? []),
      warm: spreads(warm.get(name) ?? []),
      ...(peak !== undefined && { peakMemory: peak }),
    };
    return [name, times] as const;
  });
  return Object.fromEntries(results) as Record<Name, Times>;
}

type StepTimes = Readonly<Record<RotationStep, number>>;
type WarmSample = Readonly<Record<RotationStep | 'rotation', number>>;
type ColdSample = Readonly<Record<keyof ColdTimes, number>>;

/** The first step waits for the process, which begins with it, as in Lambda. */
async function coldSample(stage: Stage, subject: Subject): Promise<ColdSample> {
  await using stack = new AsyncDisposableStack();
  let started: ReturnType<Subject['start']> | undefined;
  const steps = await rotate(stage, subject, (event) => {
    started ??= stack.use(subject.start());
    return started.invoke(event);
  });
  return {
    loaded: started?.loadTime() ?? Number.NaN,
    firstStep: timeOf(steps, 'createSecret'),
    rotation: totalTime(steps),
  };
}

function spreads<Key extends string>(samples: readonly Readonly<Record<Key, number>>[]): Record<Key, Spread> {
  const keys = Object.keys(samples[0] ?? {}) as Key[];
  return Object.fromEntries(
    keys.map((key) => [key, spreadOf(samples.map((sample) => sample[key]))]),
  ) as Record<Key, Spread>;
}
