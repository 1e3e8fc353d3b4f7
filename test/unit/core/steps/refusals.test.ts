import { STEPS, type Step } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { failStep, runStep, startStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  pendingRotation,
  type Secret,
  serve,
  service,
} from '../../support/secrets-manager.ts';

const READ_ONLY = ['DescribeSecretCommand', 'GetSecretValueCommand', 'GetRandomPasswordCommand'];
const writes = () =>
  service
    .calls()
    .map(({ args }) => args[0].constructor.name)
    .filter((name) => !READ_ONLY.includes(name));

const done = (): Secret => ({
  [NEW_VERSION]: { stages: ['AWSCURRENT'], text: valueText() },
  [OLD_VERSION]: { stages: ['AWSPREVIOUS'], text: valueText() },
});
const cancelled = () => pendingRotation({ [NEW_VERSION]: { stages: [], text: valueText() } });
const unknown = (): Secret => ({ [OLD_VERSION]: { stages: ['AWSCURRENT'], text: valueText() } });

const REFUSALS = [
  {
    name: 'SecretDeleted',
    when: 'the secret is marked for deletion',
    secret: pendingRotation,
    enabled: true,
    deletion: new Date(),
  },
  { name: 'RotationNotEnabled', when: 'rotation is off', secret: pendingRotation, enabled: false },
  {
    name: 'RotationNotEnabled',
    when: 'rotation is off and the token is AWSCURRENT',
    secret: done,
    enabled: false,
  },
  { name: 'UnknownToken', when: 'the token is unknown', secret: unknown, enabled: true },
  {
    name: 'UnknownToken',
    when: 'the token lost AWSPENDING, its only label',
    secret: cancelled,
    enabled: true,
  },
  {
    name: 'TokenNotPending',
    when: 'the token lost AWSPENDING and has another label',
    secret: () => pendingRotation({ [NEW_VERSION]: { stages: ['blue'], text: valueText() } }),
    enabled: true,
  },
  {
    name: 'TokenNotPending',
    when: 'the token is AWSPREVIOUS',
    secret: () => pendingRotation({ [NEW_VERSION]: { stages: ['AWSPREVIOUS'], text: valueText() } }),
    enabled: true,
  },
];

describe.each(STEPS)('%s', (step: Step) => {
  it.each(REFUSALS)('refuses with $name when $when', async ({ name, secret, enabled, deletion }) => {
    serve(secret(), {
      description: { RotationEnabled: enabled, ...(deletion && { DeletedDate: deletion }) },
    });
    const strategy = strategyStub();

    const failure = await failStep(step, { strategy });

    expect(failure.name).toBe(name);
    expect(failure.message).toContain(`${step} of version ${NEW_VERSION} failed: `);
    expect(writes()).toEqual([]);
    expect(strategy.setSecret).not.toHaveBeenCalled();
    expect(strategy.testSecret).not.toHaveBeenCalled();
    expect(strategy.preflight).not.toHaveBeenCalled();
  });

  it('does nothing when its version is AWSCURRENT already', async () => {
    serve(done());
    const strategy = strategyStub();

    expect(await runStep(step, { strategy })).toBe('already-current');

    expect(writes()).toEqual([]);
    for (const asked of ['nextUsername', 'assertProposal', 'setSecret', 'testSecret', 'preflight'] as const) {
      expect(strategy[asked]).not.toHaveBeenCalled();
    }
  });

  it('runs for a secret whose rotation was never configured', async () => {
    serve(pendingRotation(), { description: {} });
    await runStep(step);
  });

  it('logs one line, without an error, when it succeeded', async () => {
    serve(pendingRotation());
    const { work, lines } = startStep(step);
    await work;
    expect(lines).toMatchObject([
      { level: 'info', message: 'step succeeded', fields: { step, versionId: NEW_VERSION } },
    ]);
  });

  it('logs the error that it throws, once', async () => {
    serve(begunRotation(), { description: { RotationEnabled: false } });
    const { work, lines } = startStep(step);
    const failure = await work.catch((error: unknown) => error);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.error).toBe(failure);
  });
});

describe.each(['setSecret', 'testSecret', 'createSecret'] as const)('%s', (step) => {
  it.each([
    ['AWSCURRENT', { [OLD_VERSION]: { stages: ['AWSCURRENT'], text: 'no JSON' } }],
    ['AWSPENDING', { [NEW_VERSION]: { stages: ['AWSPENDING'], text: 'no JSON' } }],
    ['AWSCURRENT', { [OLD_VERSION]: { stages: ['AWSCURRENT'], binary: true as const } }],
    ['AWSPENDING', { [NEW_VERSION]: { stages: ['AWSPENDING'], binary: true as const } }],
  ])('refuses an %s value that is no database login', async (version, secret) => {
    const versions = pendingRotation(secret);
    const before = structuredClone(versions);
    serve(versions);
    const failure = await failStep(step);
    expect(failure.name).toBe('InvalidSecretValue');
    expect(failure.message).toContain(version);
    expect(versions).toEqual(before);
  });
});
