import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributePatch } from '../../../../functions/engines/mysql/attribute-patch.ts';

describe('the patch from one attribute to another', () => {
  it.each([
    ['nothing', '{}', '{}', '{}'],
    ['a key more', '{"a": 1, "b": 2}', '{"a": 1}', '{"b": 2}'],
    ['a key less', '{"a": 1}', '{"a": 1, "b": 2}', '{"b": null}'],
    ['none of the keys', '{}', '{"a": {"b": 1}, "c": 2}', '{"a": null, "c": null}'],
    ['another value', '{"a": "x"}', '{"a": "y"}', '{"a": "x"}'],
    ['an inner key more and less', '{"a": {"b": 1}}', '{"a": {"c": 2}}', '{"a": {"b": 1, "c": null}}'],
    ['an object for a value', '{"a": {"b": 1}}', '{"a": [1]}', '{"a": {"b": 1}}'],
    ['a value for an object', '{"a": "{}"}', '{"a": {"b": 1}}', '{"a": "{}"}'],
    ['an empty object', '{"a": {}}', '{"a": {"b": {"c": 1}}}', '{"a": {"b": null}}'],
    [
      'another list, null included',
      '{"a": [1, null, {"x": 1}]}',
      '{"a": [1, {"x": 2}]}',
      '{"a": [1, null, {"x": 1}]}',
    ],
    ['signs in texts', '{"a,b": "}, \\"c\\": {"}', '{"{": "["}', '{"a,b": "}, \\"c\\": {", "{": null}'],
    [
      'numbers as they stand',
      '{"n": 1.0, "big": 12345678901234567890}',
      '{"n": 1, "big": 12345678901234567000}',
      '{"n": 1.0, "big": 12345678901234567890}',
    ],
    ['a key that objects of JavaScript have', '{"__proto__": {"x": 1}}', '{}', '{"__proto__": {"x": 1}}'],
    ['an empty key', '{"": 1}', '{"": 2}', '{"": 1}'],
  ])('has %s', (_case, wanted, present, patch) => {
    expect(attributePatch(wanted, present)).toBe(patch);
  });

  /** RFC 7396, section 2. */
  function mergePatch(target: unknown, patch: unknown): unknown {
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
    const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
    const merged = new Map(Object.entries(isObject ? target : {}));
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) merged.delete(key);
      else merged.set(key, mergePatch(merged.get(key), value));
    }
    return Object.fromEntries(merged);
  }

  it('is right whatever the two are', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(0, 1, true, '', 'a', '{', '"', '\\', ', '),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c', '"', ':'), tie('value'), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    }));
    const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { noNullPrototype: true });
    fc.assert(
      fc.property(object, object, (wanted, present) => {
        const patch = attributePatch(JSON.stringify(wanted), JSON.stringify(present));
        expect(mergePatch(present, JSON.parse(patch))).toEqual(wanted);
      }),
    );
  });
});
