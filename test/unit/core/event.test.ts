import { inspect } from 'node:util';
import { type Password as AnyPassword, Password, parseEvent, STEPS } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { RotationToken } from '../../../layers/rotation-core/src/sensitive.ts';
import { CANARY, failureOf, thrownBy, witness } from '../support/canaries.ts';
import { startStep } from '../support/invoke.ts';
import { NEW_VERSION, rotationEvent, SECRET_ARN } from '../support/rotation-event.ts';

describe('parseEvent', () => {
  it.each(STEPS)('reads a %s event', (step) => {
    const event = witness(parseEvent(rotationEvent(step)));
    expect(event).toMatchObject({ step, secretArn: SECRET_ARN, versionId: NEW_VERSION });
    expect(event.rotationToken?.reveal()).toBe(CANARY.rotationToken);
  });

  it.each([undefined, NEW_VERSION])('reads a preflight that names the version %s', (ClientRequestToken) => {
    const { step, secretArn, versionId } = parseEvent({
      Step: 'preflight',
      SecretId: SECRET_ARN,
      ClientRequestToken,
    });
    expect({ step, secretArn }).toEqual({ step: 'preflight', secretArn: SECRET_ARN });
    expect(versionId).toBe(ClientRequestToken ?? 'none');
  });

  it.each([undefined, null])('reads an event whose RotationToken is %s', (RotationToken) => {
    expect(parseEvent(rotationEvent('setSecret', { RotationToken })).rotationToken).toBeUndefined();
  });

  it.each([
    ['32', 'a'.repeat(32)],
    ['64', '_-'.repeat(32)],
  ])('takes a ClientRequestToken of %s characters', (_length, ClientRequestToken) => {
    expect(parseEvent(rotationEvent('setSecret', { ClientRequestToken })).versionId).toBe(ClientRequestToken);
  });

  it.each(['aws-cn', 'aws-us-gov'])('takes an ARN of the partition %s', (partition) => {
    const SecretId = `arn:${partition}:secretsmanager:cn-north-1:123456789012:secret:a/b+c=d.e@f-AbCdEf`;
    expect(parseEvent(rotationEvent('setSecret', { SecretId })).secretArn).toBe(SecretId);
  });

  it('takes fields that it does not know', () => {
    expect(parseEvent(rotationEvent('setSecret', { Later: true })).step).toBe('setSecret');
  });

  it.each([[null], [[]], [[rotationEvent('setSecret')]], ['a text'], [7], [true], [undefined]])(
    'refuses %j, which is no object',
    async (event) => {
      expect(await thrownBy(() => parseEvent(event))).toMatchObject({
        name: 'InvalidEvent',
        message: expect.stringContaining('it is no JSON object'),
      });
    },
  );

  it.each([
    ['Step', 'missing', undefined],
    ['Step', 'null', null],
    ['Step', 'empty', ''],
    ['Step', 'unknown', 'dropSecret'],
    ['Step', 'in the wrong case', 'SetSecret'],
    ['Step', 'a number', 1],
    ['Step', 'an array of one step', ['setSecret']],
    ['Step', 'a property of every object', 'constructor'],
    ['SecretId', 'missing', undefined],
    ['SecretId', 'null', null],
    ['SecretId', 'empty', ''],
    ['SecretId', 'a number', 12],
    ['SecretId', 'an array of one ARN', [SECRET_ARN]],
    ['SecretId', 'a name', 'orders/app'],
    ['SecretId', 'cut short', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:'],
    ['SecretId', 'without an account', 'arn:aws:secretsmanager:eu-central-1::secret:x'],
    ['SecretId', 'of another service', 'arn:aws:ssm:eu-central-1:123456789012:secret:x'],
    ['SecretId', 'of two lines', `${SECRET_ARN}\n${SECRET_ARN}`],
    ['SecretId', 'followed by a line break', `${SECRET_ARN}\n`],
    ['ClientRequestToken', 'missing', undefined],
    ['ClientRequestToken', 'null', null],
    ['ClientRequestToken', 'a number', 7],
    ['ClientRequestToken', 'an array of one token', [NEW_VERSION]],
    ['ClientRequestToken', 'too short', 'a'.repeat(31)],
    ['ClientRequestToken', 'too long', 'a'.repeat(65)],
    ['ClientRequestToken', 'with a space', `${'a'.repeat(32)} b`],
    ['ClientRequestToken', 'followed by a line break', `${NEW_VERSION}\n`],
    ['RotationToken', 'a number', 7],
    ['RotationToken', 'an object', { token: CANARY.rotationToken }],
    ['RotationToken', 'an array', [CANARY.rotationToken]],
    ['RotationToken', 'false', false],
    ['RotationToken', 'empty', ''],
  ])('refuses a %s that is %s, and names the field', async (field, _problem, value) => {
    const failure = await thrownBy(() => parseEvent(rotationEvent('setSecret', { [field]: value })));
    expect(failure.name).toBe('InvalidEvent');
    expect(failure.message).toContain(`: ${field} is `);
  });
});

describe('the handler', () => {
  it('logs and throws what is no event, and asks nobody', async () => {
    const { work, lines } = startStep('setSecret', { event: { ...rotationEvent('setSecret'), Step: 'no' } });
    const failure = await failureOf(work);
    expect(failure.name).toBe('InvalidEvent');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'error',
      message: 'invocation refused',
      fields: { engine: 'postgres', strategy: 'stub' },
    });
    expect(lines[0]?.error).toBe(failure);
  });
});

describe.each<[string, (text: string) => AnyPassword | RotationToken]>([
  ['Password', (text) => new Password(text)],
  ['RotationToken', (text) => new RotationToken(text)],
])('%s', (_name, sensitive) => {
  const secret = sensitive(CANARY.pending);

  it.each([
    ['a template', `${secret}`, '[redacted]'],
    ['a sum of texts', `x${secret}`, 'x[redacted]'],
    ['String()', String(secret), '[redacted]'],
    ['JSON', JSON.stringify(secret), '"[redacted]"'],
    ['JSON around it', JSON.stringify({ a: [{ secret }] }), '{"a":[{"secret":"[redacted]"}]}'],
    ['inspect', inspect(secret), '[redacted]'],
    ['inspect around it', inspect({ a: { secret } }, { showHidden: true }), '{ a: { secret: [redacted] } }'],
    ['its keys', Reflect.ownKeys(secret).join(), ''],
    ['a spread copy', JSON.stringify({ ...secret }), '{}'],
    ['an error’s cause', inspect(new Error('x', { cause: secret })).includes('[redacted]'), true],
  ])('does not show in %s', (_way, printed, expected) => {
    expect(witness(printed)).toBe(expected);
  });

  it('gives its text out when asked, and knows its equal', () => {
    expect(secret.reveal()).toBe(CANARY.pending);
    expect(secret.equals(sensitive(CANARY.pending))).toBe(true);
    expect(secret.equals(sensitive(CANARY.current))).toBe(false);
  });
});
