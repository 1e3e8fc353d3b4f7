import { describe, expect, it } from 'vitest';
import { CANARY, canariesIn } from './canaries.ts';

const hidden = Object.defineProperty({}, 'sql', { value: CANARY.superuser, enumerable: false });
const cyclic: Record<string, unknown> = { password: CANARY.previous };
cyclic['self'] = cyclic;

describe('the search for canaries', () => {
  it.each([
    ['a text', `a ${CANARY.current} b`, ['current']],
    ['a message', new Error(CANARY.pending), ['pending']],
    ['a cause of a cause', new Error('', { cause: new Error('', { cause: CANARY.current }) }), ['current']],
    ['a property of an error', Object.assign(new Error(''), { sql: CANARY.generated }), ['generated']],
    ['a property that is not enumerable', hidden, ['superuser']],
    ['something nested', { a: [{ b: new Map([['c', CANARY.rotationToken]]) }] }, ['rotationToken']],
    ['a cycle', [cyclic.self], ['previous']],
    ['an aggregate', new AggregateError([new Error(CANARY.current)]), ['current']],
    [
      'a getter',
      {
        get password() {
          return CANARY.current;
        },
      },
      ['current'],
    ],
    ['nothing', undefined, []],
    ['innocence', new Error('the password was rejected', { cause: new Error('28P01') }), []],
  ])('looks into %s', (_case, thing, found) => {
    expect(canariesIn(thing)).toEqual(found);
  });
});
