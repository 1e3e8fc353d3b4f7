import { isDeepStrictEqual } from 'node:util';
import { inequalities, tryLogin } from './application.ts';
import type { LoginResult, ObservedRotation, Strategy } from './observation.ts';
import type { Secrets, SecretValue } from './secrets.ts';
import type { Subject } from './set-up.ts';

type Findings = Omit<ObservedRotation, 'number' | 'outcome' | 'failures' | 'steps'>;

/**
 * Finds out what a rotation has left behind. Where the server forgets the old password at once, that makes one failed login.
 * @param current what AWSCURRENT is now
 * @param id a number that no earlier call was given
 */
export async function inspect(
  { application, secretArn, firstValue }: Subject,
  strategy: Strategy,
  secrets: Secrets,
  { current, id, passwordIsNew }: { current: SecretValue; id: number; passwordIsNew: boolean },
): Promise<Findings> {
  const previous = await secrets.readPrevious(secretArn);
  const currentLogin = await tryLogin(application, current);
  const previousLogin: LoginResult = previous
    ? await tryLogin(application, previous)
    : { kind: 'failed', reason: 'there is no such version' };
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
    inequalities: await compareUsers(),
  };

  async function compareUsers(): Promise<string[]> {
    if (strategy !== 'alternating-users') return [];
    // Nothing is tried in vain: each rejected login would be taken for the rotation's.
    if (previous === undefined || currentLogin.kind !== 'accepted' || previousLogin.kind !== 'accepted') {
      return ['not both users can log in'];
    }
    return inequalities(application, current, previous, id);
  }
}

/** Keys, other than those of the login, that two values do not have in common. */
export function changedKeys(before: SecretValue, after: SecretValue): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => key !== 'username' && key !== 'password' && !isDeepStrictEqual(before[key], after[key]),
  );
}
