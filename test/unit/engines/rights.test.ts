import { describe, expect, it } from 'vitest';
import { lacking } from '../../../functions/engines/rights.ts';

describe('what one lacks of another’s rights', () => {
  it.each([
    ['nothing of none', [], [{ text: 'read' }], []],
    ['nothing that it has', [{ text: 'read' }], [{ text: 'write' }, { text: 'read' }], []],
    [
      'what it does not have, in the model’s order',
      [{ text: 'b' }, { text: 'x' }, { text: 'a' }],
      [{ text: 'x' }],
      ['b', 'a'],
    ],
    [
      'nothing that a broader right implies',
      [{ text: 'read one', impliedBy: ['read', 'all'] }],
      [{ text: 'all' }],
      [],
    ],
    [
      'what only another broader right implies',
      [{ text: 'read one', impliedBy: ['read'] }],
      [{ text: 'write' }],
      ['read one'],
    ],
    [
      'a broader right of which it has a part',
      [{ text: 'all' }],
      [{ text: 'read', impliedBy: ['all'] }],
      ['all'],
    ],
  ])('is %s', (_case, model, rights, missing) => {
    expect(lacking(model, rights)).toEqual(missing);
  });
});
