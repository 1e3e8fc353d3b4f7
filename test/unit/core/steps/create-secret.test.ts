import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, vi } from 'vitest';
import { CANARY, failureOf } from '../../support/canaries.ts';
import { failStep, runStep, startStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent, SECRET_ARN } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  holdAnswers,
  pendingRotation,
  type Secret,
  serve,
  service,
  untilAllIsSent,
} from '../../support/secrets-manager.ts';

const BAD_SETTINGS = [
  ['EXCLUDE_NUMBERS', 'yes'],
  ['PASSWORD_LENGTH', '7'],
] as const;

const stored = (secret: Secret) => JSON.parse(secret[NEW_VERSION]?.text ?? 'null') as unknown;

describe('createSecret', () => {
  it('stores the new login as AWSPENDING, with the proof of its rotation', async () => {
    const secret = begunRotation();
    serve(secret);

    expect(await runStep('createSecret')).toBe('done');

    expect(service).toHaveReceivedCommandExactlyOnceWith(DescribeSecretCommand, { SecretId: SECRET_ARN });
    expect(service).toHaveReceivedCommandExactlyOnceWith(GetSecretValueCommand, {
      SecretId: SECRET_ARN,
      VersionStage: 'AWSCURRENT',
    });
    expect(service).toHaveReceivedCommandExactlyOnceWith(GetRandomPasswordCommand, {
      PasswordLength: 32,
      ExcludeCharacters: ':/@"\'\\`',
      ExcludeNumbers: false,
      ExcludePunctuation: false,
      ExcludeUppercase: false,
      ExcludeLowercase: false,
      IncludeSpace: false,
      RequireEachIncludedType: true,
    });
    expect(service).toHaveReceivedCommandExactlyOnceWith(PutSecretValueCommand, {
      SecretId: SECRET_ARN,
      ClientRequestToken: NEW_VERSION,
      SecretString: valueText({ password: CANARY.generated }),
      VersionStages: ['AWSPENDING'],
      RotationToken: CANARY.rotationToken,
    });
    expect(service).not.toHaveReceivedCommand(UpdateSecretVersionStageCommand);
  });

  it('stores without a RotationToken when the event has none', async () => {
    serve(begunRotation());
    await runStep('createSecret', { event: rotationEvent('createSecret', { RotationToken: undefined }) });
    const [put] = service.commandCalls(PutSecretValueCommand);
    expect(put?.args[0].input.RotationToken).toBeUndefined();
  });

  it('stores the user that the strategy names', async () => {
    const secret = begunRotation();
    serve(secret);
    await runStep('createSecret', { strategy: strategyStub({ nextUsername: async () => 'app_clone' }) });
    expect(stored(secret)).toEqual({
      ...JSON.parse(valueText()),
      username: 'app_clone',
      password: CANARY.generated,
    });
  });

  it('asks for the password that the environment describes', async () => {
    serve(begunRotation());
    await runStep('createSecret', { environment: { PASSWORD_LENGTH: '64', EXCLUDE_PUNCTUATION: 'True' } });
    expect(service).toHaveReceivedCommandWith(GetRandomPasswordCommand, {
      PasswordLength: 64,
      ExcludePunctuation: true,
    });
  });

  it('keeps a value that AWSPENDING has already', async () => {
    const secret = pendingRotation();
    serve(secret);
    const strategy = strategyStub();

    expect(await runStep('createSecret', { strategy })).toBe('kept');

    expect(stored(secret)).toMatchObject({ password: CANARY.pending });
    expect(strategy.assertProposal).toHaveBeenCalledOnce();
  });

  it.each(['ThrottlingException', 'AccessDeniedException', 'InternalServiceError'])(
    'keeps it where no other could be stored: %s',
    async (name) => {
      const secret = pendingRotation();
      serve(secret);
      service.on(PutSecretValueCommand).rejects(Object.assign(new Error('no'), { name }));
      expect(await runStep('createSecret')).toBe('kept');
      expect(stored(secret)).toMatchObject({ password: CANARY.pending });
    },
  );

  it('fails with why nothing was stored where there is none', async () => {
    serve(begunRotation());
    service.on(PutSecretValueCommand).rejects(new Error('the connection was cut'));
    const failure = await failStep('createSecret');
    expect(failure.message).toContain('Secrets Manager did not carry out PutSecretValue');
  });

  it('fails with that, too, when it cannot be seen whether there is one', async () => {
    serve(begunRotation());
    service.on(PutSecretValueCommand).callsFakeOnce(() => {
      service.on(DescribeSecretCommand).rejects(new Error('the connection was cut'));
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    });
    const failure = await failStep('createSecret');
    expect(failure.message).toContain("Allow the function's role secretsmanager:PutSecretValue");
  });

  it('has nothing to do when a twin has ended the rotation before it could store one', async () => {
    const secret = begunRotation();
    serve(secret);
    service.on(PutSecretValueCommand).callsFakeOnce(() => {
      secret[OLD_VERSION] = { stages: ['AWSPREVIOUS'], text: valueText() };
      secret[NEW_VERSION] = { stages: ['AWSCURRENT'], text: valueText({ password: CANARY.pending }) };
      throw new Error('the connection was cut');
    });
    expect(await runStep('createSecret')).toBe('already-current');
  });

  it('does without an AWSPREVIOUS that cannot be read and nobody has asked for', async () => {
    const secret = begunRotation();
    serve(secret);
    service
      .on(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' })
      .rejects(new Error('the connection was cut'));
    expect(await runStep('createSecret', { strategy: strategyStub({ asksForPrevious: true }) })).toBe('done');
    expect(stored(secret)).toMatchObject({ password: CANARY.generated });
  });

  it('keeps it where the strategy names no user any more', async () => {
    const secret = pendingRotation();
    serve(secret);
    const nextUsername = vi.fn(async () => {
      throw new RangeError('no name');
    });
    expect(await runStep('createSecret', { strategy: strategyStub({ nextUsername }) })).toBe('kept');
    expect(service).not.toHaveReceivedCommand(PutSecretValueCommand);
    expect(stored(secret)).toMatchObject({ password: CANARY.pending });
  });

  it('keeps it where no password can be had', async () => {
    serve(pendingRotation());
    service.on(GetRandomPasswordCommand).rejects(new Error('the connection was cut'));
    expect(await runStep('createSecret')).toBe('kept');
  });

  it.each(BAD_SETTINGS)('keeps it where %s is %j', async (variable, value) => {
    serve(pendingRotation());
    expect(await runStep('createSecret', { environment: { [variable]: value } })).toBe('kept');
    expect(service).not.toHaveReceivedCommand(GetRandomPasswordCommand);
  });

  it.each(BAD_SETTINGS)('stores nothing where %s is %j', async (variable, value) => {
    const secret = begunRotation();
    serve(secret);
    const failure = await failStep('createSecret', { environment: { [variable]: value } });
    expect(failure.name).toBe('InvalidConfiguration');
    expect(failure.message).toContain(`environment variable ${variable} is `);
    expect(secret[NEW_VERSION]?.text).toBeUndefined();
  });

  it('does not keep a value that is no proposal of its strategy', async () => {
    const secret = pendingRotation();
    serve(secret);
    const refusal = new RangeError('no proposal');
    const assertProposal = vi.fn(() => {
      throw refusal;
    });
    const failure = await failStep('createSecret', { strategy: strategyStub({ assertProposal }) });
    expect(failure.name).toBe('UnexpectedFailure');
    expect(stored(secret)).toMatchObject({ password: CANARY.pending });
  });

  it('run twice stores one value', async () => {
    const secret = begunRotation();
    serve(secret);
    expect(await runStep('createSecret')).toBe('done');
    const first = stored(secret);
    expect(await runStep('createSecret')).toBe('kept');
    expect(stored(secret)).toEqual(first);
  });

  it('takes the value of a twin that stored its own first', async () => {
    const secret = begunRotation();
    serve(secret);
    service.on(PutSecretValueCommand).callsFakeOnce(() => {
      secret[NEW_VERSION] = { stages: ['AWSPENDING'], text: valueText({ password: CANARY.pending }) };
      throw new ResourceExistsException({ message: 'the token is in use', $metadata: {} });
    });
    const strategy = strategyStub();

    expect(await runStep('createSecret', { strategy })).toBe('kept');

    expect(strategy.assertProposal).toHaveBeenCalledOnce();
    expect(stored(secret)).toMatchObject({ password: CANARY.pending });
  });

  it('fails when the value of the twin cannot be read', async () => {
    serve(begunRotation());
    service
      .on(PutSecretValueCommand)
      .rejects(new ResourceExistsException({ message: 'the token is in use', $metadata: {} }));
    expect((await failStep('createSecret')).name).toBe('NoPendingValue');
  });

  it('fails without an AWSCURRENT value', async () => {
    serve({ [OLD_VERSION]: { stages: ['AWSCURRENT'] }, [NEW_VERSION]: { stages: ['AWSPENDING'] } });
    expect((await failStep('createSecret')).name).toBe('NoCurrentVersion');
    expect(service).not.toHaveReceivedCommand(PutSecretValueCommand);
  });

  it('fails when the service answers no password', async () => {
    serve(begunRotation());
    service.on(GetRandomPasswordCommand).resolves({});
    const failure = await failStep('createSecret');
    expect(failure.name).toBe('SecretsManagerFailed');
    expect(failure.message).toContain('GetRandomPassword');
    expect(service).not.toHaveReceivedCommand(PutSecretValueCommand);
  });

  it('starts all its reading before any of it is answered', async () => {
    const answer = holdAnswers();
    const { work } = startStep('createSecret');
    await untilAllIsSent();

    expect(service).toHaveReceivedCommandTimes(DescribeSecretCommand, 1);
    expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 1);
    expect(service).toHaveReceivedCommandTimes(GetRandomPasswordCommand, 1);
    answer();
    await failureOf(work);
  });

  it('reads AWSPREVIOUS at once for a strategy that asks for it', async () => {
    const answer = holdAnswers();
    const { work } = startStep('createSecret', { strategy: strategyStub({ asksForPrevious: true }) });
    await untilAllIsSent();
    expect(service).toHaveReceivedCommandWith(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' });
    expect(service).toHaveReceivedCommandTimes(GetSecretValueCommand, 2);
    answer();
    await failureOf(work);
  });
});
