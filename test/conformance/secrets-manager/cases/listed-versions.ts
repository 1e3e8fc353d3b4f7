import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Case, expectRefusal, makeSecret, put, readValue, V1, V2, V3 } from '../subject.ts';

export const listedVersions: Readonly<Record<string, Case>> = {
  'ListSecretVersionIds lists the versions with labels': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await put(api, id, V3, 'three');
    const { Versions = [] } = await api.listSecretVersionIds({ SecretId: id });
    expect(Versions.map((version) => [version.VersionId, version.VersionStages])).toEqual([
      [V2, ['AWSPREVIOUS']],
      [V3, ['AWSCURRENT']],
    ]);
  },
  'ListSecretVersionIds lists deprecated versions when asked, without labels': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await put(api, id, V3, 'three');
    const { Versions = [] } = await api.listSecretVersionIds({ SecretId: id, IncludeDeprecated: true });
    expect(Versions.map((version) => [version.VersionId, version.VersionStages])).toEqual([
      [V1, undefined],
      [V2, ['AWSPREVIOUS']],
      [V3, ['AWSCURRENT']],
    ]);
  },
  'ListSecretVersionIds names the secret': async (api) => {
    const id = await makeSecret(api, 'one');
    const { ARN } = await api.describeSecret({ SecretId: id });
    expect(await api.listSecretVersionIds({ SecretId: id })).toMatchObject({ ARN, Name: id });
  },
  'a deprecated version can still be read by its id, and has no labels': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await put(api, id, V3, 'three');
    expect(await readValue(api, id, { VersionId: V1 })).toBe('one');
  },
  'a deprecated version is not among those that DescribeSecret lists': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['blue']);
    await api.updateSecretVersionStage({ SecretId: id, VersionStage: 'blue', RemoveFromVersionId: V2 });
    const { VersionIdsToStages } = await api.describeSecret({ SecretId: id });
    expect(VersionIdsToStages).toEqual({ [V1]: ['AWSCURRENT'] });
  },
  'ListSecretVersionIds answers in pages': async (api) => {
    const id = await makeSecret(api, 'one');
    for (let version = 0; version < 4; version++) await put(api, id, randomUUID(), `value ${version}`);
    const sizes: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await api.listSecretVersionIds({
        SecretId: id,
        IncludeDeprecated: true,
        MaxResults: 2,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      sizes.push(page.Versions?.length ?? 0);
      NextToken = page.NextToken;
    } while (NextToken);
    expect(sizes).toEqual([2, 2, 1]);
  },
  'ListSecretVersionIds refuses a token that it did not give': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(
      api.listSecretVersionIds({ SecretId: id, NextToken: 'made up' }),
      'InvalidNextTokenException',
    );
  },
};
