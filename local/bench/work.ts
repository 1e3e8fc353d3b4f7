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

/**
 * Counts two rotations in a row, the first of which may still have to make a user's clone, and then two more, of which it
 * tells the one that did more: alternating users are not treated alike.
 */
export async function countWork(stage: Stage, subject: Subject): Promise<RotationWork> {
  stage.latency.ms = COUNTING_LATENCY;
  await using rotationFunction = subject.start();
  const countOne = async () => {
    const ended = watchServer(stage.server);
    const steps = await rotate(stage, subject, (event) => rotationFunction.invoke(event));
    return workOf(steps, ended());
  };
  await countOne();
  await countOne();
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
