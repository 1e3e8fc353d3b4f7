import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arePair, otherUsername, wasLogin } from '../../../functions/strategies/clone-name.ts';
import { rotationStub } from '../support/rotation-stub.ts';
import { parsed, previous } from '../support/secret-values.ts';

/** A rotation of a secret that has had these users, the first as AWSPREVIOUS. */
const rotationAfter = (before: string | undefined, ...older: string[]) =>
  rotationStub({
    ...(before !== undefined && { previous: previous({ username: before }) }),
    unlabelled: older.map((username) => parsed('older', { username })),
  });

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
  ])('%s: %s after %s', async (_case, current, before, expected) => {
    expect(await otherUsername(current, rotationAfter(before))).toBe(expected);
  });

  it.each([
    ['a clone that was repaired as a single user', 'app_clone', ['app_clone', 'app'], 'app'],
    ['a clone without AWSPREVIOUS', 'app_clone', [undefined, 'other', 'app'], 'app'],
    ['a user truly called x_clone', 'x_clone', ['x_clone', 'other', 'x_clone_clone'], 'x_clone_clone'],
  ] as const)('%s: %s with older versions', async (_case, current, [before, ...older], expected) => {
    expect(await otherUsername(current, rotationAfter(before, ...older))).toBe(expected);
  });

  it.each(['app', '_clone'])('of %s needs no look at other versions', async (current) => {
    const rotation = rotationAfter('x', 'y');
    expect(await otherUsername(current, rotation)).toBe(`${current}_clone`);
    expect(rotation.previous).not.toHaveBeenCalled();
    expect(rotation.unlabelled).not.toHaveBeenCalled();
  });

  it('is of the pair, never empty, and brings one back to where one was', async () => {
    const name = fc
      .tuple(fc.string({ minLength: 1 }), fc.constantFrom('', '_clone', '_clone_clone'))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(name, fc.option(name, { nil: undefined }), async (current, before) => {
        const other = await otherUsername(current, rotationAfter(before));
        expect(other).not.toBe('');
        expect(arePair(current, other)).toBe(true);
        expect(arePair(other, current)).toBe(true);
        expect(await otherUsername(other, rotationAfter(current))).toBe(current);
      }),
    );
  });

  it.each([
    ['app', 'app'],
    ['app', 'app_clone_clone'],
    ['app', 'App_clone'],
    ['_clone', '_clone'],
    ['app', 'other_clone'],
  ])('%s and %s are no pair', (one, other) => {
    expect(arePair(one, other)).toBe(false);
    expect(arePair(other, one)).toBe(false);
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
