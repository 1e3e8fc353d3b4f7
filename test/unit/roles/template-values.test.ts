import { describe, expect, it } from 'vitest';
import { holds, resolve, type Scope } from '../../support/roles/template-values.ts';

const NO_VALUE = { Ref: 'AWS::NoValue' };

const SCOPE: Scope = {
  parameters: { 'AWS::Region': 'eu-west-1', Pattern: 'arn:x:*', Tag: '', Arns: ['arn:1', 'arn:2'] },
  conditions: {
    HasTag: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Tag' }, ''] }] },
    InEurope: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    Both: { 'Fn::And': [{ Condition: 'HasTag' }, { Condition: 'InEurope' }] },
    One: { 'Fn::Or': [{ Condition: 'HasTag' }, { Condition: 'InEurope' }] },
  },
  resources: ['Role'],
};

describe('a part of a template', () => {
  it.each([
    ['a text', 'text', 'text'],
    ['a number', 30, 30],
    ['a parameter', { Ref: 'Pattern' }, 'arn:x:*'],
    ['a parameter that is a list', { Ref: 'Arns' }, ['arn:1', 'arn:2']],
    ['a resource', { Ref: 'Role' }, 'Role'],
    ['an attribute', { 'Fn::GetAtt': 'Role.Arn' }, 'Role.Arn'],
    [
      'a substitution',
      { 'Fn::Sub': `\${AWS::Region}/\${Role.Arn}/\${!kept}` },
      `eu-west-1/Role.Arn/\${kept}`,
    ],
    ['one with variables', { 'Fn::Sub': [`\${a}-\${Tag}`, { a: { Ref: 'Pattern' } }] }, 'arn:x:*-'],
    ['a joined list', { 'Fn::Join': [',', ['a', { Ref: 'AWS::Region' }]] }, 'a,eu-west-1'],
    ['a split text', { 'Fn::Split': [',', { 'Fn::Join': [',', { Ref: 'Arns' }] }] }, ['arn:1', 'arn:2']],
    ['a choice', { 'Fn::If': ['InEurope', 'yes', 'no'] }, 'yes'],
    ['the other choice', { 'Fn::If': ['HasTag', 'yes', 'no'] }, 'no'],
    ['a choice not made, which need not make sense', { 'Fn::If': ['HasTag', { Ref: 'Nobody' }, 'no'] }, 'no'],
    ['no value in a list', ['a', { 'Fn::If': ['HasTag', 'b', NO_VALUE] }], ['a']],
    ['no value in an object', { a: 1, b: { 'Fn::If': ['HasTag', 2, NO_VALUE] } }, { a: 1 }],
    [
      'a statement with a condition',
      { Condition: { StringEquals: { k: { Ref: 'Pattern' } } } },
      {
        Condition: { StringEquals: { k: 'arn:x:*' } },
      },
    ],
  ])('%s', (_case, part, resolved) => {
    expect(resolve(part, SCOPE)).toEqual(resolved);
  });

  it.each([
    ['a function', { 'Fn::Select': [0, ['a']] }, 'Fn::Select is not known here'],
    ['a reference', { Ref: 'Nobody' }, 'Nobody is neither a parameter with a value nor a resource'],
    ['a condition', { 'Fn::If': ['Nobody', 1, 2] }, 'no condition Nobody'],
  ])('with %s that is not known is refused', (_case, part, message) => {
    expect(() => resolve(part, SCOPE)).toThrow(message);
  });
});

it.each([
  ['InEurope', true],
  ['HasTag', false],
  ['Both', false],
  ['One', true],
  [undefined, true],
])('the condition %s holds: %s', (condition, expected) => {
  expect(holds(condition, SCOPE)).toBe(expected);
});
