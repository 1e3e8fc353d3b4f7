import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { ApiCall } from './call-recorder.ts';
import type { AccessRequest } from './iam-policy.ts';
import { LOCATION } from './stack.ts';

/**
 * What IAM is asked because of a call: the call itself, and what Secrets Manager then does in the caller's name.
 * @param secrets those that there are
 */
export function accessRequests(call: ApiCall, secrets: readonly DescribeSecretResponse[]): AccessRequest[] {
  const action = `${call.service}:${call.operation}`;
  switch (call.service) {
    case 'secretsmanager': {
      const { SecretId: resource } = call.parameters;
      // Only whole ARNs are for functions to name secrets by: another name fits no statement.
      if (typeof resource !== 'string') return [{ action, resource: '*', context: {} }];
      const secret = secrets.find(({ ARN }) => ARN === resource);
      return [{ action, resource, context: secretContext(secret) }, ...keyRequests(call, secret)];
    }
    case 'rds':
      return [{ action, resource: rdsResource(call), context: {} }];
    default:
      return [{ action, resource: '*', context: {} }];
  }
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
function secretContext({
  RotationLambdaARN,
  Tags = [],
}: DescribeSecretResponse = {}): AccessRequest['context'] {
  return {
    ...(RotationLambdaARN && { 'secretsmanager:resource/AllowRotationLambdaArn': RotationLambdaARN }),
    ...Object.fromEntries(Tags.map(({ Key, Value = '' }) => [`aws:ResourceTag/${Key}`, Value])),
  };
}

/** What a value is read or stored by, where the secret has a key of its own. */
const KEY_ACTIONS: Readonly<Record<string, string>> = {
  GetSecretValue: 'kms:Decrypt',
  PutSecretValue: 'kms:GenerateDataKey',
};

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
function keyRequests({ operation }: ApiCall, secret: DescribeSecretResponse | undefined): AccessRequest[] {
  const action = KEY_ACTIONS[operation];
  if (action === undefined || secret?.ARN === undefined || secret.KmsKeyId === undefined) return [];
  const context = {
    'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
    'kms:EncryptionContext:SecretARN': secret.ARN,
  };
  return [{ action, resource: secret.KmsKeyId, context }];
}

/** The parameter that names one resource. A call without it is about all of them. */
const RDS_RESOURCES: Readonly<Record<string, { readonly type: string; readonly parameter: string }>> = {
  DescribeDBInstances: { type: 'db', parameter: 'DBInstanceIdentifier' },
  DescribeDBClusters: { type: 'cluster', parameter: 'DBClusterIdentifier' },
};

function rdsResource({ operation, parameters }: ApiCall): string {
  const resource = RDS_RESOURCES[operation];
  if (resource === undefined) return '*';
  const id = String(parameters[resource.parameter] ?? '*');
  return id.startsWith('arn:') ? id : `arn:aws:rds:${LOCATION}:${resource.type}:${id}`;
}
