import { STEPS, type Step } from '@rotation/core';
import { describe, expect, inject, it } from 'vitest';
import type { StrategyName } from '../support/rotation-lab.ts';
import { testDatabase } from '../support/test-database.ts';
import { openSite, type Site } from './site.ts';

const database = testDatabase(inject('servers').postgres);
const STRATEGIES: readonly StrategyName[] = ['single-user', 'alternating-users'];
const CASES = STRATEGIES.flatMap((strategy) => STEPS.map((step) => ({ strategy, step })));

async function siteBefore(step: Step, strategy: StrategyName, apart: boolean): Promise<Site> {
  const site = await openSite(database, { strategy, apart });
  for (const done of STEPS.slice(0, STEPS.indexOf(step))) await site.run(done);
  return site;
}

/* What a step inherits spares it a look: see docs/decisions/0008. */
describe('in mid-rotation, with a process for every step', () => {
  it.each(CASES)(
    'a secret that is deleted before $step of $strategy is named',
    async ({ step, strategy }) => {
      await using site = await siteBefore(step, strategy, true);
      await site.lab.api.deleteSecret({ SecretId: site.secretArn, RecoveryWindowInDays: 7 });
      expect(await site.failureOf(step)).toMatchObject({
        name: 'SecretDeleted',
        message: expect.stringContaining('marked for deletion'),
      });
    },
  );

  it.each(CASES)('a secret that is gone for good before $step of $strategy is named', async (kind) => {
    await using site = await siteBefore(kind.step, kind.strategy, true);
    await site.lab.api.deleteSecret({ SecretId: site.secretArn, ForceDeleteWithoutRecovery: true });
    expect(await site.failureOf(kind.step)).toMatchObject({
      name: 'SecretsManagerFailed',
      message: expect.stringContaining('Check that the secret still exists'),
    });
  });

  it.each(CASES)('rotation that is switched off before $step of $strategy is named', async (kind) => {
    await using site = await siteBefore(kind.step, kind.strategy, true);
    await site.lab.api.cancelRotateSecret({ SecretId: site.secretArn });
    expect(await site.failureOf(kind.step)).toMatchObject({ name: 'RotationNotEnabled' });
    await site.expectNothingLost();
    // Switched on again, with the label taken off as the manual has it.
    await site.lab.cancel(site.secretArn);
    expect(await site.lab.rotate(site.secretArn)).toMatchObject({ kind: 'succeeded' });
    await site.expectHealth();
  });
});

describe('in mid-rotation, in the process of the step before', () => {
  it.each([
    { step: 'setSecret', login: 'AWSCURRENT' },
    { step: 'finishSecret', login: 'AWSPENDING' },
  ] as const)(
    'a secret that is deleted before $step is named, and $login works on',
    async ({ step, login }) => {
      await using site = await siteBefore(step, 'single-user', false);
      const { username, password } = await site.lab.readSecret(site.secretArn, login);
      await site.lab.api.deleteSecret({ SecretId: site.secretArn, RecoveryWindowInDays: 7 });
      expect(await site.failureOf(step)).toMatchObject({ name: 'SecretDeleted' });
      expect(await database.logsIn(username, password)).toBe(true);
    },
  );
});

it('a secret that never had an AWSCURRENT version is named, and rotates once it has one', async () => {
  await using site = await openSite(database);
  const { lab } = site;
  const { ARN = '' } = await lab.api.createSecret({ Name: `empty-${site.username}` });
  const outcome = await lab.rotate(ARN);
  expect(outcome.failures).toMatchObject([{ error: { name: 'NoCurrentVersion' } }]);
  const { SecretString } = await lab.api.getSecretValue({ SecretId: site.secretArn });
  await lab.cancel(ARN);
  await lab.api.putSecretValue({ SecretId: ARN, SecretString });
  expect(await lab.rotate(ARN)).toMatchObject({ kind: 'succeeded' });
  const { username, password } = await lab.readSecret(ARN);
  expect(await database.logsIn(username, password)).toBe(true);
});
