import { describe, expect, it } from 'vitest';
import { delayed, startSecretsManager, withQuotas } from '../../../local/secrets-manager/index.ts';
import { connect, expectRefusal, labels, makeSecret, put, readValue, V1, V2 } from './subject.ts';

/** A Secrets Manager whose quotas are filled up again by a clock that the test sets, in ms. */
async function open() {
  const clock = { ms: 0 };
  const service = await startSecretsManager({
    rotation: { kind: 'staging-only' },
    intercept: withQuotas(() => clock.ms),
  });
  return { clock, service, api: connect(service), [Symbol.asyncDispose]: () => service.stop() };
}

describe('an account', () => {
  it('is throttled at its 51st write within a second, and nothing comes of that one', async () => {
    await using account = await open();
    const { api } = account;
    const id = await makeSecret(api, 'one');
    // The same version again and again is no new one.
    for (let write = 1; write <= 50; write++) await put(api, id, V1, 'one');
    await expectRefusal(put(api, id, V2, 'two'), 'ThrottlingException', 'Rate exceeded');
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'] });
    expect(account.service.calls().filter(({ answered }) => answered === 'ThrottlingException')).toHaveLength(
      1,
    );
  });

  it('may write again a fiftieth of a second later', async () => {
    await using account = await open();
    const { api, clock } = account;
    const id = await makeSecret(api, 'one');
    for (let write = 1; write <= 50; write++) await put(api, id, V1, 'one');
    clock.ms = 19;
    await expectRefusal(put(api, id, V2, 'two'), 'ThrottlingException', 'Rate exceeded');
    clock.ms = 20;
    await put(api, id, V2, 'two');
    expect(await readValue(api, id)).toBe('two');
  });

  it('has one quota for values and labels, and others for what is not a write', async () => {
    await using account = await open();
    const { api } = account;
    const id = await makeSecret(api, 'one');
    for (let write = 1; write <= 50; write++) await put(api, id, V1, 'one');
    const move = { SecretId: id, VersionStage: 'AWSCURRENT', MoveToVersionId: V1 };
    await expectRefusal(api.updateSecretVersionStage(move), 'ThrottlingException', 'Rate exceeded');
    expect(await readValue(api, id)).toBe('one');
    for (let password = 1; password <= 50; password++) await api.getRandomPassword();
    await expectRefusal(api.getRandomPassword(), 'ThrottlingException', 'Rate exceeded');
  });

  it.each([
    ['GetSecretValue', 10_000, 'DescribeSecret'],
    ['DescribeSecret', 40_000, 'GetSecretValue'],
  ])('may call %s %d times within a second, whatever it asks of %s', (operation, quota, other) => {
    const quotas = withQuotas(() => 0);
    const call = (name: string) =>
      quotas({ operation: name, input: {}, number: 1 }, () => ({ kind: 'output', output: {} }));
    for (let time = 1; time < quota; time++) call(operation);
    expect(call(operation)).toMatchObject({ kind: 'output' });
    expect(call(operation)).toMatchObject({ type: 'ThrottlingException' });
    expect(call(other)).toMatchObject({ kind: 'output' });
  });

  it('saves up no more than a second of what it does not use', async () => {
    await using account = await open();
    const { api, clock } = account;
    clock.ms = 60_000;
    for (let password = 1; password <= 50; password++) await api.getRandomPassword();
    await expectRefusal(api.getRandomPassword(), 'ThrottlingException', 'Rate exceeded');
  });
});

describe('a service that is far away', () => {
  it('carries calls out later, and asks what stands behind the delay', async () => {
    const seen: string[] = [];
    await using service = await startSecretsManager({
      rotation: { kind: 'staging-only' },
      intercept: delayed(
        () => 30,
        ({ operation }, answer) => {
          seen.push(operation);
          return answer();
        },
      ),
    });
    await connect(service).listSecrets();
    expect(seen).toEqual(['ListSecrets']);
    const [{ startedAt, endedAt } = { startedAt: new Date(), endedAt: undefined }] = service.calls();
    // A timer may come a millisecond early.
    expect(Number(endedAt) - Number(startedAt)).toBeGreaterThanOrEqual(29);
  });
});
