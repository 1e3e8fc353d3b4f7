import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Case, expectRefusal, labels, makeSecret, put, readValue, V1, V2, V3 } from '../subject.ts';

export const readValues: Readonly<Record<string, Case>> = {
  'CreateSecret with a value makes its version AWSCURRENT': async (api) => {
    const Name = `db/${randomUUID()}`;
    const created = await api.createSecret({ Name, ClientRequestToken: V1, SecretString: 'one' });
    expect(created).toMatchObject({ Name, VersionId: V1 });
    expect(created.ARN).toMatch(
      /^arn:aws:secretsmanager:us-east-1:123456789012:secret:db\/[0-9a-f-]{36}-[A-Za-z0-9]{6}$/,
    );
    expect(await labels(api, Name)).toEqual({ [V1]: ['AWSCURRENT'] });
  },
  'CreateSecret without a value makes no version': async (api) => {
    const Name = `db/${randomUUID()}`;
    expect((await api.createSecret({ Name, ClientRequestToken: V1 })).VersionId).toBeUndefined();
    expect(await labels(api, Name)).toEqual({});
  },
  'CreateSecret again with the same token and value changes nothing': async (api) => {
    const Name = await makeSecret(api, 'one');
    await api.createSecret({ Name, ClientRequestToken: V1, SecretString: 'one' });
    expect(await labels(api, Name)).toEqual({ [V1]: ['AWSCURRENT'] });
  },
  'CreateSecret again with the same token and another value is refused': async (api) => {
    const Name = await makeSecret(api, 'one');
    await expectRefusal(
      api.createSecret({ Name, ClientRequestToken: V1, SecretString: 'two' }),
      'ResourceExistsException',
    );
    expect(await readValue(api, Name)).toBe('one');
  },
  'CreateSecret of a name that exists is refused': async (api) => {
    const Name = await makeSecret(api, 'one');
    await expectRefusal(
      api.createSecret({ Name, ClientRequestToken: V2, SecretString: 'one' }),
      'ResourceExistsException',
      `The operation failed because the secret ${Name} already exists.`,
    );
  },
  'CreateSecret refuses a name with other characters than AWS allows': async (api) => {
    await expectRefusal(api.createSecret({ Name: 'no spaces', SecretString: 'one' }), 'ValidationException');
  },
  'a secret is found by its name, its ARN, and its ARN without the last seven characters': async (api) => {
    const Name = await makeSecret(api, 'one');
    const { ARN = '' } = await api.describeSecret({ SecretId: Name });
    expect(await readValue(api, Name)).toBe('one');
    expect(await readValue(api, ARN)).toBe('one');
    expect(await readValue(api, ARN.slice(0, -7))).toBe('one');
  },
  'a secret that is not there is a ResourceNotFoundException': async (api) => {
    const message = "Secrets Manager can't find the specified secret.";
    const SecretId = 'no/such/secret';
    await expectRefusal(api.getSecretValue({ SecretId }), 'ResourceNotFoundException', message);
    await expectRefusal(api.describeSecret({ SecretId }), 'ResourceNotFoundException', message);
    await expectRefusal(put(api, SecretId, V1, 'one'), 'ResourceNotFoundException', message);
    await expectRefusal(api.rotateSecret({ SecretId }), 'ResourceNotFoundException', message);
  },
  'GetSecretValue reads AWSCURRENT, with its ids, labels and date': async (api) => {
    const Name = await makeSecret(api, 'one');
    await put(api, Name, V2, 'two');
    const read = await api.getSecretValue({ SecretId: Name });
    expect(read).toMatchObject({ Name, VersionId: V2, SecretString: 'two', VersionStages: ['AWSCURRENT'] });
    expect(Math.abs(Date.now() - (read.CreatedDate?.getTime() ?? 0))).toBeLessThan(60_000);
  },
  'GetSecretValue reads by version, by label, and by both when they agree': async (api) => {
    const Name = await makeSecret(api, 'one');
    await put(api, Name, V2, 'two');
    expect(await readValue(api, Name, { VersionId: V1 })).toBe('one');
    expect(await readValue(api, Name, { VersionStage: 'AWSPREVIOUS' })).toBe('one');
    expect(await readValue(api, Name, { VersionId: V2, VersionStage: 'AWSCURRENT' })).toBe('two');
  },
  'GetSecretValue refuses a version and a label that disagree': async (api) => {
    const Name = await makeSecret(api, 'one');
    await put(api, Name, V2, 'two');
    await expectRefusal(
      api.getSecretValue({ SecretId: Name, VersionId: V1, VersionStage: 'AWSCURRENT' }),
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  },
  'GetSecretValue names the label that is on no version': async (api) => {
    const Name = await makeSecret(api, 'one');
    await expectRefusal(
      api.getSecretValue({ SecretId: Name, VersionStage: 'AWSPENDING' }),
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    );
  },
  'GetSecretValue names the version that is not there': async (api) => {
    const Name = await makeSecret(api, 'one');
    await expectRefusal(
      api.getSecretValue({ SecretId: Name, VersionId: V3 }),
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for VersionId: ${V3}`,
    );
  },
  'GetSecretValue of a secret without a value looks for AWSCURRENT in vain': async (api) => {
    const Name = await makeSecret(api);
    await expectRefusal(
      api.getSecretValue({ SecretId: Name }),
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
  },
  'a binary value comes back as it went in': async (api) => {
    const Name = `binary/${randomUUID()}`;
    await api.createSecret({ Name, SecretBinary: new Uint8Array([0, 255, 128, 10]) });
    const read = await api.getSecretValue({ SecretId: Name });
    expect(read.SecretString).toBeUndefined();
    expect([...(read.SecretBinary ?? [])]).toEqual([0, 255, 128, 10]);
  },
  'DescribeSecret tells the day of the last reading': async (api) => {
    const Name = await makeSecret(api, 'one');
    expect((await api.describeSecret({ SecretId: Name })).LastAccessedDate).toBeUndefined();
    await readValue(api, Name);
    const accessed = (await api.describeSecret({ SecretId: Name })).LastAccessedDate;
    expect(accessed?.toISOString()).toMatch(/T00:00:00\.000Z$/);
  },
  'DescribeSecret leaves out what has no value': async (api) => {
    const described = await api.describeSecret({ SecretId: await makeSecret(api, 'one') });
    expect(Object.keys(described).sort()).toEqual([
      '$metadata',
      'ARN',
      'CreatedDate',
      'LastChangedDate',
      'Name',
      'VersionIdsToStages',
    ]);
  },
};
