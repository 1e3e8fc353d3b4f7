import { Refused } from './doctor-error.ts';
import { type State, stateOf } from './secret-state.ts';
import type { Secret, Version } from './secrets.ts';
import type { Surroundings } from './surroundings.ts';

/** The secret that a command is about, as it is now. */
export interface Subject {
  readonly secret: Secret;
  readonly versions: readonly Version[];
  readonly state: State;
}

export async function subjectOf(
  secretId: string,
  { stuckAfter }: { readonly stuckAfter?: number },
  { secrets, now }: Surroundings,
): Promise<Subject> {
  const [secret, versions] = await Promise.all([secrets.describe(secretId), secrets.versions(secretId)]);
  return { secret, versions, state: stateOf(secret, versions, now(), stuckAfter) };
}

/** @throws Refused when no function rotates the secret */
export function functionOf({ name, functionArn, deletion }: Secret): string {
  if (deletion !== undefined)
    throw new Refused(`Secret ${name} is scheduled for deletion. Restore it first.`);
  if (functionArn === undefined) {
    throw new Refused(
      `No rotation function is attached to secret ${name}. Attach one with aws secretsmanager rotate-secret --rotation-lambda-arn.`,
    );
  }
  return functionArn;
}
