import { CANARY } from './canary.ts';
import type { Scenario } from './scenario.ts';
import type { Version } from './secret.ts';

/** As rotation-protocol.md numbers them. */
export const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

export interface Inspection {
  readonly violations: readonly Violation[];
  /** Whether an application that reads the secret now can log in. */
  readonly available: boolean;
}

/** Looks at the secret and at the database from outside, while no rotation is running. */
export async function inspectScenario(scenario: Scenario): Promise<Inspection> {
  const { setup, username } = scenario;
  const versions = scenario.secret.versions();
  const violations: Violation[] = [];
  const violated = (invariant: Invariant, detail: string) => void violations.push({ invariant, detail });

  const current = versions.find(({ labels }) => labels.includes('AWSCURRENT'));
  const use = current === undefined ? 'rejected' : await useOf(scenario, current);
  const promoted = current !== undefined && current.id !== versions[0]?.id;
  if (setup.keepsCurrent && use === 'rejected') violated('I1', 'AWSCURRENT is rejected');
  if (use === 'lacks rights') violated('I4', 'AWSCURRENT lacks rights that its original has');

  const known = new Set<string>(use === 'works' && current?.value ? [current.value.username] : []);
  for (const user of [username, `${username}_clone`]) {
    if (known.has(user) || !(await scenario.world.users.mayLogIn(user))) continue;
    if (await anyLogsIn(scenario, versions, user)) known.add(user);
    else violated('I3', `the password of ${user} is in no version`);
  }
  if (known.size === 0) violated('I2', 'no stored version logs in');
  // A single user's AWSCURRENT is rejected from the change to the promotion; a version that was promoted never is.
  if (promoted && use === 'rejected' && isNewest(versions, current)) {
    violated('I4', 'AWSCURRENT was promoted and does not log in');
  }
  for (const leak of leaksOf(scenario, versions)) violated('I5', leak);
  return { violations, available: use === 'works' };
}

/** Whether no rotation has begun since the version became AWSCURRENT. */
function isNewest(versions: readonly Version[], current: Version): boolean {
  return versions.at(-1)?.id === current.id;
}

function useOf({ world, username }: Scenario, { value }: Version) {
  return value === undefined ? 'rejected' : world.users.use(value, username);
}

async function anyLogsIn(scenario: Scenario, versions: readonly Version[], user: string): Promise<boolean> {
  for (const version of versions.toReversed()) {
    if (version.value?.username !== user) continue;
    if ((await useOf(scenario, version)) !== 'rejected') return true;
  }
  return false;
}

/** What PostgreSQL and MySQL store for a password. */
const HASH = /SCRAM-SHA-256\$|\*[0-9A-F]{40}\b|\$A\$\d{3}\$/;

function leaksOf(scenario: Scenario, versions: readonly Version[]): string[] {
  const output = scenario.output();
  const shown = versions.filter(({ value }) => value !== undefined && output.includes(value.password));
  return [
    ...shown.map(({ id }) => `the function shows the password of version ${id}`),
    ...(output.includes(CANARY) ? ['the function shows a generated password or the RotationToken'] : []),
    ...(HASH.test(output) ? ['the function shows a hash'] : []),
  ];
}
