import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretsManager } from '../../secrets-manager/index.ts';
import { quantile, type Spread, spreadOf } from '../spread.ts';
import type { Stage } from '../stage.ts';
import { startRotation } from '../subject.ts';
import { lostRotations, type Rotated } from './aftermath.ts';
import { countConnections } from './connections.ts';
import { openEnvironments } from './environments.ts';
import { each } from './lanes.ts';
import type { Member } from './members.ts';
import { type Retry, retriesOf } from './retries.ts';
import type { RotationClock } from './rotation-clock.ts';

/** All secrets of a fleet rotated once, some number at a time. */
export interface Wave {
  readonly atOnce: number;
  readonly secrets: number;
  /** In ms. */
  readonly elapsed: number;
  /** In ms. */
  readonly rotation: Spread;
  /** 95 of 100 rotations were faster. In ms. */
  readonly slow: number;
  readonly environments: number;
  /** The sum of what each environment has had resident at most; 0 where that cannot be told. In bytes. */
  readonly memory: number;
  /** At once, by engine. */
  readonly connections: Readonly<Record<string, number>>;
  /** Calls of the functions that Secrets Manager throttled, most of which the SDK made again. */
  readonly throttled: number;
  /** Steps that failed, and that the service ran again. */
  readonly retries: readonly Retry[];
  readonly lost: readonly string[];
  /** Connections that stayed open. */
  readonly leaked: number;
}

/** What all waves take place in. */
export interface FleetStage {
  /** One for each server, with one Secrets Manager. */
  readonly stages: readonly [Stage, ...Stage[]];
  readonly members: readonly Member[];
  readonly clock: RotationClock;
}

export async function runWave({ stages, members, clock }: FleetStage, atOnce: number): Promise<Wave> {
  await using resources = new AsyncDisposableStack();
  const [{ secrets, secretsManager, calendar }] = stages;
  const functions = stages.map((stage) => {
    const environments = resources.use(openEnvironments(() => startRotation(stage, 'single-user')));
    const lambdaArn = `arn:aws:lambda:us-east-1:123456789012:function:${stage.server.engine}-${atOnce}`;
    secretsManager.rotations.register(lambdaArn, (event) => environments.invoke(event));
    return { server: stage.server, environments, lambdaArn };
  });
  const lambdaOf = ({ server }: Member) =>
    functions.find((one) => one.server.engine === server.engine)?.lambdaArn ?? '';
  const counters = await Promise.all(stages.map(countConnections));
  const callsBefore = secretsManager.calls().length;
  const rotated: Rotated[] = [];
  clock.take();

  const started = performance.now();
  await each(members, atOnce, async (member) => {
    const { arn } = member.secret;
    const { password: passwordBefore } = await secrets.readCurrent(arn);
    await onceNotThrottled(() => secrets.rotate(arn, lambdaOf(member)));
    rotated.push({ member, passwordBefore, outcome: await secretsManager.rotations.settled(arn) });
  });
  const elapsed = performance.now() - started;

  const times = clock.take().toSorted((a, b) => a - b);
  const peaks = await Promise.all(counters.map(async ({ engine, peak }) => [engine, await peak()] as const));
  const left = await Promise.all(counters.map((counter) => counter.left()));
  const throttled = throttledCalls(secretsManager, callsBefore);
  const lost = await lostRotations(rotated, secrets);
  calendar.nextDay();
  return {
    atOnce,
    secrets: members.length,
    elapsed,
    rotation: spreadOf(times),
    slow: quantile(times, 0.95),
    environments: sum(functions.map(({ environments }) => environments.count())),
    memory: sum(functions.flatMap(({ environments }) => environments.memories())),
    connections: Object.fromEntries(peaks),
    throttled,
    retries: retriesOf(rotated.map(({ outcome }) => outcome)),
    lost,
    leaked: sum(left),
  };
}

/** In ms. */
const UNTIL_NEXT_TRY = 50;

/** Schedules, which start rotations in life, need not ask for the quota that RotateSecret has. */
async function onceNotThrottled(call: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ThrottlingException') throw error;
      await sleep(UNTIL_NEXT_TRY);
    }
  }
}

function throttledCalls(secretsManager: SecretsManager, after: number): number {
  const ofFunctions = secretsManager.calls().filter(({ operation }) => operation !== 'RotateSecret');
  return ofFunctions.filter(({ number, answered }) => number > after && answered === 'ThrottlingException')
    .length;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
