import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRecord, SecretsManager } from '../../secrets-manager/index.ts';
import { outcomeOf } from '../settled.ts';
import { quantile, type Spread, spreadOf } from '../spread.ts';
import type { Stage } from '../stage.ts';
import { startRotation } from '../subject.ts';
import { type Ending, type Lost, lostRotations, type Rotated } from './aftermath.ts';
import { countConnections } from './connections.ts';
import { openEnvironments } from './environments.ts';
import { each } from './lanes.ts';
import type { Member } from './members.ts';
import { type Retry, retriesOf } from './retries.ts';
import type { RotationClock } from './rotation-clock.ts';

/** Secrets of a fleet rotated once, some number at a time. */
export interface Wave {
  readonly atOnce: number;
  readonly secrets: number;
  /** In ms. */
  readonly elapsed: number;
  /** Of the rotations that have succeeded, if any has. In ms. */
  readonly rotation: Spread | undefined;
  /** 95 of 100 of them were faster. In ms. */
  readonly slow: number | undefined;
  /** Of Secrets Manager, by the functions, for each rotation, with all that were tried again. */
  readonly calls: number;
  readonly environments: number;
  /** The sum of what each environment has had resident at most; 0 where that cannot be told. In bytes. */
  readonly memory: number;
  /** At once, by engine. */
  readonly connections: Readonly<Record<string, number>>;
  /** Calls of the functions that Secrets Manager throttled, most of which the SDK made again. */
  readonly throttled: number;
  /** Steps that failed, and that the service ran again. */
  readonly retries: readonly Retry[];
  readonly lost: readonly Lost[];
  /** Connections that stayed open. */
  readonly leaked: number;
}

/** What all waves take place in. */
export interface FleetStage {
  /** One for each server, with one Secrets Manager. */
  readonly stages: readonly [Stage, ...Stage[]];
  readonly clock: RotationClock;
}

export async function runWave(
  { stages, clock }: FleetStage,
  members: readonly Member[],
  atOnce: number,
): Promise<Wave> {
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
  const passwords = new Map<Member, string>();
  await each(members, atOnce, async (member) => {
    passwords.set(member, (await secrets.readCurrent(member.secret.arn)).password);
  });
  const counters = await Promise.all(stages.map(countConnections));
  const callsBefore = secretsManager.calls().length;
  const rotated: Rotated[] = [];
  clock.take();

  const started = performance.now();
  await each(members, atOnce, async (member) => {
    const ending = await rotate(stages[0], member, lambdaOf(member));
    rotated.push({ member, passwordBefore: passwords.get(member) ?? '', ending });
  });
  const elapsed = performance.now() - started;

  const calls = callsOfFunctions(secretsManager, callsBefore);
  const times = clock.take().toSorted((a, b) => a - b);
  const peaks = await Promise.all(counters.map(async ({ engine, peak }) => [engine, await peak()] as const));
  const left = await Promise.all(counters.map((counter) => counter.left()));
  const lost = await lostRotations(rotated, secrets);
  calendar.nextDay();
  return {
    atOnce,
    secrets: members.length,
    elapsed,
    rotation: times.length > 0 ? spreadOf(times) : undefined,
    slow: times.length > 0 ? quantile(times, 0.95) : undefined,
    calls: calls.length / members.length,
    environments: sum(functions.map(({ environments }) => environments.count())),
    memory: sum(functions.flatMap(({ environments }) => environments.memories())),
    connections: Object.fromEntries(peaks),
    throttled: calls.filter(({ answered }) => answered === 'ThrottlingException').length,
    retries: retriesOf(rotated.flatMap(({ ending }) => (ending.kind === 'unknown' ? [] : [ending]))),
    lost,
    leaked: sum(left),
  };
}

async function rotate(
  { secrets, secretsManager }: Stage,
  { secret }: Member,
  lambdaArn: string,
): Promise<Ending> {
  try {
    await onceTaken(() => secrets.rotate(secret.arn, lambdaArn));
    return await outcomeOf(secretsManager.rotations, secret.arn);
  } catch (error) {
    return { kind: 'unknown', error };
  }
}

/** In ms. */
const UNTIL_NEXT_TRY = 50;

/**
 * Schedules, which start rotations in life, need not ask for the quota that RotateSecret has, nor go through a connection that a
 * busy machine resets.
 */
async function onceTaken(call: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const { name, code } = error as NodeJS.ErrnoException;
      if (name !== 'ThrottlingException' && code !== 'ECONNRESET') throw error;
      await sleep(UNTIL_NEXT_TRY);
    }
  }
}

/** In a wave nobody else calls, but for the rotations to begin. */
function callsOfFunctions(secretsManager: SecretsManager, after: number): readonly CallRecord[] {
  return secretsManager
    .calls()
    .filter(({ number, operation }) => number > after && operation !== 'RotateSecret');
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
