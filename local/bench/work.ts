import type { MeasurableProcess } from '../lambda/function-process.ts';
import type { RotationFunction, RotationStep } from '../secrets-manager/index.ts';
import { longestChain } from './chain.ts';
import { type ServerWork, watchServer } from './server-work.ts';
import type { Stage } from './stage.ts';
import type { CallsByStep, Subject } from './subject.ts';
import { rotate, type TimedStep } from './timed-rotation.ts';

/** What one rotation asks of others. The same each time, on whatever machine. */
export interface RotationWork extends ServerWork {
  /** Of Secrets Manager. */
  readonly calls: number;
  /** The most of them that wait for each other. */
  readonly chain: number;
  readonly callsByStep: CallsByStep;
}

/** Long enough for calls made at once to be seen to overlap, on a machine that has much else to do. In ms. */
const COUNTING_LATENCY = 80;

/** Counts rotations in one process, after two in a row, the first of which may still have to make a user's clone. */
export async function countWork(stage: Stage, subject: Subject): Promise<RotationWork> {
  await using rotationFunction = subject.start();
  const invoke: RotationFunction = (event) => rotationFunction.invoke(event);
  stage.latency.ms = 0;
  await rotate(stage, subject, invoke);
  await rotate(stage, subject, invoke);
  return await countTwo(stage, subject, invoke);
}

/**
 * Counts rotations whose every step runs in a process that runs no other, and so inherits nothing. Of a subject that has been
 * counted in one process, and has its clone.
 */
export async function countWorkApart(stage: Stage, subject: Subject): Promise<RotationWork> {
  await using processes = new AsyncDisposableStack();
  const start = () => processes.use(subject.start());
  const processOf: Readonly<Record<RotationStep, MeasurableProcess>> = {
    createSecret: start(),
    setSecret: start(),
    testSecret: start(),
    finishSecret: start(),
  };
  return await countTwo(stage, subject, (event) => processOf[event.Step].invoke(event));
}

/** Tells the one that did more of two rotations in a row: alternating users are not treated alike. */
async function countTwo(stage: Stage, subject: Subject, invoke: RotationFunction): Promise<RotationWork> {
  stage.latency.ms = COUNTING_LATENCY;
  const countOne = async () => {
    const ended = watchServer(stage.server);
    const steps = await rotate(stage, subject, invoke);
    return workOf(steps, ended());
  };
  const [one, other] = [await countOne(), await countOne()];
  return one.calls + one.statements >= other.calls + other.statements ? one : other;
}

function workOf(steps: readonly TimedStep[], server: ServerWork): RotationWork {
  const made = steps.flatMap(({ calls }) => calls.filter(({ operation }) => operation !== 'RotateSecret'));
  const intervals = made.flatMap(({ startedAt, endedAt }) =>
    endedAt === undefined ? [] : [{ startedAt, endedAt }],
  );
  const operations = (step: TimedStep['step']) =>
    (steps.find((timed) => timed.step === step)?.calls ?? [])
      .map(({ operation }) => operation)
      .filter((operation) => operation !== 'RotateSecret');
  return {
    ...server,
    calls: made.length,
    chain: longestChain(intervals),
    callsByStep: {
      createSecret: operations('createSecret'),
      setSecret: operations('setSecret'),
      testSecret: operations('testSecret'),
      finishSecret: operations('finishSecret'),
    },
  };
}
