import { describe, expect, it } from 'vitest';
import type { AccessRequest, Statement } from '../../support/roles/iam-policy.ts';
import { compareRole } from '../../support/roles/role-comparison.ts';

const ROLE: readonly Statement[] = [
  { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: ['key/1', 'key/2'] },
  { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: 'group' },
  { Effect: 'Deny', Action: 'ec2:*', Resource: '*' },
];

const REQUESTS: readonly AccessRequest[] = [
  { action: 'kms:Decrypt', resource: 'key/1', context: {} },
  { action: 'kms:GenerateDataKey', resource: 'key/2', context: {} },
];

describe('a role', () => {
  it('that allows what was asked for, and no more, does not differ', () => {
    expect(compareRole(ROLE, REQUESTS)).toEqual({ missing: [], tooMuch: [] });
  });

  it('lacks what is asked for beyond that, which is named once', () => {
    const more = { action: 'sts:GetCallerIdentity', resource: '*', context: {} };
    expect(compareRole(ROLE, [...REQUESTS, more, more])).toEqual({
      missing: ['sts:GetCallerIdentity on *'],
      tooMuch: [],
    });
  });

  it('has too much in an action that nobody asks for', () => {
    const requests = REQUESTS.map((request) => ({ ...request, action: 'kms:Decrypt' }));
    expect(compareRole(ROLE, requests).tooMuch).toEqual(['kms:GenerateDataKey on key/1, key/2']);
  });

  it('has too much in a resource that nobody asks about', () => {
    const requests = REQUESTS.map((request) => ({ ...request, resource: 'key/1' }));
    expect(compareRole(ROLE, requests).tooMuch).toEqual(['kms:Decrypt, kms:GenerateDataKey on key/2']);
  });

  it('has too much in a value of a condition that nobody comes with', () => {
    const secret = (name: string) => ({
      action: 'kms:Decrypt',
      resource: 'key/1',
      context: { secret: name },
    });
    const role: Statement[] = [
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: 'key/1',
        Condition: { StringLike: { secret: ['a*', 'b*'] } },
      },
    ];
    expect(compareRole(role, [secret('a1')]).tooMuch).toEqual(['kms:Decrypt where secret is b*']);
    expect(compareRole(role, [secret('a1'), secret('b1')]).tooMuch).toEqual([]);
  });

  it('has too much in a wildcard, though what it stands for is asked for', () => {
    const wide: Statement = { Effect: 'Allow', Action: 'kms:*', Resource: 'key/1' };
    expect(compareRole([...ROLE, wide], REQUESTS).tooMuch).toEqual(['kms:* on key/1']);
  });

  it('has too much in a statement whose action another one allows for other resources', () => {
    const other: Statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'key/3' };
    expect(compareRole([...ROLE, other], REQUESTS).tooMuch).toEqual(['kms:Decrypt on key/3']);
  });
});
