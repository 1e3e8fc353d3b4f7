import { expect } from 'vitest';
import { type Case, expectRefusal, labels, makeSecret, put, readValue, V1, V2, V3 } from '../subject.ts';

const RULES = { AutomaticallyAfterDays: 30 };

export const configuredRotation: Readonly<Record<string, Case>> = {
  'RotateSecret registers its token as an AWSPENDING version': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    const answer = await api.rotateSecret({
      SecretId: id,
      ClientRequestToken: V2,
      RotationLambdaARN: lambdaArn,
      RotationRules: RULES,
    });
    expect(answer).toMatchObject({ Name: id, VersionId: V2 });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
  },
  'the registered version has no value, neither by its label nor by its id': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    for (const choice of [
      { VersionStage: 'AWSPENDING' },
      { VersionId: V2 },
      { VersionId: V2, VersionStage: 'AWSPENDING' },
    ]) {
      await expectRefusal(api.getSecretValue({ SecretId: id, ...choice }), 'ResourceNotFoundException');
    }
  },
  'GetSecretValue by the label of a version without a value names the label': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    await expectRefusal(
      api.getSecretValue({ SecretId: id, VersionStage: 'AWSPENDING' }),
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    );
  },
  'AWSCURRENT is read as before while a rotation is pending': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    expect(await readValue(api, id, { VersionStage: 'AWSCURRENT' })).toBe('one');
    expect(await readValue(api, id)).toBe('one');
  },
  'DescribeSecret tells how rotation is configured': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, RotationLambdaARN: lambdaArn, RotationRules: RULES });
    expect(await api.describeSecret({ SecretId: id })).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: lambdaArn,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
  },
  'RotateSecret without rules turns rotation on': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, RotationLambdaARN: lambdaArn });
    expect((await api.describeSecret({ SecretId: id })).RotationEnabled).toBe(true);
  },
  'RotateSecret keeps a schedule expression': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    const RotationRules = { ScheduleExpression: 'rate(10 days)', Duration: '2h' };
    await api.rotateSecret({ SecretId: id, RotationLambdaARN: lambdaArn, RotationRules });
    expect((await api.describeSecret({ SecretId: id })).RotationRules).toEqual({
      ScheduleExpression: 'rate(10 days)',
      Duration: '2h',
    });
  },
  'RotateSecret refuses a number of days together with an expression': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    const RotationRules = { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(10 days)' };
    await expectRefusal(
      api.rotateSecret({ SecretId: id, RotationLambdaARN: lambdaArn, RotationRules }),
      'InvalidParameterException',
    );
  },
  'RotateSecret is refused while AWSPENDING is on another version than AWSCURRENT': async (
    api,
    { lambdaArn },
  ) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    await expectRefusal(
      api.rotateSecret({ SecretId: id, ClientRequestToken: V3 }),
      'InvalidRequestException',
      "A previous rotation isn't complete.",
    );
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
  },
  'RotateSecret is accepted while AWSPENDING is on AWSCURRENT, and takes it from there': async (
    api,
    { lambdaArn },
  ) => {
    const id = await makeSecret(api, 'one');
    await put(api, id, V2, 'two', ['AWSCURRENT', 'AWSPENDING']);
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V3, RotationLambdaARN: lambdaArn });
    expect(await labels(api, id)).toEqual({
      [V1]: ['AWSPREVIOUS'],
      [V2]: ['AWSCURRENT'],
      [V3]: ['AWSPENDING'],
    });
  },
  'RotateSecret without a function, and none configured, is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(api.rotateSecret({ SecretId: id }), 'InvalidRequestException');
  },
  'RotateSecret uses the function that is configured': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    await api.updateSecretVersionStage({ SecretId: id, VersionStage: 'AWSPENDING', RemoveFromVersionId: V2 });
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V3 });
    expect(await api.describeSecret({ SecretId: id })).toMatchObject({ RotationLambdaARN: lambdaArn });
  },
  'RotateSecret registers a version for a secret that has none': async (api, { lambdaArn }) => {
    const id = await makeSecret(api);
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V1, RotationLambdaARN: lambdaArn });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSPENDING'] });
  },
  'CancelRotateSecret turns rotation off, and leaves AWSPENDING where it is': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    await api.cancelRotateSecret({ SecretId: id });
    expect(await api.describeSecret({ SecretId: id })).toMatchObject({
      RotationEnabled: false,
      RotationLambdaARN: lambdaArn,
    });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
  },
  'CancelRotateSecret names the version that was pending': async (api, { lambdaArn }) => {
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({ SecretId: id, ClientRequestToken: V2, RotationLambdaARN: lambdaArn });
    expect(await api.cancelRotateSecret({ SecretId: id })).toMatchObject({ Name: id, VersionId: V2 });
  },
  'CancelRotateSecret of a secret that never rotated is refused': async (api) => {
    const id = await makeSecret(api, 'one');
    await expectRefusal(api.cancelRotateSecret({ SecretId: id }), 'InvalidRequestException');
  },
};
