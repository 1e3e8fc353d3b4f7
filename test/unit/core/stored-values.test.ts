import {
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
} from '@aws-sdk/client-secrets-manager';
import { parseEvent } from '@rotation/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { passwordSettings } from '../../../layers/rotation-core/src/password-settings.ts';
import { openSecretStore } from '../../../layers/rotation-core/src/secret-store.ts';
import { failureOf } from '../support/canaries.ts';
import { rotationEvent } from '../support/rotation-event.ts';
import { service } from '../support/secrets-manager.ts';

const store = () => openSecretStore(parseEvent(rotationEvent('setSecret')), { remaining: () => 60_000 });

beforeEach(() => {
  service.reset();
});

describe('the store', () => {
  it.each([
    ['text', { SecretString: '{}' }, { kind: 'text', text: '{}' }],
    ['no text', { SecretString: '' }, { kind: 'text', text: '' }],
    ['bytes', { SecretBinary: new Uint8Array([1]) }, { kind: 'binary' }],
  ])('reads a value of %s', async (_case, answer, value) => {
    service.on(GetSecretValueCommand).resolves(answer);
    expect(await store().read({ stage: 'AWSCURRENT' })).toEqual(value);
    expect(await store().readOther('admin')).toEqual(value);
  });

  it('says whether a value was stored', async () => {
    service.on(PutSecretValueCommand).resolvesOnce({});
    expect(await store().storePending('{}')).toBe('stored');
    service
      .on(PutSecretValueCommand)
      .rejects(new ResourceExistsException({ message: 'the token is in use', $metadata: {} }));
    expect(await store().storePending('{}')).toBe('exists');
  });

  it('says that an answer without a password holds none', async () => {
    service.on(GetRandomPasswordCommand).resolves({ RandomPassword: '' });
    const failure = await failureOf(store().randomPassword(passwordSettings({})));
    expect(failure.cause).toMatchObject({ message: 'the answer holds no password' });
  });
});
