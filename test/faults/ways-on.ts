import { isNamed } from '../../layers/rotation-core/src/errors.ts';
import { startWireProxy } from '../support/wire-proxy/wire-proxy.ts';
import type { Violation } from './invariants.ts';
import type { Attempt, Scenario } from './scenario.ts';

/** How a way ended: its last rotation, and what went wrong on it besides. */
export interface Ending extends Attempt {
  readonly token: string;
  readonly violations?: readonly Violation[];
}

/**
 * What may follow on a rotation that went wrong. Each must end with a rotation that succeeds.
 * @param token of the rotation that went wrong
 */
export type Way = (scenario: Scenario, token: string) => Promise<Ending>;

export const WAYS = {
  'same token again': sameToken,
  'label stripped, new token': newToken,
  'value put by hand': byHand,
  'database moved': moved,
} satisfies Record<string, Way>;
export type WayName = keyof typeof WAYS;
export const WAY_NAMES = Object.keys(WAYS) as readonly WayName[];

/** The service runs all steps again. */
async function sameToken(scenario: Scenario, token: string): Promise<Ending> {
  const attempt = await scenario.attempt(token);
  // A function that has given its version up, since its password is of no use, leaves the next to RotateSecret.
  const { error } = attempt.failure ?? {};
  if (isNamed(error, 'TokenNotPending') || isNamed(error, 'UnknownToken')) return rotate(scenario);
  return { ...attempt, token };
}

/** An operator, or the service, gives the rotation up and starts another. */
async function newToken(scenario: Scenario): Promise<Ending> {
  scenario.secret.stripPending();
  return rotate(scenario);
}

/** A person sets a password of their own and stores it, as the manual tells them to. */
async function byHand(scenario: Scenario): Promise<Ending> {
  scenario.secret.put(await resetPassword(scenario));
  // The service drops AWSPENDING where its rotation is under way; where it is complete the label may still be there.
  scenario.secret.stripPending();
  return rotate(scenario);
}

/**
 * A person moves the database to another host while the rotation stays as it is. The rotation knows the old host only: it
 * must not go on, neither there nor here. Both ports lead to one server, so that what it would do works.
 */
async function moved(scenario: Scenario, token: string): Promise<Ending> {
  const { world, secret, superuserSecret, faults } = scenario;
  const passing = () => ({ delivered: true, answered: () => true });
  const { port } = scenario.own(await startWireProxy(world.server, passing));
  superuserSecret.put({ port });
  secret.slipIn({ ...(await resetPassword(scenario)), port });

  const violations: Violation[] = [];
  const watched = async (attempted: Promise<Ending>) => {
    const ending = await attempted;
    const [first] = faults.points().filter(({ channel }) => channel === 'database');
    if (first !== undefined) {
      violations.push({ invariant: 'I7', detail: `the old host got: ${first.step}: ${first.name}` });
    }
    return ending;
  };
  await watched(scenario.attempt(token).then((attempt) => ({ ...attempt, token })));
  const left = secret.labelled('AWSCURRENT')?.value?.['port'];
  if (left !== port) violations.push({ invariant: 'I7', detail: 'AWSCURRENT leads back to the old host' });
  return { ...(await watched(newToken(scenario))), violations };
}

async function rotate(scenario: Scenario): Promise<Ending> {
  const token = scenario.secret.stage();
  return { ...(await scenario.attempt(token)), token };
}

/** Gives the user of AWSCURRENT a new password, and returns what changes in the secret. */
async function resetPassword({ world, secret }: Scenario): Promise<{ username: string; password: string }> {
  const username = secret.labelled('AWSCURRENT')?.value?.username ?? '';
  const user = { username, password: `By-hand-${username}` };
  await world.users.setPassword(user);
  return user;
}
