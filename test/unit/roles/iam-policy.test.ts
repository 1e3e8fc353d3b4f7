import { describe, expect, it } from 'vitest';
import { type AccessRequest, isAllowed, type Statement } from '../../support/roles/iam-policy.ts';

const READ: Statement = {
  Effect: 'Allow',
  Action: ['secretsmanager:GetSecretValue', 'secretsmanager:Describe*'],
  Resource: 'arn:aws:secretsmanager:*:1:secret:databases/*',
  Condition: { StringEquals: { owner: ['one', 'other'] }, StringLike: { path: 'a?c/*' } },
};

const REQUEST: AccessRequest = {
  action: 'secretsmanager:GetSecretValue',
  resource: 'arn:aws:secretsmanager:eu-west-1:1:secret:databases/orders-AbCdEf',
  context: { owner: 'other', path: 'abc/d/e' },
};

describe('a request', () => {
  it.each([
    ['that fits in everything', {}],
    ['with an action that a wildcard stands for', { action: 'secretsmanager:DescribeSecret' }],
  ])('%s is allowed', (_case, part) => {
    expect(isAllowed([READ], { ...REQUEST, ...part })).toBe(true);
  });

  it.each([
    ['another action', { action: 'secretsmanager:PutSecretValue' }],
    ['an action that only begins alike', { action: 'secretsmanager:GetSecretValues' }],
    ['another resource', { resource: 'arn:aws:secretsmanager:eu-west-1:1:secret:other/orders' }],
    ['no resource in particular', { resource: '*' }],
    ['another value', { context: { owner: 'o*', path: 'abc/d' } }],
    ['a value that is not like that', { context: { owner: 'one', path: 'ac/d' } }],
    ['nothing where a value is asked for', { context: { path: 'abc/d' } }],
  ])('with %s is not', (_case, part) => {
    expect(isAllowed([READ], { ...REQUEST, ...part })).toBe(false);
  });

  it('is not allowed by nothing', () => {
    expect(isAllowed([], REQUEST)).toBe(false);
  });

  it('that is denied is not allowed, whatever else says so', () => {
    expect(isAllowed([READ, { Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' }], REQUEST)).toBe(
      false,
    );
    expect(isAllowed([READ, { Effect: 'Deny', Action: 'ec2:*', Resource: '*' }], REQUEST)).toBe(true);
  });

  it('under a condition that is not known is not judged', () => {
    const statement = { ...READ, Condition: { ArnLike: { owner: '*' } } };
    expect(() => isAllowed([statement], REQUEST)).toThrow('the condition operator ArnLike is not known here');
  });
});
