import { expect } from 'vitest';
import { type Case, expectRefusal, makeSecret, put, readValue, V1, V2 } from '../subject.ts';

const DAY = 24 * 60 * 60 * 1000;

export const deletedSecrets: Readonly<Record<string, Case>> = {
  'a secret that is deleted at once is gone, and its name free': async (api) => {
    const Name = await makeSecret(api, 'one');
    await api.deleteSecret({ SecretId: Name, ForceDeleteWithoutRecovery: true });
    await expectRefusal(api.describeSecret({ SecretId: Name }), 'ResourceNotFoundException');
    await api.createSecret({ Name, ClientRequestToken: V1, SecretString: 'anew' });
    expect(await readValue(api, Name)).toBe('anew');
  },
  'a secret is scheduled for deletion in 30 days': async (api) => {
    const id = await makeSecret(api, 'one');
    const { DeletionDate } = await api.deleteSecret({ SecretId: id });
    expect(Math.round(((DeletionDate?.getTime() ?? 0) - Date.now()) / DAY)).toBe(30);
    const { DeletedDate } = await api.describeSecret({ SecretId: id });
    expect(Math.round(((DeletedDate?.getTime() ?? 0) - Date.now()) / DAY)).toBe(30);
  },
  'a secret that is scheduled for deletion cannot be read or rotated': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.deleteSecret({ SecretId: id, RecoveryWindowInDays: 7 });
    await expectRefusal(api.getSecretValue({ SecretId: id }), 'InvalidRequestException');
    await expectRefusal(
      api.rotateSecret({ SecretId: id, RotationLambdaARN: lambdaArn }),
      'InvalidRequestException',
    );
  },
  'a secret that is scheduled for deletion takes no value and no label': async (api) => {
    const id = await makeSecret(api, 'one');
    await api.deleteSecret({ SecretId: id });
    await expectRefusal(put(api, id, V2, 'two'), 'InvalidRequestException');
    await expectRefusal(
      api.updateSecretVersionStage({ SecretId: id, VersionStage: 'blue', MoveToVersionId: V1 }),
      'InvalidRequestException',
    );
  },
  'the name of a secret that is scheduled for deletion is taken': async (api) => {
    const Name = await makeSecret(api, 'one');
    await api.deleteSecret({ SecretId: Name });
    await expectRefusal(
      api.createSecret({ Name, ClientRequestToken: V2, SecretString: 'two' }),
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  },
  'deleting at once what is not there succeeds': async (api) => {
    await api.deleteSecret({ SecretId: 'never/was', ForceDeleteWithoutRecovery: true });
  },
  'deleting what is not there is refused otherwise': async (api) => {
    await expectRefusal(api.deleteSecret({ SecretId: 'never/was' }), 'ResourceNotFoundException');
  },
  'deleting at once and in 7 days is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(
      api.deleteSecret({ SecretId: id, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }),
      'InvalidParameterException',
    );
  },
};
