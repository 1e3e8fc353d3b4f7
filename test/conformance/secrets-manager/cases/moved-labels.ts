import { expect } from 'vitest';
import { type Case, expectRefusal, labels, makeSecret, put, V1, V2, V3 } from '../subject.ts';

export const movedLabels: Readonly<Record<string, Case>> = {
  'moving AWSCURRENT moves AWSPREVIOUS to the version that had it': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['AWSPENDING']);
    await api.updateSecretVersionStage({
      SecretId: id,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: V2,
      RemoveFromVersionId: V1,
    });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT', 'AWSPENDING'] });
  },
  'moving AWSCURRENT back swaps it with AWSPREVIOUS': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await api.updateSecretVersionStage({
      SecretId: id,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: V1,
      RemoveFromVersionId: V2,
    });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPREVIOUS'] });
  },
  'moving AWSCURRENT takes AWSPREVIOUS from a third version': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await put(api, id, V3, 'three', ['AWSPENDING']);
    await api.updateSecretVersionStage({
      SecretId: id,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: V3,
      RemoveFromVersionId: V2,
    });
    expect(await labels(api, id)).toEqual({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT', 'AWSPENDING'] });
  },
  'a label that is elsewhere moves only with RemoveFromVersionId': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['blue']);
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'AWSCURRENT', MoveToVersionId: V2 }),
      'InvalidParameterException',
      `Staging label AWSCURRENT is currently attached to version ${V1}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['blue'] });
  },
  'a label of one’s own that is elsewhere moves only with RemoveFromVersionId': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['blue']);
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'blue', MoveToVersionId: V1 }),
      'InvalidParameterException',
    );
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['blue'] });
  },
  'RemoveFromVersionId must hold the label': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await put(api, id, V3, 'three', ['AWSPENDING']);
    await expectRefusal(
      api.updateSecretVersionStage({
        SecretId: id,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: V3,
        RemoveFromVersionId: V1,
      }),
      'InvalidParameterException',
    );
    expect(await labels(api, id)).toEqual({
      [V1]: ['AWSPREVIOUS'],
      [V2]: ['AWSCURRENT'],
      [V3]: ['AWSPENDING'],
    });
  },
  'AWSCURRENT cannot be removed': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'AWSCURRENT', RemoveFromVersionId: V1 }),
      'InvalidParameterException',
      'You can only move staging label AWSCURRENT to a different secret version.',
    );
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'] });
  },
  'AWSPENDING can be removed': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['AWSPENDING', 'blue']);
    await api.updateSecretVersionStage({
      SecretId: id,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: V2,
    });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['blue'] });
  },
  'a label that is already off cannot be removed again': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['blue']);
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'AWSPENDING', RemoveFromVersionId: V2 }),
      'InvalidParameterException',
    );
  },
  'a new label needs no RemoveFromVersionId': async (api) => {
    const id = await makeSecret(api, 'one');
    await api.updateSecretVersionStage({ SecretId: id, VersionStage: 'blue', MoveToVersionId: V1 });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT', 'blue'] });
  },
  'a label put where it already is needs no RemoveFromVersionId': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['blue']);
    await api.updateSecretVersionStage({ SecretId: id, VersionStage: 'blue', MoveToVersionId: V2 });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['blue'] });
  },
  'a label put where it already is stays there, once': async (api) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two');
    await api.updateSecretVersionStage({
      SecretId: id,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: V2,
      RemoveFromVersionId: V2,
    });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] });
  },
  'a move needs a version to go to or to come from': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'blue' }),
      'InvalidParameterException',
    );
  },
  'a version that is not there gets no label': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'blue', MoveToVersionId: V3 }),
      'InvalidParameterException',
    );
  },
  'the first AWSCURRENT of a secret needs no RemoveFromVersionId': async (api, { lambdaArn }) => {
    const id = await makeSecret(api);
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V1, RotationLambdaARN: lambdaArn });
    await put(api, id, V1, 'one', ['AWSPENDING']);
    await api.updateSecretVersionStage({ SecretId: id, VersionStage: 'AWSCURRENT', MoveToVersionId: V1 });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT', 'AWSPENDING'] });
  },
};
