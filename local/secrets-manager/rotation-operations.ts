import { identity, type Operation, readSecretId, readToken } from './operation.ts';
import { randomPassword } from './random-password.ts';
import { registerRotation } from './rotation-registration.ts';
import { parseRotationRules } from './rotation-schedule.ts';
import { invalidParameter, invalidRequest } from './service-error.ts';
import { CURRENT, PENDING } from './version-labels.ts';

const DEFAULT_PASSWORD_LENGTH = 32;

export const rotateSecret: Operation = ({ vault, rotations }, input) => {
  const secretId = readSecretId(input);
  const token = readToken(input, invalidParameter);
  const lambdaArn = input.optionalText('RotationLambdaARN', { max: 2048 });
  const rulesInput = input.optionalObject('RotationRules');
  const immediately = input.optionalFlag('RotateImmediately') ?? true;
  const rules = rulesInput && parseRotationRules(rulesInput);
  const secret = vault.findUsable(secretId);
  const registration = registerRotation(secret, { token, lambdaArn, rules }, vault.now());
  switch (registration.kind) {
    case 'registered':
      rotations.checkCanInvoke(registration.lambdaArn);
      vault.save(registration.secret);
      rotations.start(immediately ? 'rotation' : 'test', secret.arn, token, registration.lambdaArn);
      break;
    case 'repeated':
      break;
    default:
      throw registration satisfies never;
  }
  return { ...identity(secret), VersionId: token };
};

export const cancelRotateSecret: Operation = ({ vault, rotations }, input) => {
  const secret = vault.findUsable(readSecretId(input));
  if (secret.rotation === undefined) {
    throw invalidRequest("You can't cancel the rotation of a secret that was never configured for rotation.");
  }
  vault.save({ ...secret, rotation: { ...secret.rotation, enabled: false }, lastChanged: vault.now() });
  rotations.cancel(secret.arn);
  const pending = secret.labels.get(PENDING);
  const unfinished = pending !== undefined && pending !== secret.labels.get(CURRENT);
  return { ...identity(secret), VersionId: unfinished ? pending : undefined };
};

export const getRandomPassword: Operation = (_, input) => ({
  RandomPassword: randomPassword({
    length: input.optionalInteger('PasswordLength', { min: 1, max: 4096 }) ?? DEFAULT_PASSWORD_LENGTH,
    excludeCharacters: input.optionalText('ExcludeCharacters', { max: 4096 }) ?? '',
    excludeLowercase: input.optionalFlag('ExcludeLowercase') ?? false,
    excludeUppercase: input.optionalFlag('ExcludeUppercase') ?? false,
    excludeNumbers: input.optionalFlag('ExcludeNumbers') ?? false,
    excludePunctuation: input.optionalFlag('ExcludePunctuation') ?? false,
    includeSpace: input.optionalFlag('IncludeSpace') ?? false,
    requireEachType: input.optionalFlag('RequireEachIncludedType') ?? true,
  }),
});
