import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import {
  type Interceptor,
  type SecretsManagerOptions,
  startSecretsManager,
} from '../../../local/secrets-manager/index.ts';
import { connect, expectRefusal, labels, makeSecret, put, readValue, V1, V2 } from './subject.ts';

const open = (options: Partial<SecretsManagerOptions> = {}) =>
  startSecretsManager({ rotation: { kind: 'staging-only' }, ...options });

describe('an interceptor', () => {
  it('sees the operation, its input, and the number of the call', async () => {
    const seen: unknown[] = [];
    await using service = await open({
      intercept: (call, answer) => {
        seen.push(call);
        return answer();
      },
    });
    const id = await makeSecret(connect(service), 'one');
    await readValue(connect(service), id);
    expect(seen).toEqual([
      {
        operation: 'CreateSecret',
        input: { Name: id, ClientRequestToken: V1, SecretString: 'one' },
        number: 1,
      },
      { operation: 'GetSecretValue', input: { SecretId: id }, number: 2 },
    ]);
  });

  it('can answer with an error, before anything has happened', async () => {
    const throttlePuts: Interceptor = ({ operation }, answer) =>
      operation === 'PutSecretValue'
        ? { kind: 'error', status: 400, type: 'ThrottlingException', message: 'Rate exceeded' }
        : answer();
    await using service = await open({ intercept: throttlePuts });
    const api = connect(service);
    const id = await makeSecret(api, 'one');
    await expectRefusal(put(api, id, V2, 'two'), 'ThrottlingException', 'Rate exceeded');
    expect(await readValue(api, id)).toBe('one');
  });

  it('can fail like a broken server, which the client then tries again', async () => {
    const failTheFirst: Interceptor = ({ number }, answer) =>
      number === 1
        ? { kind: 'error', status: 500, type: 'InternalServiceError', message: 'An error occurred.' }
        : answer();
    await using service = await open({ intercept: failTheFirst });
    await makeSecret(patient(service.endpoint), 'one');
    expect(service.calls().map((call) => call.answered)).toEqual(['InternalServiceError', 'output']);
  });

  it('can lose the answer to a call that took effect', async () => {
    const losePuts: Interceptor = ({ operation }, answer) => {
      const answered = answer();
      return operation === 'PutSecretValue' ? { kind: 'lost' } : answered;
    };
    await using service = await open({ intercept: losePuts });
    const api = connect(service);
    const id = await makeSecret(api, 'one');
    await expect(put(api, id, V2, 'two')).rejects.toThrow();
    expect(await readValue(api, id)).toBe('two');
  });

  it('can lose the call itself', async () => {
    const swallowPuts: Interceptor = ({ operation }, answer) =>
      operation === 'PutSecretValue' ? { kind: 'lost' } : answer();
    await using service = await open({ intercept: swallowPuts });
    const api = connect(service);
    const id = await makeSecret(api, 'one');
    await expect(put(api, id, V2, 'two')).rejects.toThrow();
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'] });
  });

  it('can keep a caller waiting', async () => {
    const { promise: gate, resolve: release } = Promise.withResolvers<void>();
    const delayReads: Interceptor = async ({ operation }, answer) => {
      if (operation === 'GetSecretValue') await gate;
      return answer();
    };
    await using service = await open({ intercept: delayReads });
    const api = connect(service);
    const id = await makeSecret(api, 'one');
    const reading = readValue(api, id);
    expect(await Promise.race([reading, sleep(50, 'still waiting')])).toBe('still waiting');
    release();
    expect(await reading).toBe('one');
  });
});

describe('the record of calls', () => {
  it('has every call with its times and its answer, and no value', async () => {
    let seconds = 0;
    await using service = await open({ now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)) });
    const api = connect(service);
    const id = await makeSecret(api, 'Hunter2');
    await expectRefusal(put(api, id, V1, 'Hunter3'), 'ResourceExistsException');
    const [created, refused] = service.calls();
    expect(created).toMatchObject({ number: 1, operation: 'CreateSecret', answered: 'output' });
    expect(refused).toMatchObject({
      number: 2,
      operation: 'PutSecretValue',
      answered: 'ResourceExistsException',
    });
    expect(created?.endedAt?.getTime()).toBeGreaterThan(created?.startedAt.getTime() ?? Infinity);
    expect(JSON.stringify(service.calls())).not.toContain('Hunter');
  });
});

describe('versions that no label is on', () => {
  const HOUR = 3_600_000;
  const token = (index: number) => `version-${String(index).padStart(32, '0')}`;

  it('are kept for 24 hours, even beyond the quota, which then refuses more', async () => {
    await using service = await open();
    const api = connect(service);
    const id = await makeSecret(api, 'one');
    for (let index = 2; index <= 100; index++) await put(api, id, token(index), `${index}`);
    await expectRefusal(put(api, id, token(101), '101'), 'LimitExceededException');
    expect(await readValue(api, id, { VersionId: V1 })).toBe('one');
  });

  it('give way to new ones, the oldest first, when they are older', async () => {
    let now = Date.UTC(2026, 0, 1);
    await using service = await open({ now: () => new Date(now) });
    const api = connect(service);
    const id = await makeSecret(api, 'one');
    for (let index = 2; index <= 100; index++) await put(api, id, token(index), `${index}`);
    now += 25 * HOUR;
    await put(api, id, token(101), '101');
    await expectRefusal(api.getSecretValue({ SecretId: id, VersionId: V1 }), 'ResourceNotFoundException');
    expect(await readValue(api, id, { VersionId: token(2) })).toBe('2');
    expect(await labels(api, id)).toEqual({ [token(100)]: ['AWSPREVIOUS'], [token(101)]: ['AWSCURRENT'] });
  });
});

it('a secret is gone when its recovery window has passed', async () => {
  let now = Date.UTC(2026, 0, 1);
  await using service = await open({ now: () => new Date(now) });
  const api = connect(service);
  const id = await makeSecret(api, 'one');
  await api.deleteSecret({ SecretId: id, RecoveryWindowInDays: 7 });
  now = Date.UTC(2026, 0, 8);
  await expectRefusal(api.describeSecret({ SecretId: id }), 'ResourceNotFoundException');
});

it('two endpoints know nothing of each other', async () => {
  await using one = await open();
  await using other = await open();
  const id = await makeSecret(connect(one), 'one');
  await expectRefusal(connect(other).describeSecret({ SecretId: id }), 'ResourceNotFoundException');
});

/** A client that tries again, as it does by default. */
const patient = (endpoint: string) =>
  new SecretsManager({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
