import { reasonOf } from '../../demo/application.ts';
import type { Secrets } from '../../demo/secrets.ts';
import type { RotationOutcome } from '../../secrets-manager/index.ts';
import { each } from './lanes.ts';
import type { Member } from './members.ts';

/** What was seen of a member. */
export interface Rotated {
  readonly member: Member;
  readonly passwordBefore: string;
  readonly outcome: RotationOutcome;
}

/** Logins at a time. */
const CHECKS_AT_ONCE = 4;

/** A sentence for each rotation that did not succeed, and for each AWSCURRENT that is old or does not log in. */
export async function lostRotations(rotated: readonly Rotated[], secrets: Secrets): Promise<string[]> {
  const lost: string[] = [];
  await each(rotated, CHECKS_AT_ONCE, async (one) => {
    const problem = await problemOf(one, secrets);
    if (problem !== undefined) lost.push(`${one.member.server.engine}, ${one.member.username}: ${problem}.`);
  });
  return lost;
}

async function problemOf(
  { member, passwordBefore, outcome }: Rotated,
  secrets: Secrets,
): Promise<string | undefined> {
  if (outcome.kind !== 'succeeded') {
    const reasons = outcome.failures.map(({ step, error }) => `${step}: ${reasonOf(error)}`);
    return `the rotation ${outcome.kind}, ${reasons.at(-1)}`;
  }
  const current = await secrets.readCurrent(member.secret.arn);
  if (current.password === passwordBefore) return 'AWSCURRENT has the password that it had';
  try {
    await using _session = await member.database.logIn(member.server, current);
    return undefined;
  } catch (error) {
    return `AWSCURRENT does not log in, ${reasonOf(error)}`;
  }
}
