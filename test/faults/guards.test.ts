import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Case } from './case.ts';
import { COMPLETE, type GuardName, WITHOUT } from './guards.ts';
import { runMatrix } from './matrix.ts';
import type { SetupName } from './setup.ts';
import { complaints } from './task.ts';
import { type EngineName, openWorld, type World } from './world.ts';

/* Tests of the test: without one of the product's guards, the matrix finds something; with all of them, the same cases find nothing. */

interface Removal {
  readonly guard: GuardName;
  readonly strategy: SetupName;
  readonly rotationsBefore: number;
  /** Where it is missed. */
  readonly select: (which: Case) => boolean;
  /** What the matrix says of it, among other things. */
  readonly finds: RegExp;
}

const ON_POSTGRES: readonly Removal[] = [
  {
    guard: 'write-ahead',
    strategy: 'single-user',
    rotationsBefore: 0,
    select: ({ point, fault, way }) =>
      point.name === 'PutSecretValue' && fault === 'never arrives' && way === 'same token again',
    finds: /PutSecretValue .*I3: the password of app_\d+_ is in no version.*not recovered/,
  },
  {
    guard: 'identity-check',
    strategy: 'single-user',
    rotationsBefore: 0,
    select: ({ point, fault, way }) =>
      point.name === 'PutSecretValue' && fault === 'killed right after' && way === 'database moved',
    finds: /I7: the old host got: setSecret: login of user/,
  },
  {
    guard: 'unlabelled-versions',
    strategy: 'single-user',
    rotationsBefore: 0,
    select: ({ point, fault, way }) =>
      point.name.includes('PASSWORD') &&
      fault === 'killed right after' &&
      way === 'label stripped, new token',
    finds: /not recovered: setSecret failed with NoStoredLoginWorks/,
  },
  {
    guard: 'verified-login',
    strategy: 'single-user',
    rotationsBefore: 0,
    select: ({ fault }) => fault === 'password does not work',
    finds: /I2: no stored version logs in/,
  },
  {
    guard: 'following-clone',
    strategy: 'alternating-users',
    // From the clone back to the original.
    rotationsBefore: 1,
    select: ({ point, fault, way }) =>
      point.name === 'PutSecretValue' && fault === 'answer is lost' && way === 'same token again',
    finds: /the clone is not equal to its original/,
  },
];

/* Only MySQL has two passwords for a user. */
const ON_MYSQL: readonly Removal[] = [
  {
    guard: 'retained-password',
    strategy: 'dual-passwords',
    rotationsBefore: 0,
    select: ({ point, fault, way }) =>
      point.name.startsWith('ALTER USER') && fault === 'killed right after' && way === 'same token again',
    finds: /I1: AWSCURRENT is rejected/,
  },
  {
    guard: 'named-primary',
    strategy: 'dual-passwords',
    rotationsBefore: 0,
    // The rotation that is given up goes well: it is the next one that loses AWSCURRENT, until it has moved it.
    select: ({ point, fault, way }) =>
      point.name.startsWith('ALTER USER') &&
      fault === 'killed right after' &&
      way === 'label stripped, new token',
    finds: /I1: AWSCURRENT is rejected after ALTER USER/,
  },
];

const REMOVALS: readonly (readonly [EngineName, readonly Removal[]])[] = [
  ['postgres', ON_POSTGRES],
  ['mysql', ON_MYSQL],
];

describe.each(REMOVALS)('the matrix on %s', (engine, removals) => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  it.each(removals)('misses the guard $guard', async ({ guard, finds, ...options }) => {
    const whole = await runMatrix(world, { ...options, assembly: COMPLETE });
    expect(whole.results).not.toEqual([]);
    expect(complaints({ ...whole, leaks: [] })).toEqual([]);

    const part = await runMatrix(world, { ...options, assembly: WITHOUT[guard] });
    expect(complaints({ ...part, leaks: [] }).join('\n')).toMatch(finds);
  });
});
