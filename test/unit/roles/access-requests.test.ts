import { describe, expect, it } from 'vitest';
import { accessRequests } from '../../support/roles/access-requests.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf';
const SECRET = {
  ARN,
  RotationLambdaARN: 'arn:function',
  Tags: [{ Key: 'team', Value: 'orders' }],
  KmsKeyId: 'arn:key',
};
const CONTEXT = {
  'secretsmanager:resource/AllowRotationLambdaArn': 'arn:function',
  'aws:ResourceTag/team': 'orders',
};
const KEY_CONTEXT = {
  'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
  'kms:EncryptionContext:SecretARN': ARN,
};

const call = (service: string, operation: string, parameters = {}) => ({ service, operation, parameters });

describe('what IAM is asked because of', () => {
  it.each([
    ['GetSecretValue', [{ action: 'kms:Decrypt', resource: 'arn:key', context: KEY_CONTEXT }]],
    ['PutSecretValue', [{ action: 'kms:GenerateDataKey', resource: 'arn:key', context: KEY_CONTEXT }]],
    ['DescribeSecret', []],
  ])('%s: what the secret is, and what its key is for', (operation, ofKey) => {
    expect(accessRequests(call('secretsmanager', operation, { SecretId: ARN }), [SECRET])).toEqual([
      { action: `secretsmanager:${operation}`, resource: ARN, context: CONTEXT },
      ...ofKey,
    ]);
  });

  it.each([
    [
      'a call about no secret',
      call('secretsmanager', 'GetRandomPassword'),
      'secretsmanager:GetRandomPassword',
      '*',
    ],
    [
      'a call about a secret that is not there',
      call('secretsmanager', 'GetSecretValue', { SecretId: 'orders' }),
      'secretsmanager:GetSecretValue',
      'orders',
    ],
    [
      'a call about one instance',
      call('rds', 'DescribeDBInstances', { DBInstanceIdentifier: 'orders' }),
      'rds:DescribeDBInstances',
      'arn:aws:rds:us-east-1:123456789012:db:orders',
    ],
    [
      'a call about a cluster, by its ARN',
      call('rds', 'DescribeDBClusters', { DBClusterIdentifier: 'arn:aws:rds:eu-west-1:1:cluster:a' }),
      'rds:DescribeDBClusters',
      'arn:aws:rds:eu-west-1:1:cluster:a',
    ],
    [
      'a call about the instances that a filter finds',
      call('rds', 'DescribeDBInstances', { 'Filters.Filter.1.Name': 'db-cluster-id' }),
      'rds:DescribeDBInstances',
      'arn:aws:rds:us-east-1:123456789012:db:*',
    ],
    ['another call of RDS', call('rds', 'DescribeEvents'), 'rds:DescribeEvents', '*'],
    ['a call of another service', call('sts', 'GetCallerIdentity'), 'sts:GetCallerIdentity', '*'],
  ])('%s', (_case, made, action, resource) => {
    expect(accessRequests(made, [SECRET])).toEqual([{ action, resource, context: {} }]);
  });
});
