import { Password } from '@rotation/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSecretValue } from '../../../layers/rotation-core/src/secret-value.ts';
import { CANARY, thrownBy } from '../support/canaries.ts';
import { POSTGRES, valueText } from '../support/secret-values.ts';

const rewritten = (text: string, password: string = CANARY.generated) =>
  parseSecretValue({ kind: 'text', text }, 'AWSCURRENT', POSTGRES).withLogin(
    'app_clone',
    new Password(password),
  );

/** A value with something else in it, as it is written before a new login is put in and after. */
const withExtra = (extra: string) => ({
  before: `{"engine":"postgres","host":"h","username":"app","password":"${CANARY.current}",${extra}}`,
  after: `{"engine":"postgres","host":"h","username":"app_clone","password":"${CANARY.generated}",${extra}}`,
});

describe('a value with a new login in it', () => {
  it.each([
    ['an integer beyond 2^53', '"id":12345678901234567890'],
    ['a number with a zero behind its point', '"version":1.0'],
    ['a number beyond every double', '"big":1e400'],
    ['more digits than a double holds', '"pi":3.14159265358979323846264338327950288'],
    ['a negative zero', '"zero":-0'],
    ['an exponent', '"e":1E+2'],
    ['numbers inside of others', '"a":{"b":[1.10,{"c":2.0,"d":[10000000000000000001]}]}'],
    ['all kinds of values', '"a":null,"b":true,"c":false,"d":"","e":[],"f":{}'],
    ['a key __proto__', '"__proto__":{"engine":"mysql"},"x":{"__proto__":1.0}'],
    ['keys of every object', '"constructor":"a","toString":"b","toJSON":"c","rawJSON":"1"'],
    ['an empty key', '"":"a"'],
    ['escapes that JSON needs', '"a":"\\"\\\\\\n\\t\\b\\u0001"'],
    ['characters beyond ASCII', '"ä€😀":"ü"'],
    ['half a surrogate pair', '"half":"\\ud83d"'],
    ['keys that AWS knows', '"port":"5432","dbInstanceIdentifier":"db-1","ssl":"False","masterarn":"arn"'],
  ])('keeps %s as it was written', (_case, extra) => {
    const { before, after } = withExtra(extra);
    expect(rewritten(before)).toBe(after);
  });

  it('keeps the value of an escape that JSON does not need, and of a key that is there twice', () => {
    expect(JSON.parse(rewritten(withExtra('"a":"\\u0041\\/","b":1,"b":2').before))).toMatchObject({
      a: 'A/',
      b: 2,
    });
  });

  it('holds any password', () => {
    for (const password of ['"', '\\', '\n', '\u2028', '😀', '$&', '$1', "'"]) {
      expect(JSON.parse(rewritten(valueText(), password))).toMatchObject({ password });
    }
  });

  it('is what it was, but for the login, whatever else it holds', () => {
    const other = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    fc.assert(
      fc.property(other, fc.string({ minLength: 1, unit: 'binary' }), (extra, password) => {
        const before = { ...extra, ...JSON.parse(valueText()) };
        const after = { ...before, username: 'app_clone', password };
        expect(JSON.parse(rewritten(JSON.stringify(before), password))).toEqual(
          JSON.parse(JSON.stringify(after)),
        );
      }),
    );
  });

  it('can be given a new login again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (first, second) => {
        fc.pre(!first.includes('\0'));
        expect(rewritten(rewritten(valueText({ n: 1 }), first), second)).toBe(
          rewritten(valueText({ n: 1 }), second),
        );
      }),
    );
  });
});

describe('the size of a value', () => {
  const LIMIT = 65_536;
  /** A value whose rewriting has this many bytes; ü counts two. */
  const filled = (bytes: number) => {
    const { before, after } = withExtra('"pad":""');
    const missing = bytes - Buffer.byteLength(after);
    return before.replace(
      '"pad":""',
      `"pad":"${'ü'.repeat(Math.floor(missing / 2))}${'a'.repeat(missing % 2)}"`,
    );
  };

  it('may be what Secrets Manager stores', () => {
    expect(Buffer.byteLength(rewritten(filled(LIMIT)))).toBe(LIMIT);
  });

  it('is refused when a new login makes it one byte more', async () => {
    const text = filled(LIMIT + 1);
    expect(Buffer.byteLength(text)).toBeLessThan(LIMIT);
    const failure = await thrownBy(() => rewritten(text));
    expect(failure.name).toBe('InvalidSecretValue');
    expect(failure.message).toContain('The AWSCURRENT value with a new login would exceed 65536 bytes.');
  });

  it('may be of one deep nesting', () => {
    const { before, after } = withExtra(`"deep":${'['.repeat(500)}${']'.repeat(500)}`);
    expect(rewritten(before)).toBe(after);
  });
});
