import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { DEFAULT_BOUNDS, SHRINKING_LIMIT } from './bounds.ts';
import { type Guards, NO_LOGIN_CHECK, NO_PREVIOUS, NO_UNLABELLED_SEARCH } from './guards.ts';
import { promisesHold } from './property.ts';
import { openSite } from './site.ts';
import type { Strategy } from './world.ts';

/* The test of the test: without one of its guards the product breaks a promise, and the bounded run finds it. */

interface Case {
  readonly missing: string;
  readonly strategy: Strategy;
  readonly guards: Guards;
  /** What the model then says. */
  readonly verdict: RegExp;
}

const CASES: readonly Case[] = [
  {
    missing: 'the search through versions without a label',
    strategy: 'single-user',
    guards: NO_UNLABELLED_SEARCH,
    verdict: /setSecret of .* ended with NoStoredLoginWorks, expected /,
  },
  {
    missing: 'AWSPREVIOUS as a candidate',
    strategy: 'single-user',
    guards: NO_PREVIOUS,
    verdict: /setSecret of .* ended with NoStoredLoginWorks, expected /,
  },
  {
    missing: 'the proof that AWSCURRENT logs in',
    strategy: 'alternating-users',
    guards: NO_LOGIN_CHECK,
    verdict: /ended with success, expected LoginRejected|Found .*_clone":"\(locked\)"/,
  },
];

test.concurrent.each(CASES)(
  'a product without $missing is found out',
  async ({ strategy, guards, verdict }) => {
    await using site = await openSite(inject('servers').postgres, strategy, guards);
    const { numRuns, seed, maxCommands } = DEFAULT_BOUNDS;
    const found = fc.assert(promisesHold(site, { maxCommands }), {
      numRuns,
      seed,
      endOnFailure: true,
      interruptAfterTimeLimit: SHRINKING_LIMIT,
      includeErrorInReport: true,
    });
    await expect(found).rejects.toThrow(verdict);
  },
);
