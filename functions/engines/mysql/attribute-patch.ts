import { listItems } from './tokens.ts';

/*
 * MySQL merges what a statement gives as ATTRIBUTE into what the account has, as RFC 7396 says: a key with null goes, and a
 * stored object never has one. The values stay text all the way: JSON.parse would round what the server keeps as it is, as
 * 12345678901234567890 or 1.0.
 */

/** Texts of JSON are tokens of their own. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\s+|./gs;
const MEMBER = /^("(?:[^"\\]|\\.)*")\s*:\s*(.*)$/s;

/**
 * The patch that makes the object `present` equal to `wanted`.
 * @param wanted,present JSON objects as the server prints them, which writes equal values alike
 */
export function attributePatch(wanted: string, present: string): string {
  const [goal, start] = [membersOf(wanted), membersOf(present)];
  const changed = [...goal].flatMap(([key, value]) => {
    const before = start.get(key);
    if (value === before) return [];
    const nested = before !== undefined && isObject(value) && isObject(before);
    return [`${key}: ${nested ? attributePatch(value, before) : value}`];
  });
  const removed = [...start.keys()].filter((key) => !goal.has(key)).map((key) => `${key}: null`);
  return `{${[...changed, ...removed].join(', ')}}`;
}

function membersOf(object: string): Map<string, string> {
  return new Map(
    listItems(object.slice(1, -1).match(TOKEN) ?? []).map((member) => {
      const [, key = '', value = ''] = MEMBER.exec(member) ?? [];
      return [key, value];
    }),
  );
}

const isObject = (value: string) => value.startsWith('{');
