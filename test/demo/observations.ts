import type { Observation, ObservedRotation } from '../../local/demo/observation.ts';

/* What is seen when every promise holds: two rotations of each handover, a second apart. */

export function rotation(number: number, changes: Partial<ObservedRotation> = {}): ObservedRotation {
  const from = number * 1_000;
  return {
    number,
    outcome: 'succeeded',
    failures: [],
    steps: [
      { step: 'createSecret', from, to: from + 10 },
      { step: 'setSecret', from: from + 10, to: from + 50 },
      { step: 'testSecret', from: from + 50, to: from + 70 },
      { step: 'finishSecret', from: from + 70, to: from + 75 },
    ],
    labels: { current: `version-${number}`, pending: undefined },
    username: 'billing',
    passwordIsNew: true,
    changedKeys: [],
    currentLogin: { kind: 'accepted' },
    previousLogin: { kind: 'rejected' },
    inequalities: [],
    ...changes,
  };
}

/** Three rejected logins of the client's while the password changed, and one with the old password after each rotation. */
export const singleUser: Observation = {
  handover: 'one-password',
  wanted: 2,
  rotations: [rotation(1), rotation(2)],
  client: {
    logins: 40,
    failures: [
      { kind: 'rejected', from: 1_020, to: 1_030, reason: 'wrong password' },
      // Read AWSCURRENT just before the label moved, and was rejected just after.
      { kind: 'rejected', from: 1_074, to: 1_090, reason: 'wrong password' },
      { kind: 'rejected', from: 2_005, to: 2_015, reason: 'wrong password' },
    ],
    longestWait: 88,
  },
  rejectedByServer: 5,
  leaks: [],
};

export const dualPasswords: Observation = {
  handover: 'dual-passwords',
  wanted: 2,
  rotations: [
    rotation(1, { previousLogin: { kind: 'accepted' } }),
    rotation(2, { previousLogin: { kind: 'accepted' } }),
  ],
  client: { logins: 40, failures: [], longestWait: 0 },
  rejectedByServer: 0,
  leaks: [],
};

export const alternatingUsers: Observation = {
  handover: 'two-users',
  wanted: 2,
  rotations: [
    rotation(1, { username: 'shop_clone', previousLogin: { kind: 'accepted' } }),
    rotation(2, { username: 'shop', previousLogin: { kind: 'accepted' } }),
  ],
  client: { logins: 1_234, failures: [], longestWait: 0 },
  rejectedByServer: 0,
  leaks: [],
};

/** The same with something else found after the second rotation. */
export function withSecond(observation: Observation, changes: Partial<ObservedRotation>): Observation {
  const [first, second] = observation.rotations;
  if (!first || !second) throw new Error('There are not two rotations.');
  return { ...observation, rotations: [first, { ...second, ...changes }] };
}
