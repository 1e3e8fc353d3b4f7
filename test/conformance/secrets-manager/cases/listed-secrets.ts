import type { SecretListEntry, SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { type Case, expectRefusal, makeSecret, put, V1, V2 } from '../subject.ts';

/** Other cases have made secrets of their own. */
async function listed(
  api: SecretsManager,
  options: { MaxResults?: number; IncludePlannedDeletion?: boolean } = {},
): Promise<SecretListEntry[]> {
  const found: SecretListEntry[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.listSecrets({ ...options, ...(NextToken && { NextToken }) });
    found.push(...(page.SecretList ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

const entryOf = async (api: SecretsManager, name: string, options = {}) =>
  (await listed(api, options)).find(({ Name }) => Name === name);

export const listedSecrets: Readonly<Record<string, Case>> = {
  'ListSecrets tells the labels of each version': async (api) => {
    const name = await makeSecret(api, 'one');
    await put(api, name, V2, 'two');
    const { ARN } = await api.describeSecret({ SecretId: name });
    expect(await entryOf(api, name)).toMatchObject({
      ARN,
      SecretVersionsToStages: { [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] },
    });
  },
  'ListSecrets tells how rotation is configured': async (api, { lambdaArn }) => {
    const name = await makeSecret(api, 'one');
    const RotationRules = { AutomaticallyAfterDays: 30 };
    await api.rotateSecret({ SecretId: name, RotationLambdaARN: lambdaArn, RotationRules });
    expect(await entryOf(api, name)).toMatchObject({ RotationEnabled: true, RotationLambdaARN: lambdaArn });
  },
  'ListSecrets answers in pages, each secret once': async (api) => {
    const names = await Promise.all([
      makeSecret(api, 'one'),
      makeSecret(api, 'two'),
      makeSecret(api, 'three'),
    ]);
    const found = (await listed(api, { MaxResults: 2 })).map(({ Name = '' }) => Name);
    expect(found.filter((name) => names.includes(name)).sort()).toEqual(names.sort());
    expect((await api.listSecrets({ MaxResults: 2 })).SecretList).toHaveLength(2);
  },
  'ListSecrets leaves out what is scheduled for deletion, unless asked': async (api) => {
    const name = await makeSecret(api, 'one');
    await api.deleteSecret({ SecretId: name });
    expect(await entryOf(api, name)).toBeUndefined();
    expect((await entryOf(api, name, { IncludePlannedDeletion: true }))?.DeletedDate).toBeInstanceOf(Date);
  },
  'ListSecrets refuses a token that it did not give': async (api) => {
    await expectRefusal(api.listSecrets({ NextToken: 'made up' }), 'InvalidNextTokenException');
  },
};
