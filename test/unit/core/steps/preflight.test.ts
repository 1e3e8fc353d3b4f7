import {
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type PreflightReport, UserNameRefused } from '@rotation/core';
import { describe, expect, it, vi } from 'vitest';
import { CANARY, failureOf, witness } from '../../support/canaries.ts';
import { startStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent, SECRET_ARN } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  pendingRotation,
  type Secret,
  serve,
  service,
} from '../../support/secrets-manager.ts';

const EVENT = { Step: 'preflight', SecretId: SECRET_ARN };
const settled: Secret = { [OLD_VERSION]: { stages: ['AWSCURRENT'], text: valueText() } };

async function reportOf(strategy = strategyStub()): Promise<PreflightReport> {
  const { work, lines } = startStep('testSecret', { strategy, event: EVENT });
  const report = witness(await work) as PreflightReport;
  expect(lines[0]).toMatchObject({
    level: report.outcome === 'passed' ? 'info' : 'warn',
    message: 'preflight',
    fields: { outcome: report.outcome, findings: report.findings },
  });
  expect(lines.at(-1)).toMatchObject({ message: 'step succeeded', fields: { outcome: report.outcome } });
  return report;
}

function find({ findings }: PreflightReport, name: string) {
  return findings.find(({ check }) => check === name);
}

describe('preflight', () => {
  it('looks at the secret, then has the strategy look at the database, and writes nothing', async () => {
    serve(settled);
    const strategy = strategyStub({
      preflight: vi.fn(async (current, preflight) => {
        await preflight.check('login', [], async () =>
          expect(current.password.reveal()).toBe(CANARY.current),
        );
      }),
    });
    const report = await reportOf(strategy);

    expect(report.outcome).toBe('passed');
    expect(report.findings.map(({ check, outcome }) => `${check}: ${outcome}`)).toEqual([
      'version stages: passed',
      'AWSCURRENT value: passed',
      'rotation target: passed',
      'password settings: passed',
      'versions without a label: passed',
      'permission to write the secret: skipped',
      'login: passed',
    ]);
    expect(find(report, 'version stages')?.detail).toBe(`AWSCURRENT: ${OLD_VERSION}.`);
    expect(service).not.toHaveReceivedCommand(PutSecretValueCommand);
    expect(service).not.toHaveReceivedCommand(UpdateSecretVersionStageCommand);
  });

  it.each([
    { description: { RotationEnabled: false }, state: 'turned off' },
    { description: {}, state: 'not configured' },
  ])('warns of a rotation that is $state', async ({ description, state }) => {
    serve(settled, { description });
    const report = await reportOf();
    expect(report.outcome).toBe('warning');
    expect(find(report, 'version stages')).toMatchObject({
      detail: `AWSCURRENT: ${OLD_VERSION}. Rotation is ${state}.`,
      remedy: 'Turn it on with RotateSecret, naming this function as RotationLambdaARN.',
    });
  });

  it('warns of an AWSPENDING that is on another version than AWSCURRENT', async () => {
    serve(pendingRotation());
    const report = await reportOf();
    expect(find(report, 'version stages')).toMatchObject({
      outcome: 'warning',
      detail: `AWSCURRENT: ${OLD_VERSION}, AWSPENDING: ${NEW_VERSION}. A rotation is under way, or has stopped half-way: no other can start.`,
    });
  });

  it('goes on without a value, but not to the database', async () => {
    serve({ [OLD_VERSION]: { stages: ['AWSCURRENT'], text: '{"engine": "oracle"}' } });
    const strategy = strategyStub();
    const report = await reportOf(strategy);
    expect(report.outcome).toBe('failed');
    expect(find(report, 'AWSCURRENT value')).toMatchObject({ outcome: 'failed', error: 'EngineMismatch' });
    expect(find(report, 'password settings')?.outcome).toBe('passed');
    expect(find(report, 'database')?.outcome).toBe('skipped');
    expect(strategy.preflight).not.toHaveBeenCalled();
  });

  it('warns of a rotation that would go back, and says when it could not', async () => {
    const text = valueText({ password: CANARY.previous });
    serve({ ...settled, [NEW_VERSION]: { stages: ['AWSPREVIOUS', 'ROTATION_TARGET'], text } });
    expect(find(await reportOf(), 'rotation target')).toMatchObject({
      outcome: 'warning',
      detail: `The next rotation goes back to the login of version ${NEW_VERSION}, which bears ROTATION_TARGET.`,
    });
    serve({ ...settled, [NEW_VERSION]: { stages: ['ROTATION_TARGET'], text: 'no JSON' } });
    expect(find(await reportOf(), 'rotation target')).toMatchObject({ error: 'RotationTargetRefused' });
  });

  it('logs the stack of an error that nobody foresaw', async () => {
    serve(settled);
    const strategy = strategyStub({
      async preflight(_current, preflight) {
        await preflight.check('login', [], async () => {
          throw new TypeError('nobody has vetted this');
        });
      },
    });
    const { work, lines } = startStep('testSecret', { strategy, event: EVENT });
    await work;
    expect(lines[0]).toMatchObject({ level: 'error', message: 'a check failed unexpectedly' });
    expect(lines[0]?.error?.name).toBe('UnexpectedFailure');
  });

  it('names the key when it is that which denies the value', async () => {
    serve(settled);
    const denied = new Error('Access to KMS is not allowed');
    denied.name = 'AccessDeniedException';
    service.on(GetSecretValueCommand).rejects(denied);
    expect(find(await reportOf(), 'AWSCURRENT value')).toMatchObject({
      error: 'SecretsManagerFailed',
      remedy: expect.stringContaining('kms:Decrypt'),
    });
  });

  it('finds settings that no password can meet', async () => {
    serve(settled);
    service
      .on(GetRandomPasswordCommand)
      .rejects(new InvalidParameterException({ message: 'no', $metadata: {} }));
    expect(find(await reportOf(), 'password settings')?.outcome).toBe('failed');
  });
});

describe('testSecret of a version without a value', () => {
  it('fails with the first error that the preflight met with, and does not warn of its own AWSPENDING', async () => {
    serve(begunRotation());
    const refusal = new UserNameRefused('app', 'is too long');
    const strategy = strategyStub({
      async preflight(_current, preflight) {
        await preflight.check('name', [], async () => {
          throw refusal;
        });
      },
    });
    const { work, lines } = startStep('testSecret', { strategy, event: rotationEvent('testSecret') });
    expect(await failureOf(work)).toBe(refusal);
    const [preflight] = lines;
    expect(preflight).toMatchObject({ level: 'warn', message: 'preflight', fields: { outcome: 'failed' } });
    expect(JSON.stringify(preflight?.fields)).not.toContain('under way');
  });
});
