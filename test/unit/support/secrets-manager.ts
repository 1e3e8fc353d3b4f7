import 'aws-sdk-client-mock-vitest/extend';
import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  InvalidParameterException,
  InvalidRequestException,
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsCommandInput,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { CANARY } from './canaries.ts';
import type { Watch } from './fake-database.ts';
import { NEW_VERSION, OLD_VERSION, SUPERUSER_ARN } from './rotation-event.ts';
import { valueText } from './secret-values.ts';

/** Stands in for every client of the SDK, the one inside the layer too. */
export const service = mockClient(SecretsManagerClient);

export interface StoredVersion {
  stages: readonly string[];
  /** Absent in a version that RotateSecret registered. */
  text?: string | undefined;
  binary?: true;
  /** Its time of creation; that of its place among the others when left out. */
  created?: Date;
}

export type Secret = Record<string, StoredVersion>;

/** A rotation that has just begun: AWSPENDING is registered and has no value. */
export function begunRotation(replaced: Secret = {}): Secret {
  return {
    [OLD_VERSION]: { stages: ['AWSCURRENT'], text: valueText() },
    [NEW_VERSION]: { stages: ['AWSPENDING'] },
    ...replaced,
  };
}

/** A rotation whose createSecret has run. */
export function pendingRotation(replaced: Secret = {}): Secret {
  const text = valueText({ password: CANARY.pending });
  return begunRotation({ [NEW_VERSION]: { stages: ['AWSPENDING'], text }, ...replaced });
}

export interface Serving {
  /** What DescribeSecret says of the rotation. */
  readonly description?: { readonly RotationEnabled?: boolean; readonly DeletedDate?: Date };
  /** Called before and after each call, with `before PutSecretValue` or `after PutSecretValue`. */
  readonly watch?: Watch;
}

/** Makes the mock behave like the service that keeps `secret`, which changes as it is written to. */
export function serve(
  secret: Secret,
  { description = { RotationEnabled: true }, watch }: Serving = {},
): void {
  const answering =
    <Input>(operation: string, answer: (input: Input) => object, detailOf = (_input: Input) => '') =>
    (input: Input) => {
      const call = `${operation}${detailOf(input)}`;
      watch?.(`before ${call}`);
      const answered = answer(input);
      watch?.(`after ${call}`);
      return answered;
    };

  const given = new Set<string>();
  service.reset();
  service
    .on(DescribeSecretCommand)
    .callsFake(answering('DescribeSecret', () => ({ ...description, VersionIdsToStages: stagesOf(secret) })));
  service.on(GetSecretValueCommand).callsFake(
    answering(
      'GetSecretValue',
      (input: GetSecretValueCommandInput) => read(secret, input),
      ({ VersionStage }) => (VersionStage === 'AWSPREVIOUS' ? ' of AWSPREVIOUS' : ''),
    ),
  );
  service
    .on(PutSecretValueCommand)
    .callsFake(answering('PutSecretValue', (input: PutSecretValueCommandInput) => put(secret, input)));
  service
    .on(UpdateSecretVersionStageCommand)
    .callsFake(
      answering('UpdateSecretVersionStage', (input: UpdateSecretVersionStageCommandInput) =>
        moveLabel(secret, input),
      ),
    );
  service.on(ListSecretVersionIdsCommand).callsFake(
    answering('ListSecretVersionIds', (input: ListSecretVersionIdsCommandInput) => ({
      Versions: list(secret, input),
    })),
  );
  service
    .on(GetRandomPasswordCommand)
    .callsFake(answering('GetRandomPassword', () => ({ RandomPassword: newPassword(secret, given) })));
}

/** Never one that was given before or that a version has already. */
function newPassword(secret: Secret, given: Set<string>): string {
  const texts = Object.values(secret).map(({ text = '' }) => text);
  const isTaken = (password: string) =>
    given.has(password) || texts.some((text) => text.includes(JSON.stringify(password)));
  let password: string = CANARY.generated;
  for (let number = 1; isTaken(password); number++) password = `${CANARY.generated}-${number}`;
  given.add(password);
  return password;
}

