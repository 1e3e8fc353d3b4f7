import { expect } from 'vitest';
import { type Case, makeSecret, type Subject } from '../subject.ts';

export const protocol: Readonly<Record<string, Case>> = {
  'an error has status 400, its name in __type, and a message': async (_, subject) => {
    const answer = await send(subject, 'DescribeSecret', '{"SecretId":"no/such/secret"}');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      __type: 'ResourceNotFoundException',
      Message: "Secrets Manager can't find the specified secret.",
    });
  },
  'dates are seconds since 1970': async (api, subject) => {
    const id = await makeSecret(api, 'one');
    const { body } = await send(subject, 'DescribeSecret', JSON.stringify({ SecretId: id }));
    expect(body).toMatchObject({ CreatedDate: expect.closeTo(Date.now() / 1000, -2) });
  },
  'an operation that does not exist is an UnknownOperationException': async (_, subject) => {
    const answer = await send(subject, 'MakeCoffee', '{}');
    expect(answer).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } });
  },
  'what is no JSON is a SerializationException': async (_, subject) => {
    const answer = await send(subject, 'CreateSecret', '{"SecretString":"Hunter2"');
    expect(answer).toMatchObject({ status: 400, body: { __type: 'SerializationException' } });
    expect(JSON.stringify(answer.body)).not.toContain('Hunter2');
  },
  'a parameter of the wrong type is a SerializationException': async (_, subject) => {
    const answer = await send(subject, 'DescribeSecret', '{"SecretId":17}');
    expect(answer).toMatchObject({ status: 400, body: { __type: 'SerializationException' } });
  },
  'a required parameter that is missing is a ValidationException': async (_, subject) => {
    const answer = await send(subject, 'DescribeSecret', '{}');
    expect(answer).toMatchObject({ status: 400, body: { __type: 'ValidationException' } });
  },
  'PutSecretValue without a token is refused: only the SDKs make one up': async (api, subject) => {
    const id = await makeSecret(api, 'one');
    const answer = await send(
      subject,
      'PutSecretValue',
      JSON.stringify({ SecretId: id, SecretString: 'two' }),
    );
    expect(answer).toMatchObject({
      status: 400,
      body: {
        __type: 'InvalidRequestException',
        Message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
      },
    });
  },
};

async function send({ endpoint }: Subject, operation: string, body: string) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0',
    },
    body,
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
