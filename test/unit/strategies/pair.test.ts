import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherUsername, pairOf, wasLogin } from '../../../functions/strategies/pair.ts';
import { thrownBy } from '../support/canaries.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { current, parsed, pending, previous } from '../support/secret-values.ts';

/** A rotation of a secret that has had these users, the first as AWSPREVIOUS. */
const rotationAfter = (before: string | undefined, ...older: string[]) =>
  rotationStub({
    ...(before !== undefined && { previous: previous({ username: before }) }),
    unlabelled: older.map((username) => parsed('older', { username })),
  });

const otherOf = (username: string, rotation = rotationAfter(undefined)) =>
  otherUsername(current({ username }), rotation);
const pairBetween = (from: string, to: string, environment = {}, usernames?: readonly string[]) =>
  pairOf(
    { current: current({ username: from, usernames }), pending: pending({ username: to, usernames }) },
    environment,
  );

describe('the other user of a pair', () => {
  it.each([
    ['the first rotation', 'app', undefined, 'app_clone'],
    ['the second rotation', 'app_clone', 'app', 'app'],
    ['the third rotation', 'app', 'app_clone', 'app_clone'],
    ['AWSPREVIOUS of the same user', 'app', 'app', 'app_clone'],
    ['AWSPREVIOUS of somebody else', 'app', 'other', 'app_clone'],
    ['a user truly called x_clone', 'x_clone', undefined, 'x_clone_clone'],
    ['a user truly called x_clone, rotated before as a single user', 'x_clone', 'x_clone', 'x_clone_clone'],
    ['its clone', 'x_clone_clone', 'x_clone', 'x_clone'],
    ['a user truly called x_clone, once more', 'x_clone', 'x_clone_clone', 'x_clone_clone'],
    ['a user called _clone', '_clone', undefined, '_clone_clone'],
    ['its clone too', '_clone_clone', '_clone', '_clone'],
    ['a suffix in capitals', 'app_CLONE', 'app', 'app_CLONE_clone'],
  ])('%s: %s after %s', async (_case, username, before, expected) => {
    expect(await otherOf(username, rotationAfter(before))).toBe(expected);
  });

  it.each([
    ['a clone that was repaired as a single user', 'app_clone', ['app_clone', 'app'], 'app'],
    ['a clone without AWSPREVIOUS', 'app_clone', [undefined, 'other', 'app'], 'app'],
    ['a user truly called x_clone', 'x_clone', ['x_clone', 'other', 'x_clone_clone'], 'x_clone_clone'],
  ] as const)('%s: %s with older versions', async (_case, username, [before, ...older], expected) => {
    expect(await otherOf(username, rotationAfter(before, ...older))).toBe(expected);
  });

  it.each(['app', '_clone'])('of %s needs no look at other versions', async (username) => {
    const rotation = rotationAfter('x', 'y');
    expect(await otherOf(username, rotation)).toBe(`${username}_clone`);
    expect(rotation.previous).not.toHaveBeenCalled();
    expect(rotation.unlabelled).not.toHaveBeenCalled();
  });

  it('is of the pair, never empty, and brings one back to where one was', async () => {
    const name = fc
      .tuple(fc.string({ minLength: 1 }), fc.constantFrom('', '_clone', '_clone_clone'))
      .map((parts) => parts.join('').replaceAll('\0', ''))
      .filter((text) => text !== '');
    await fc.assert(
      fc.asyncProperty(name, fc.option(name, { nil: undefined }), async (username, before) => {
        const other = await otherOf(username, rotationAfter(before));
        expect(other).not.toBe('');
        expect(pairBetween(username, other)).toEqual(pairBetween(other, username));
        expect(await otherOf(other, rotationAfter(username))).toBe(username);
      }),
    );
  });

  it('has the suffix that the function is configured with', async () => {
    const environment = { CLONE_SUFFIX: '2' };
    expect(await otherOf('app', rotationStub({ environment }))).toBe('app2');
    expect(
      await otherOf('app2', rotationStub({ environment, previous: previous({ username: 'app' }) })),
    ).toBe('app');
    expect(pairBetween('app2', 'app', environment)).toEqual({
      kind: 'clone',
      original: 'app',
      clone: 'app2',
    });
  });

  it.each([
    ['blue', 'green'],
    ['green', 'blue'],
  ])('of %s is %s when the secret names both', async (username, other) => {
    const rotation = rotationAfter(other);
    const usernames = ['blue', 'green'];
    expect(await otherUsername(current({ username, usernames }), rotation)).toBe(other);
    expect(rotation.previous).not.toHaveBeenCalled();
    expect(pairBetween(username, other, {}, usernames)).toEqual({ kind: 'given' });
  });
});

describe('a pair', () => {
  it.each([
    ['app', 'app_clone'],
    ['app_clone', 'app'],
  ])('from %s to %s has one original and one clone', (from, to) => {
    expect(pairBetween(from, to)).toEqual({ kind: 'clone', original: 'app', clone: 'app_clone' });
  });

  it.each([
    ['app', 'app_clone'],
    ['app_clone', 'app'],
  ])('from %s to %s is given where the function manages no clones', (from, to) => {
    expect(pairBetween(from, to, { MANAGE_CLONES: 'false' })).toEqual({ kind: 'given' });
  });

  it.each([
    ['app', 'app'],
    ['app', 'app_clone_clone'],
    ['app', 'App_clone'],
    ['_clone', '_clone'],
    ['app', 'other_clone'],
  ])('is not made of %s and %s', async (one, other) => {
    expect((await thrownBy(() => pairBetween(one, other))).name).toBe('IdentityChanged');
    expect((await thrownBy(() => pairBetween(other, one))).name).toBe('IdentityChanged');
  });

  it.each([
    ['blue', 'blue'],
    ['blue', 'blue_clone'],
    ['green', 'app'],
  ])('is not made of %s and %s where the secret names blue and green', async (one, other) => {
    const versions = {
      current: current({ username: one, usernames: ['blue', 'green'] }),
      pending: pending({ username: other }),
    };
    expect((await thrownBy(() => pairOf(versions, {}))).name).toBe('IdentityChanged');
  });
});

describe('a user of the secret', () => {
  it('is that of AWSPREVIOUS, and no older version is read then', async () => {
    const rotation = rotationAfter('app', 'app');
    expect(await wasLogin('app', rotation)).toBe(true);
    expect(rotation.unlabelled).not.toHaveBeenCalled();
  });

  it('is looked for in ten older versions, each of which is a call to Secrets Manager', async () => {
    const others = Array.from({ length: 9 }, (_, i) => `other${i}`);
    expect(await wasLogin('app', rotationAfter(undefined, ...others, 'app'))).toBe(true);
    expect(await wasLogin('app', rotationAfter(undefined, ...others, 'another', 'app'))).toBe(false);
  });

  it.each([
    ['of an older version', 'other', ['another', 'app'], true],
    ['of an older version where there is no AWSPREVIOUS', undefined, ['app'], true],
    ['no other', 'other', ['App', 'app_clone', 'ap'], false],
    ['no other where there is no version', undefined, [], false],
  ])('is that %s', async (_case, before, older, expected) => {
    expect(await wasLogin('app', rotationAfter(before, ...older))).toBe(expected);
  });
});