/** Of the versions that have a label: DescribeSecret does not know the others. */
const stagesOf = (secret: Secret) =>
  Object.fromEntries(
    Object.entries(secret)
      .filter(([, { stages }]) => stages.length > 0)
      .map(([id, { stages }]) => [id, [...stages]]),
  );

/** Deprecated is what has no label; the service then leaves VersionStages out. */
function list(secret: Secret, { IncludeDeprecated = false }: ListSecretVersionIdsCommandInput) {
  return Object.entries(secret)
    .map(([VersionId, { stages, created }], place) => ({
      VersionId,
      CreatedDate: created ?? new Date(Date.UTC(2026, 0, 1, 0, 0, place)),
      ...(stages.length > 0 && { VersionStages: [...stages] }),
    }))
    .filter(({ VersionStages }) => IncludeDeprecated || VersionStages !== undefined);
}

/** Makes the service answer nothing until the function returned is called; then all calls fail. */
export function holdAnswers(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  service.reset();
  service.onAnyCommand().callsFake(async () => {
    await promise;
    throw new ResourceNotFoundException({ message: 'gone', $metadata });
  });
  return resolve;
}

/** One turn of the event loop: as nothing was answered, whatever waits for an answer has not been sent. */
export const untilAllIsSent = () => new Promise<void>((next) => setImmediate(next));

const $metadata = {};

function read(
  secret: Secret,
  {
    SecretId,
    VersionId,
    VersionStage = VersionId === undefined ? 'AWSCURRENT' : undefined,
  }: GetSecretValueCommandInput,
) {
  if (SecretId === SUPERUSER_ARN) {
    return { SecretString: valueText({ username: 'admin', password: CANARY.superuser }) };
  }
  const id = VersionId ?? holderOf(secret, VersionStage ?? '') ?? '';
  const version = secret[id];
  if (version === undefined) throw new ResourceNotFoundException({ message: 'no such version', $metadata });
  // Recorded from the service: a label elsewhere is another error than a value that is not there.
  if (VersionStage !== undefined && !version.stages.includes(VersionStage)) {
    throw new InvalidRequestException({
      message: 'You provided a VersionStage that is not associated to the provided VersionId.',
      $metadata,
    });
  }
  if (version.binary) return { SecretBinary: new Uint8Array([1, 2, 3]) };
  if (version.text === undefined) throw new ResourceNotFoundException({ message: 'no value', $metadata });
  return { SecretString: version.text, VersionId: id };
}

function put(
  secret: Secret,
  { ClientRequestToken: id = '', SecretString, VersionStages }: PutSecretValueCommandInput,
) {
  const { text, binary } = secret[id] ?? {};
  if (binary || (text !== undefined && text !== SecretString)) {
    throw new ResourceExistsException({ message: 'the token is in use', $metadata });
  }
  secret[id] = { ...secret[id], stages: VersionStages ?? [], text: SecretString };
  return {};
}

function moveLabel(secret: Secret, input: UpdateSecretVersionStageCommandInput) {
  const { VersionStage: stage = '', RemoveFromVersionId: from, MoveToVersionId: to } = input;
  if (holderOf(secret, stage) !== from) {
    throw new InvalidParameterException({ message: 'the label is on another version', $metadata });
  }
  if (from !== undefined) takeOff(secret, stage);
  if (to !== undefined) putOn(secret, stage, to);
  if (stage === 'AWSCURRENT' && from !== undefined) {
    takeOff(secret, 'AWSPREVIOUS');
    putOn(secret, 'AWSPREVIOUS', from);
  }
  return {};
}

function putOn(secret: Secret, stage: string, id: string): void {
  const version = secret[id];
  if (version !== undefined) version.stages = [...version.stages, stage];
}

function takeOff(secret: Secret, stage: string): void {
  for (const version of Object.values(secret))
    version.stages = version.stages.filter((label) => label !== stage);
}

function holderOf(secret: Secret, stage: string): string | undefined {
  return Object.keys(secret).find((id) => secret[id]?.stages.includes(stage));
}
