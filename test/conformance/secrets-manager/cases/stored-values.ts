import { expect } from 'vitest';
import {
  type Case,
  expectRefusal,
  labels,
  makeSecret,
  OUT_OF_BOUNDS,
  put,
  readValue,
  V1,
  V2,
  V3,
  V4,
} from '../subject.ts';

export const storedValues: Readonly<Record<string, Case>> = {
  'PutSecretValue moves AWSCURRENT to the new version, and AWSPREVIOUS to the old one': async (api) => {
    const id = await makeSecret(api, 'one');
    expect(await put(api, id, V2, 'two')).toMatchObject({ VersionId: V2, VersionStages: ['AWSCURRENT'] });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] });
    await put(api, id, V3, 'three');
    expect(await labels(api, id)).toEqual({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] });
  },
  'PutSecretValue with labels of its own leaves AWSCURRENT where it is': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['AWSPENDING', 'blue']);
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING', 'blue'] });
    expect(await readValue(api, id)).toBe('one');
  },
  'PutSecretValue takes a label from the version that has it': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['blue', 'green']);
    await put(api, id, V3, 'three', ['blue']);
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['green'], [V3]: ['blue'] });
  },
  'PutSecretValue that moves AWSCURRENT leaves the other labels of the old version alone': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['AWSCURRENT', 'blue']);
    await put(api, id, V3, 'three');
    expect(await labels(api, id)).toEqual({ [V2]: ['AWSPREVIOUS', 'blue'], [V3]: ['AWSCURRENT'] });
  },
  'the first version of a secret becomes AWSCURRENT besides the labels it is given': async (api) => {
    const id = await makeSecret(api);
    await put(api, id, V1, 'one', ['blue']);
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT', 'blue'] });
  },
  'PutSecretValue again with the same token and value changes nothing': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await put(api, id, V3, 'three');
    expect(await put(api, id, V2, 'two')).toMatchObject({ VersionId: V2 });
    expect(await labels(api, id)).toEqual({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] });
  },
  'PutSecretValue again with the same token and another value is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await expectRefusal(
      put(api, id, V2, 'other'),
      'ResourceExistsException',
      `You can't use ClientRequestToken ${V2} because that value is already in use`,
    );
    expect(await readValue(api, id)).toBe('two');
  },
  'PutSecretValue of another value for an AWSPENDING version that has one is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['AWSPENDING']);
    await expectRefusal(put(api, id, V2, 'other', ['AWSPENDING']), 'ResourceExistsException');
    expect(await readValue(api, id, { VersionId: V2 })).toBe('two');
  },
  'PutSecretValue fills the version that RotateSecret registered': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    await put(api, id, V2, 'two', ['AWSPENDING']);
    expect(await readValue(api, id, { VersionId: V2, VersionStage: 'AWSPENDING' })).toBe('two');
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
  },
  'PutSecretValue accepts a RotationToken': async (api) => {
    const id = await makeSecret(api, 'one');
    await api.putSecretValue({
      SecretId: id,
      ClientRequestToken: V2,
      SecretString: 'two',
      VersionStages: ['AWSPENDING'],
      RotationToken: '55555555-5555-4555-8555-555555555555',
    });
    expect(await readValue(api, id, { VersionStage: 'AWSPENDING' })).toBe('two');
  },
  'a value that a person stores during a rotation takes AWSPENDING away': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    await put(api, id, V3, 'a person’s');
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] });
  },
  'a value with a label of its own, stored during a rotation, leaves AWSPENDING': async (
    api,
    { lambdaArn },
  ) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    await put(api, id, V3, 'three', ['blue']);
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'], [V3]: ['blue'] });
  },
  'PutSecretValue takes 65,536 bytes': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'a'.repeat(65_536));
    expect((await readValue(api, id))?.length).toBe(65_536);
  },
  'PutSecretValue refuses 65,537 bytes': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(put(api, id, V2, 'a'.repeat(65_537)), OUT_OF_BOUNDS);
  },
  'PutSecretValue counts bytes, not characters': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(put(api, id, V2, 'é'.repeat(32_769)), OUT_OF_BOUNDS);
  },
  'PutSecretValue without a value is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(
      api.putSecretValue({ SecretId: id, ClientRequestToken: V2 }),
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary.',
    );
  },
  'PutSecretValue with both kinds of value is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(
      api.putSecretValue({ SecretId: id, SecretString: 'two', SecretBinary: new Uint8Array([1]) }),
      'InvalidParameterException',
    );
  },
  'a token shorter than 32 characters is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(put(api, id, 'short', 'two'), OUT_OF_BOUNDS);
  },
  'no error repeats the value': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    const value = 'Hunter2'.repeat(10_000);
    for (const refused of [put(api, id, V2, 'Hunter2'), put(api, id, V4, value)]) {
      await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('Hunter2') });
    }
  },
  'AWSPREVIOUS goes to the old version also when the call puts it on the new one': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['AWSCURRENT', 'AWSPREVIOUS']);
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] });
  },
  'a secret takes 20 labels, and no more': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    const nineteen = Array.from({ length: 19 }, (_, index) => `label-${index}`);
    await put(api, id, V2, 'two', nineteen);
    await expectRefusal(put(api, id, V3, 'three', ['one-more']), 'LimitExceededException');
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'one-more', MoveToVersionId: V1 }),
      'LimitExceededException',
    );
    await expectRefusal(
      api.rotateSecret({ SecretId: id, RotationLambdaARN: lambdaArn }),
      'LimitExceededException',
    );
  },
};
