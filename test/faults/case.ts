import type { FaultKind, Point } from './fault.ts';
import { UNUSABLE_PASSWORD } from './fault.ts';
import { inspectScenario, type Violation } from './invariants.ts';
import { openScenario, type Scenario, type ScenarioOptions } from './scenario.ts';
import type { Secret } from './secret.ts';
import { WAYS, type WayName } from './ways-on.ts';
import type { World } from './world.ts';

/** One fault at one point, and one way on from there. */
export interface Case {
  readonly point: Point;
  readonly fault: FaultKind;
  readonly way: WayName;
}

export interface CaseResult extends Case {
  /** False when the rotation never came to the point: it does not always do the same. */
  readonly met: boolean;
  /** Whether AWSCURRENT logged in right after the fault. */
  readonly available: boolean;
  readonly violations: readonly Violation[];
  /** Why the way on did not end well; undefined when it did. */
  readonly unrecovered?: string;
}

export async function runCase(world: World, options: ScenarioOptions, which: Case): Promise<CaseResult> {
  await using scenario = await openScenario(world, options);
  const token = scenario.secret.stage();
  const { struck } = await scenario.attempt(token, which);
  const atOnce = await inspectScenario(scenario);
  const ending = await WAYS[which.way](scenario, token);
  const atLast = await inspectScenario(scenario);

  const objection = ending.failure
    ? `${ending.failure.step} failed with ${nameOf(ending.failure.error)}`
    : (objectionTo(scenario.secret, ending.token, atLast.available) ??
      (await objectionToPair(scenario)) ??
      (await objectionToOldPasswords(scenario)));
  const violations = [
    // The fault itself has given the other user a password that nobody stored.
    ...atOnce.violations.filter(({ invariant }) => which.fault !== UNUSABLE_PASSWORD || invariant !== 'I3'),
    ...(ending.violations ?? []),
    ...scenario.interruptions(),
    ...atLast.violations,
  ];
  return {
    ...which,
    met: struck,
    available: atOnce.available,
    violations: distinct(violations),
    ...(objection !== undefined && { unrecovered: objection }),
  };
}

function objectionTo({ labelled }: Secret, token: string, available: boolean): string | undefined {
  if (labelled('AWSCURRENT')?.id !== token) return 'the new version is not AWSCURRENT';
  if (labelled('AWSPENDING') !== undefined) return 'AWSPENDING is left over';
  return available ? undefined : 'AWSCURRENT does not work';
}

async function objectionToPair({ setup, username, world }: Scenario): Promise<string | undefined> {
  const equal =
    setup.strategy === 'single-user' || (await world.users.areEqual(username, `${username}_clone`));
  return equal ? undefined : 'the clone is not equal to its original';
}

/** Of two passwords the old one is that of AWSPREVIOUS, unless it was to be discarded: no version but AWSCURRENT has one then. */
async function objectionToOldPasswords(scenario: Scenario): Promise<string | undefined> {
  const { setup, discards, secret, world } = scenario;
  if (!setup.hasTwoPasswords) return undefined;
  for (const { labels, value } of secret.versions()) {
    if (value === undefined || labels.includes('AWSCURRENT')) continue;
    const isKept = labels.includes('AWSPREVIOUS') && !discards;
    if ((await world.users.logsIn(value)) === isKept) continue;
    return isKept ? 'AWSPREVIOUS does not work' : 'an old password still works';
  }
  return undefined;
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : String(error));

function distinct(violations: readonly Violation[]): Violation[] {
  const seen = new Map(
    violations.map((violation) => [`${violation.invariant} ${violation.detail}`, violation]),
  );
  return [...seen.values()];
}
