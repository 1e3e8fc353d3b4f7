import { describe, expect, it } from 'vitest';
import * as checks from '../../local/demo/checks.ts';
import type { ClientFailure, Observation } from '../../local/demo/observation.ts';
import { brokenPromises, PROMISES } from '../../local/demo/promises.ts';
import { alternatingUsers, dualPasswords, singleUser, withSecond } from './observations.ts';

const failure = (changes: Partial<ClientFailure>): ClientFailure => ({
  kind: 'rejected',
  from: 2_020,
  to: 2_030,
  reason: 'wrong password',
  ...changes,
});

const withClient = (observation: Observation, ...failures: ClientFailure[]): Observation => ({
  ...observation,
  client: { ...observation.client, failures },
  rejectedByServer: failures.filter(({ kind }) => kind === 'rejected').length,
});

/** What is seen when a promise is broken, and what the check then says, word for word. */
const BROKEN: readonly (readonly [checks.Check, Observation, readonly string[]])[] = [
  [
    checks.everyRotationSucceeds,
    withSecond(singleUser, { outcome: 'failed', failures: ['attempt 1, setSecret: no'] }),
    ['rotation 2: it ended as failed', 'rotation 2: attempt 1, setSecret: no'],
  ],
  [
    checks.everyRotationSucceeds,
    withSecond(singleUser, { failures: ['attempt 1, setSecret: no'] }),
    ['rotation 2: attempt 1, setSecret: no'],
  ],
  [checks.everyRotationSucceeds, { ...singleUser, wanted: 5 }, ['only 2 of 5 rotations were run']],
  [
    checks.passwordsAreNew,
    withSecond(singleUser, { passwordIsNew: false }),
    ['rotation 2: AWSCURRENT has a password that an earlier version had'],
  ],
  [
    checks.currentLogsIn,
    withSecond(singleUser, { currentLogin: { kind: 'rejected' } }),
    ['rotation 2: AWSCURRENT was rejected'],
  ],
  [
    checks.currentLogsIn,
    withSecond(singleUser, { currentLogin: { kind: 'failed', reason: 'no table' } }),
    ['rotation 2: AWSCURRENT failed to log in (no table)'],
  ],
  [
    checks.pendingIsGone,
    withSecond(singleUser, { labels: { current: 'one', pending: 'other' } }),
    ['rotation 2: AWSPENDING is on a version that is not AWSCURRENT'],
  ],
  [
    checks.oldPasswordIsRejected,
    withSecond(singleUser, { previousLogin: { kind: 'accepted' } }),
    ['rotation 2: AWSPREVIOUS was accepted'],
  ],
  [
    checks.previousLogsIn,
    withSecond(alternatingUsers, { previousLogin: { kind: 'rejected' } }),
    ['rotation 2: AWSPREVIOUS was rejected'],
  ],
  [
    checks.usersAlternate,
    withSecond(alternatingUsers, { username: 'shop_clone' }),
    ['rotation 2: AWSCURRENT is shop_clone again'],
  ],
  [
    checks.usersAreEqual,
    withSecond(alternatingUsers, { inequalities: ['shop lacks SELECT'] }),
    ['rotation 2: shop lacks SELECT'],
  ],
  [
    checks.noClientFails,
    withClient(alternatingUsers, failure({})),
    ['a login of the client was rejected: wrong password'],
  ],
  [
    checks.noClientFails,
    { ...alternatingUsers, client: { ...alternatingUsers.client, logins: 1 } },
    ['the client logged in only 1 times, in 2 rotations'],
  ],
  [
    checks.clientFailsInGapOnly,
    withClient(singleUser, failure({ from: 1_980, to: 2_009 })),
    ['a login of the client was rejected: wrong password (while no password changed)'],
  ],
  [
    checks.clientFailsInGapOnly,
    withClient(singleUser, failure({ from: 2_076, to: 2_090 })),
    ['a login of the client was rejected: wrong password (while no password changed)'],
  ],
  [
    checks.clientFailsInGapOnly,
    withClient(singleUser, failure({ kind: 'failed', reason: 'ECONNREFUSED' })),
    ['the client failed: ECONNREFUSED'],
  ],
  [
    checks.clientFailsInGapOnly,
    { ...singleUser, client: { ...singleUser.client, logins: 0 } },
    ['the client logged in only 0 times, in 2 rotations'],
  ],
  [
    checks.noNeedlessFailedLogin,
    { ...singleUser, rejectedByServer: 7 },
    ["2 rejected logins in the server's log are neither the client's nor a check's"],
  ],
  [
    checks.noNeedlessFailedLogin,
    { ...singleUser, rejectedByServer: 4 },
    ["1 rejected logins are missing from the server's log"],
  ],
  [
    checks.nothingLeaks,
    { ...singleUser, leaks: ["the first password stands in the function's log"] },
    ["the first password stands in the function's log"],
  ],
  [
    checks.otherKeysSurvive,
    withSecond(singleUser, { changedKeys: ['contact'] }),
    ['rotation 2: the key "contact" is not as it was'],
  ],
];

describe('what the demo checks', () => {
  it.each([singleUser, dualPasswords, alternatingUsers])(
    'holds when all went well: $handover',
    (observation) => {
      expect(brokenPromises(observation)).toEqual([]);
    },
  );

  it.each(BROKEN)('$promise', (check, observation, violations) => {
    expect(check.violations(observation)).toEqual(violations);
  });

  it('is tried with a broken promise for every check of every handover', () => {
    const tried = BROKEN.map(([check]) => check);
    const all = Object.values(PROMISES).flat();
    expect(all.filter((check) => !tried.includes(check))).toEqual([]);
  });

  it('makes a broken promise known under its name', () => {
    expect(brokenPromises(withSecond(alternatingUsers, { username: 'shop_clone' }))).toEqual([
      {
        promise: 'The user changed with every rotation',
        violations: ['rotation 2: AWSCURRENT is shop_clone again'],
      },
    ]);
  });

  it('promises of dual passwords that the client notices nothing and the old one works on', () => {
    const rejected = { kind: 'rejected' } as const;
    const noticed = withClient(withSecond(dualPasswords, { previousLogin: rejected }), failure({}));
    expect(brokenPromises({ ...noticed, rejectedByServer: 2 })).toEqual([
      {
        promise: 'AWSCURRENT logged in at every instant: no login of the client failed',
        violations: ['a login of the client was rejected: wrong password'],
      },
      {
        promise: 'AWSPREVIOUS still logged in: sessions that open late get in too',
        violations: ['rotation 2: AWSPREVIOUS was rejected'],
      },
    ]);
  });

  it('lets AWSPENDING stay on the version that is AWSCURRENT', () => {
    const left = withSecond(singleUser, { labels: { current: 'one', pending: 'one' } });
    expect(checks.pendingIsGone.violations(left)).toEqual([]);
  });

  it.each([
    checks.passwordsAreNew,
    checks.oldPasswordIsRejected,
    checks.previousLogsIn,
    checks.usersAlternate,
    checks.usersAreEqual,
    checks.otherKeysSurvive,
  ])('does not hold when no rotation went through: $promise', (check) => {
    const rotations = singleUser.rotations.map((rotation) => ({ ...rotation, outcome: 'failed' }));
    expect(check.violations({ ...singleUser, rotations })).toEqual([
      'no rotation went through that could have shown it',
    ]);
  });
});
