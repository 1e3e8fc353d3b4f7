import type { Case, CaseResult } from './case.ts';
import { describePoint } from './fault.ts';
import { COMPLETE, type GuardName, WITHOUT } from './guards.ts';
import { runMatrix } from './matrix.ts';
import { serverLogLeaks } from './server-log-leaks.ts';
import type { SetupName } from './setup.ts';
import { type EngineName, openWorld } from './world.ts';

/** A part of the matrix with a server of its own, as plain data: it can cross a worker's border. */
export interface Task {
  readonly engine: EngineName;
  readonly strategy: SetupName;
  /** Rotations that each secret has behind it. */
  readonly rotationsBefore: number;
  /** A regular expression that the descriptions of the cases match. All by default. */
  readonly only?: string;
  /** The guard that is taken out of the product. None by default. */
  readonly without?: GuardName;
}

export interface TaskResult {
  readonly task: Task;
  readonly points: readonly string[];
  /** The logins that were refused in the rotation that nothing disturbed: I6. */
  readonly refusedLogins: readonly string[];
  readonly results: readonly CaseResult[];
  /** Lines of the server's logs with a password in clear text. */
  readonly leaks: readonly string[];
}

export async function runTask(task: Task): Promise<TaskResult> {
  const { engine, strategy, rotationsBefore, only = '', without } = task;
  await using world = await openWorld(engine);
  const pattern = new RegExp(only);
  const { points, refusedLogins, results } = await runMatrix(world, {
    strategy,
    rotationsBefore,
    assembly: without === undefined ? COMPLETE : WITHOUT[without],
    select: (which) => pattern.test(describeCase(which)),
  });
  return {
    ...{ task, points: points.map(describePoint), refusedLogins, results },
    leaks: serverLogLeaks(world),
  };
}

export function describeCase({ point, fault, way }: Case): string {
  return `${describePoint(point)} | ${fault} | ${way}`;
}

/** What is wrong in a result, a line for each case; none when all is well. */
export function complaints({
  refusedLogins,
  results,
  leaks,
}: Pick<TaskResult, 'refusedLogins' | 'results' | 'leaks'>): string[] {
  const ofCases = results.flatMap((result) => {
    const { met, unrecovered, violations } = result;
    const wrong = [
      ...(met ? [] : ['the rotation did not come to this point']),
      ...violations.map(({ invariant, detail }) => `${invariant}: ${detail}`),
      ...(unrecovered === undefined ? [] : [`not recovered: ${unrecovered}`]),
    ];
    return wrong.length === 0 ? [] : [`${describeCase(result)}: ${wrong.join('; ')}`];
  });
  return [
    ...refusedLogins.map((login) => `I6: the rotation that nothing disturbed had a refused ${login}`),
    ...ofCases,
    ...leaks.map((line) => `I5: the server's log has a password: ${line}`),
  ];
}
