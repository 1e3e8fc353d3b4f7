import { isDeepStrictEqual } from 'node:util';
import { inequalities, tryLogin } from './application.ts';
import type { ObservedRotation, Strategy } from './observation.ts';
import type { Secrets, SecretValue } from './secrets.ts';
import type { Subject } from './set-up.ts';

type Findings = Omit<ObservedRotation, 'number' | 'outcome' | 'failures' | 'steps'>;

/**
 * Finds out what a rotation has left behind. Under a single user that makes one failed login, with the old password.
 * @param current what AWSCURRENT is now
 * @param id a number that no earlier call was given
 */
export async function inspect(
  { application, secretArn, firstValue }: Subject,
  strategy: Strategy,
  secrets: Secrets,
  { current, id, passwordIsNew }: { current: SecretValue; id: number; passwordIsNew: boolean },
): Promise<Findings> {
  const previous = await secrets.read(secretArn, 'AWSPREVIOUS');
  const currentLogin = await tryLogin(application, current);
  const previousLogin = await tryLogin(application, previous);
  const bothLogIn = currentLogin.kind === 'accepted' && previousLogin.kind === 'accepted';
  return {
    labels: {
      current: await secrets.holderOf(secretArn, 'AWSCURRENT'),
      pending: await secrets.holderOf(secretArn, 'AWSPENDING'),
    },
    username: current.username,
    passwordIsNew,
    changedKeys: changedKeys(firstValue, current),
    currentLogin,
    previousLogin,
    inequalities:
      strategy === 'alternating-users' && bothLogIn
        ? await inequalities(application, current, previous, id)
        : [],
  };
}

/** Keys, other than those of the login, that two values do not have in common. */
export function changedKeys(before: SecretValue, after: SecretValue): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => key !== 'username' && key !== 'password' && !isDeepStrictEqual(before[key], after[key]),
  );
}
