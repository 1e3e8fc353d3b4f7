import { type Case, type CaseResult, runCase } from './case.ts';
import { type FaultKind, faultsAt, type Point } from './fault.ts';
import type { Assembly } from './guards.ts';
import { openScenario, type ScenarioOptions } from './scenario.ts';
import type { SetupName } from './setup.ts';
import { WAY_NAMES, type WayName } from './ways-on.ts';
import type { World } from './world.ts';

/** Cases under way at once. Most of their time they wait: for the server, or for the client's pause before a retry. */
const AT_ONCE = 24;

export interface MatrixOptions {
  readonly strategy: SetupName;
  /** Rotations that each secret has behind it. */
  readonly rotationsBefore: number;
  readonly assembly?: Assembly;
  /** Which cases are run. All by default. */
  readonly select?: (which: Case) => boolean;
}

export interface MatrixResult {
  /** The points of a clean rotation, in their order. */
  readonly points: readonly Point[];
  /** The logins that were refused in it: I6. */
  readonly refusedLogins: readonly string[];
  readonly results: readonly CaseResult[];
}

/** Runs one rotation to find what can go wrong in it, and then one for each thing that can, and each way on from there. */
export async function runMatrix(world: World, options: MatrixOptions): Promise<MatrixResult> {
  const { select = () => true, ...scenarioOptions } = options;
  const { points, refusedLogins } = await cleanRotation(world, scenarioOptions);
  const cases = points
    .flatMap((point) =>
      faultsAt(point).flatMap((fault) => waysAfter(fault).map((way): Case => ({ point, fault, way }))),
    )
    .filter(select);
  const results = await concurrently(cases, (which) => runCase(world, scenarioOptions, which));
  return { points, refusedLogins, results };
}

/** A call that was answered with an error has done as little as one that never arrived, which is followed every way. */
function waysAfter(fault: FaultKind): readonly WayName[] {
  return fault === 'throttled' || fault === 'server error' ? ['same token again'] : WAY_NAMES;
}

/** @throws Error when the rotation fails */
async function cleanRotation(world: World, options: ScenarioOptions) {
  await using scenario = await openScenario(world, options);
  const { failure } = await scenario.attempt(scenario.secret.stage(), 'every call');
  const { faults } = scenario;
  if (failure !== undefined) {
    throw new Error('The rotation that nothing disturbed failed.', { cause: failure.error });
  }
  return { points: faults.points(), refusedLogins: faults.refusedLogins() };
}

async function concurrently<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
