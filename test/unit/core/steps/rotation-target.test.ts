import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { IdentityChanged } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { CANARY } from '../../support/canaries.ts';
import { failStep, runStep, strategyStub } from '../../support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, OLDEST_VERSION } from '../../support/rotation-event.ts';
import { valueText } from '../../support/secret-values.ts';
import {
  begunRotation,
  pendingRotation,
  type Secret,
  serve,
  service,
} from '../../support/secrets-manager.ts';

const TARGET = 'ROTATION_TARGET';
const wanted = (
  text: string | undefined = valueText({ password: CANARY.previous, note: 'of old' }),
): Secret => ({
  [OLDEST_VERSION]: { stages: ['AWSPREVIOUS', TARGET], text },
});
const labelsOf = (secret: Secret, id: string) => secret[id]?.stages;
const proposed = (secret: Secret) =>
  JSON.parse(secret[NEW_VERSION]?.text ?? 'null') as Record<string, unknown>;

describe('createSecret of a secret with a ROTATION_TARGET', () => {
  it('proposes its login, with all else as in AWSCURRENT, and takes the label off', async () => {
    const secret = begunRotation(wanted());
    serve(secret);
    expect(await runStep('createSecret')).toBe('done');
    expect(proposed(secret)).toEqual(JSON.parse(valueText({ password: CANARY.previous })));
    expect(labelsOf(secret, OLDEST_VERSION)).toEqual(['AWSPREVIOUS']);
  });

  it('makes a new password when it is AWSCURRENT that is wanted, and takes the label off all the same', async () => {
    const secret = begunRotation({ [OLD_VERSION]: { stages: ['AWSCURRENT', TARGET], text: valueText() } });
    serve(secret);
    expect(await runStep('createSecret')).toBe('done');
    expect(proposed(secret)['password']).toBe(CANARY.generated);
    // Otherwise the rotation after this one would go back to what AWSCURRENT is now.
    expect(labelsOf(secret, OLD_VERSION)).toEqual(['AWSCURRENT']);
  });

  it('refuses a rotation that has another proposal already, and leaves the label', async () => {
    const secret = pendingRotation(wanted());
    serve(secret);
    expect(await failStep('createSecret')).toMatchObject({
      name: 'RotationTargetRefused',
      message: expect.stringContaining('the rotation under way has another proposal already'),
    });
    expect(labelsOf(secret, OLDEST_VERSION)).toEqual(['AWSPREVIOUS', TARGET]);
  });

  // An answer that is lost, or a twin, may have taken it off all the same: it is looked for.
  it.each([
    { kind: 'before', outcome: 'failed', again: 'done' },
    { kind: 'after', outcome: 'done', again: 'kept' },
  ])(
    'has $outcome when the call breaks off $kind the label is taken off, and can be tried again',
    async ({ kind, outcome, again }) => {
      const secret = begunRotation(wanted());
      let broken = false;
      serve(secret, {
        watch: (point) => {
          if (broken || point !== `${kind} UpdateSecretVersionStage`) return;
          broken = true;
          throw new Error('broken off');
        },
      });
      expect(await runStep('createSecret').catch(() => 'failed')).toBe(outcome);
      expect(broken).toBe(true);
      expect(await runStep('createSecret')).toBe(again);
      expect(proposed(secret)['password']).toBe(CANARY.previous);
      expect(labelsOf(secret, OLDEST_VERSION)).toEqual(['AWSPREVIOUS']);
    },
  );

  it.each([
    { what: 'without a value', text: undefined, problem: 'it has no value' },
    { what: 'whose value is no login', text: 'no JSON', problem: 'The ROTATION_TARGET value' },
    { what: 'of another engine', text: valueText({ engine: 'mysql' }), problem: 'has "engine": "mysql"' },
  ])('refuses a version $what, and proposes nothing', async ({ text, problem }) => {
    const secret = begunRotation({ [OLDEST_VERSION]: { stages: [TARGET], text } });
    serve(secret);
    const failure = await failStep('createSecret');
    expect(failure).toMatchObject({
      name: 'RotationTargetRefused',
      message: expect.stringContaining(problem),
    });
    expect(secret[NEW_VERSION]?.text).toBeUndefined();
  });

  it('refuses a login that is none of this strategy, such as one for another host', async () => {
    serve(begunRotation(wanted(valueText({ host: 'old.example.com' }))));
    const strategy = strategyStub({
      assertProposal: ({ pending }) => {
        if (pending.host === 'old.example.com')
          throw new IdentityChanged('host', 'AWSCURRENT', 'ROTATION_TARGET');
      },
    });
    const failure = await failStep('createSecret', { strategy });
    expect(failure).toMatchObject({
      name: 'RotationTargetRefused',
      message: expect.stringContaining('differ in "host"'),
    });
  });

  it('is not read in other steps', async () => {
    serve(pendingRotation(wanted()));
    await runStep('setSecret');
    expect(service).not.toHaveReceivedCommandWith(GetSecretValueCommand, { VersionId: OLDEST_VERSION });
  });
});
