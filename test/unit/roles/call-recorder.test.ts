import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { startSecretsManager } from '../../../local/secrets-manager/index.ts';
import { startCallRecorder } from '../../support/roles/call-recorder.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

it('notes a call and hands it on to its service, whose answer comes back', async () => {
  await using service = await startSecretsManager({ rotation: { kind: 'staging-only' } });
  await using recorder = await startCallRecorder({ secretsmanager: service.endpoint });
  const api = new SecretsManager({ endpoint: recorder.url, region: 'us-east-1', credentials: CREDENTIALS });

  const { ARN } = await api.createSecret({ Name: 'orders', SecretString: 'value' });
  const refused = await api.getSecretValue({ SecretId: 'nobody' }).catch((error: Error) => error.name);

  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-/);
  expect(refused).toBe('ResourceNotFoundException');
  expect(recorder.calls()).toMatchObject([
    { service: 'secretsmanager', operation: 'CreateSecret', parameters: { Name: 'orders' } },
    { service: 'secretsmanager', operation: 'GetSecretValue', parameters: { SecretId: 'nobody' } },
  ]);
});

it.each([
  ['in a form', { body: 'Action=DescribeEvents&Version=2014-10-31' }, 'rds', 'DescribeEvents'],
  ['by a path', { method: 'PUT' }, 's3', 'PUT /bucket?acl'],
])(
  'notes an operation that is named %s, and refuses it when the service is not there',
  async (_case, request, service, operation) => {
    await using recorder = await startCallRecorder({});

    const { status } = await fetch(`${recorder.url}/bucket?acl`, {
      method: 'POST',
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/${service}/aws4_request, Signature=0`,
      },
      ...request,
    });

    expect(status).toBe(400);
    expect(recorder.calls()).toMatchObject([{ service, operation }]);
  },
);

it('notes a call that nobody has signed', async () => {
  await using recorder = await startCallRecorder({});
  await fetch(recorder.url);
  expect(recorder.calls()).toEqual([{ service: '(unsigned)', operation: 'GET /', parameters: {} }]);
});
