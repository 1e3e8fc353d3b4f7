/*
 * What the rotation promises (the invariants of the design), each as a function from what was seen of one strategy to the
 * ways in which the promise was broken: none when it held.
 */
import { common, gapOf } from './gap.ts';
import type { ClientFailure, LoginResult, Observation, ObservedRotation } from './observation.ts';
import { rejectedLogins } from './rejected-logins.ts';

export interface Check {
  /** In the words of the report. */
  readonly promise: string;
  violations(observation: Observation): readonly string[];
}

export const everyRotationSucceeds: Check = {
  promise: 'Every rotation succeeded, at its first attempt',
  violations: ({ rotations, wanted }) => [
    ...eachRotation(rotations, ({ outcome, failures }) => [
      ...(outcome === 'succeeded' ? [] : [`it ended as ${outcome}`]),
      ...failures,
    ]),
    ...(rotations.length < wanted ? [`only ${rotations.length} of ${wanted} rotations were run`] : []),
  ],
};

export const passwordsAreNew: Check = {
  promise: 'Every rotation brought a password that was never used before',
  violations: ({ rotations }) =>
    eachSuccess(rotations, ({ passwordIsNew }) =>
      passwordIsNew ? [] : ['AWSCURRENT has a password that an earlier version had'],
    ),
};

export const currentLogsIn: Check = {
  promise: 'AWSCURRENT logged in after every rotation',
  violations: ({ rotations }) =>
    eachRotation(rotations, ({ currentLogin }) => unless('accepted', currentLogin, 'AWSCURRENT')),
};

export const pendingIsGone: Check = {
  promise: 'AWSPENDING was gone after every rotation, so the next one can start',
  violations: ({ rotations }) =>
    eachRotation(rotations, ({ labels: { current, pending } }) =>
      pending === undefined || pending === current
        ? []
        : ['AWSPENDING is on a version that is not AWSCURRENT'],
    ),
};

export const oldPasswordIsRejected: Check = {
  promise: 'The old password was rejected after every rotation',
  violations: ({ rotations }) =>
    eachSuccess(rotations, ({ previousLogin }) => unless('rejected', previousLogin, 'AWSPREVIOUS')),
};

export const previousLogsIn: Check = {
  promise: 'AWSPREVIOUS still logged in: sessions that open late get in too',
  violations: ({ rotations }) =>
    eachSuccess(rotations, ({ previousLogin }) => unless('accepted', previousLogin, 'AWSPREVIOUS')),
};

export const usersAlternate: Check = {
  promise: 'The user changed with every rotation',
  violations: ({ rotations }) =>
    eachSuccess(rotations, ({ number, username }) =>
      rotations.some((other) => other.number === number - 1 && other.username === username)
        ? [`AWSCURRENT is ${username} again`]
        : [],
    ),
};

export const usersAreEqual: Check = {
  promise: 'Both users had the same rights, also to what the other created',
  violations: ({ rotations }) => eachSuccess(rotations, ({ inequalities }) => inequalities),
};

export const noClientFails: Check = {
  promise: 'AWSCURRENT logged in at every instant: no login of the client failed',
  violations: ({ client, rotations }) => [
    ...client.failures.map(describeFailure),
    ...tooFewLogins(client.logins, rotations),
  ],
};

export const clientFailsInGapOnly: Check = {
  promise: "The client's logins were rejected only while the password changed",
  violations: ({ client, rotations }) => {
    const gaps = rotations.flatMap((rotation) => gapOf(rotation) ?? []);
    const inGap = (failure: ClientFailure) => gaps.some((gap) => common(gap, failure) !== undefined);
    return [
      ...client.failures
        .filter((failure) => failure.kind !== 'rejected' || !inGap(failure))
        .map(
          (failure) => `${describeFailure(failure)}${inGap(failure) ? '' : ' (while no password changed)'}`,
        ),
      ...tooFewLogins(client.logins, rotations),
    ];
  },
};

export const noNeedlessFailedLogin: Check = {
  promise: 'The rotation itself made no failed login, by count of the server',
  violations: (observation) => {
    const { ofRotation } = rejectedLogins(observation);
    if (ofRotation === 0) return [];
    if (ofRotation < 0) return [`${-ofRotation} rejected logins are missing from the server's log`];
    return [`${ofRotation} rejected logins in the server's log are neither the client's nor a check's`];
  },
};

export const nothingLeaks: Check = {
  promise: "No password or RotationToken in the function's or the server's logs",
  violations: ({ leaks }) => leaks,
};

export const otherKeysSurvive: Check = {
  promise: 'Every other key of the secret was kept as it was',
  violations: ({ rotations }) =>
    eachSuccess(rotations, ({ changedKeys }) =>
      changedKeys.map((key) => `the key "${key}" is not as it was`),
    ),
};

function eachRotation(
  rotations: readonly ObservedRotation[],
  problems: (rotation: ObservedRotation) => readonly string[],
): string[] {
  return rotations.flatMap((rotation) =>
    problems(rotation).map((problem) => `rotation ${rotation.number}: ${problem}`),
  );
}

/** For what only a rotation that went through can show. One that did not breaks another promise. */
function eachSuccess(
  rotations: readonly ObservedRotation[],
  problems: (rotation: ObservedRotation) => readonly string[],
): string[] {
  const successes = rotations.filter(({ outcome }) => outcome === 'succeeded');
  if (successes.length === 0) return ['no rotation went through that could have shown it'];
  return eachRotation(successes, problems);
}

function unless(expected: 'accepted' | 'rejected', result: LoginResult, version: string): string[] {
  if (result.kind === expected) return [];
  const seen = result.kind === 'failed' ? `failed to log in (${result.reason})` : `was ${result.kind}`;
  return [`${version} ${seen}`];
}

function describeFailure({ kind, reason }: ClientFailure): string {
  return kind === 'rejected'
    ? `a login of the client was rejected: ${reason}`
    : `the client failed: ${reason}`;
}

/** A client that hardly ran proves nothing; it is given the time for one login after each rotation. */
function tooFewLogins(logins: number, rotations: readonly ObservedRotation[]): string[] {
  if (logins >= rotations.length) return [];
  return [`the client logged in only ${logins} times, in ${rotations.length} rotations`];
}
