import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Step } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { CANARY } from '../../support/canaries.ts';
import { failStep, strategyStub } from '../../support/invoke.ts';
import { begunRotation, pendingRotation, serve, service } from '../../support/secrets-manager.ts';

const named = (name: string) => Object.assign(new Error('what the service said'), { name });

type Command = { readonly command: string; readonly step: Step; refuse(error: Error): void };

/* Each call, in a step that makes it. */
const CALLS: Command[] = [
  {
    command: 'DescribeSecret',
    step: 'setSecret',
    refuse: (e) => void service.on(DescribeSecretCommand).rejects(e),
  },
  {
    command: 'GetSecretValue',
    step: 'setSecret',
    refuse: (e) => void service.on(GetSecretValueCommand).rejects(e),
  },
  {
    command: 'ListSecretVersionIds',
    step: 'setSecret',
    refuse: (e) => void service.on(ListSecretVersionIdsCommand).rejects(e),
  },
  {
    command: 'GetRandomPassword',
    step: 'createSecret',
    refuse: (e) => void service.on(GetRandomPasswordCommand).rejects(e),
  },
  {
    command: 'PutSecretValue',
    step: 'createSecret',
    refuse: (e) => void service.on(PutSecretValueCommand).rejects(e),
  },
  {
    command: 'UpdateSecretVersionStage',
    step: 'finishSecret',
    refuse: (e) => void service.on(UpdateSecretVersionStageCommand).rejects(e),
  },
];

/** A strategy whose setSecret asks for the versions without a label. */
const inquisitive = () =>
  strategyStub({
    async setSecret(_versions, rotation) {
      for await (const _secret of rotation.unlabelled());
      return true;
    },
  });

const secretFor = (step: Step) => (step === 'createSecret' ? begunRotation() : pendingRotation());

it('is told apart from what the key denies, which the service calls by the same name', async () => {
  serve(pendingRotation());
  const denied = Object.assign(new Error('Access to KMS is not allowed'), { name: 'AccessDeniedException' });
  service.on(GetSecretValueCommand).rejects(denied);
  const failure = await failStep('setSecret');
  expect(failure.message).toContain("Allow the function's role kms:Decrypt");
  expect(failure.message).not.toContain('secretsmanager:');
});

describe.each(CALLS)('$command', ({ command, step, refuse }) => {
  it.each([
    ['AccessDeniedException', `Allow the function's role secretsmanager:${command} on this secret`],
    ['DecryptionFailure', 'kms:Decrypt'],
    ['EncryptionFailure', 'kms:GenerateDataKey'],
    ['ThrottlingException', 'Spread the rotation schedules'],
    ['AbortError', "Check that the function's subnets reach Secrets Manager"],
    ['TimeoutError', "Check that the function's subnets reach Secrets Manager"],
    ['CredentialsProviderError', 'Give the function a role'],
    ['InternalServiceError', 'Look the cause up in CloudTrail'],
    ['InvalidRequestException', 'Look the cause up in CloudTrail'],
    ['SomethingNew', 'Look the cause up in CloudTrail'],
  ])('that fails with %s is reported with a remedy', async (name, remedy) => {
    serve(secretFor(step));
    refuse(named(name));

    const failure = await failStep(step, { strategy: inquisitive() });

    expect(failure.name).toBe('SecretsManagerFailed');
    expect(failure.message).toContain(`${command} (${name})`);
    expect(failure.message).toContain(remedy);
    expect(failure.cause).toMatchObject({ name: 'Fault', message: 'what the service said', code: name });
  });

  it('is reported as failed when what was thrown is no Error', async () => {
    serve(secretFor(step));
    service.on(DescribeSecretCommand).callsFake(() => Promise.reject('a text'));
    const failure = await failStep(step);
    expect(failure.name).toBe('SecretsManagerFailed');
    expect(failure.message).toContain('(unknown)');
  });
});

it.each(['DescribeSecret', 'PutSecretValue'])(
  'a secret that is gone is named as such by %s',
  async (command) => {
    serve(begunRotation());
    CALLS.find((call) => call.command === command)?.refuse(named('ResourceNotFoundException'));
    const failure = await failStep('createSecret');
    expect(failure.message).toContain('Check that the secret still exists');
  },
);

describe('an error that nobody foresaw', () => {
  it('is reported without its message, which may hold anything', async () => {
    serve(pendingRotation());
    const setSecret = async () => {
      throw new RangeError(`a statement with ${CANARY.pending}`);
    };
    const failure = await failStep('setSecret', { strategy: strategyStub({ setSecret }) });
    expect(failure.name).toBe('UnexpectedFailure');
    expect(failure.message).toContain('An unforeseen RangeError was thrown.');
    expect(failure.stack).toContain('service-faults.test.ts');
    expect(failure.cause).toBeUndefined();
  });

  it('may have a message with lines like those of a stack', async () => {
    serve(pendingRotation());
    const setSecret = async () => {
      throw new Error(`a statement\n    at ${CANARY.pending}`);
    };
    const failure = await failStep('setSecret', { strategy: strategyStub({ setSecret }) });
    expect(failure.name).toBe('UnexpectedFailure');
  });

  it.each([
    ['a text', CANARY.pending, 'string'],
    ['nothing', undefined, 'undefined'],
  ])('may be %s', async (_case, thrown, kind) => {
    serve(pendingRotation());
    const setSecret = () => Promise.reject(thrown);
    const failure = await failStep('setSecret', { strategy: strategyStub({ setSecret }) });
    expect(failure.name).toBe('UnexpectedFailure');
    expect(failure.message).toContain(`An unforeseen ${kind} was thrown.`);
  });
});
