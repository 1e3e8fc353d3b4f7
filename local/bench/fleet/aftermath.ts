import { reasonOf } from '../../demo/application.ts';
import type { Secrets } from '../../demo/secrets.ts';
import type { RotationOutcome } from '../../secrets-manager/index.ts';
import { each } from './lanes.ts';
import type { Member } from './members.ts';

/** What was seen of a member. */
export interface Rotated {
  readonly member: Member;
  readonly passwordBefore: string;
  readonly ending: Ending;
}

/** How a rotation ended, or why nobody knows: it was refused, or has not ended in time. */
export type Ending = RotationOutcome | { readonly kind: 'unknown'; readonly error: unknown };

/** A secret that was not rotated. */
export interface Lost {
  readonly secretArn: string;
  /** A sentence. */
  readonly problem: string;
}

/** Logins at a time: few enough for the smallest server, which has those that have just ended for a moment more. */
const CHECKS_AT_ONCE = 2;

/** Each rotation that did not succeed, and each AWSCURRENT that is old or does not log in. */
export async function lostRotations(rotated: readonly Rotated[], secrets: Secrets): Promise<Lost[]> {
  const lost: Lost[] = [];
  await each(rotated, CHECKS_AT_ONCE, async (one) => {
    const problem = await problemOf(one, secrets);
    if (problem === undefined) return;
    const { server, username, secret } = one.member;
    lost.push({ secretArn: secret.arn, problem: `${server.engine}, ${username}: ${problem}` });
  });
  return lost;
}

async function problemOf(
  { member, passwordBefore, ending }: Rotated,
  secrets: Secrets,
): Promise<string | undefined> {
  if (ending.kind === 'unknown') return reasonOf(ending.error);
  if (ending.kind !== 'succeeded') {
    const reasons = ending.failures.map(({ step, error }) => `${step}: ${reasonOf(error)}`);
    return [`rotation ${ending.kind}`, ...reasons.slice(-1)].join(', ');
  }
  try {
    const current = await secrets.readCurrent(member.secret.arn);
    if (current.password === passwordBefore) return 'AWSCURRENT has the password that it had';
    await using _session = await member.database.logIn(member.server, current);
    return undefined;
  } catch (error) {
    return `AWSCURRENT cannot be used, ${reasonOf(error)}`;
  }
}
