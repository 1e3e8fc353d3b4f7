import { NoCurrentVersion } from './errors.ts';
import type { Invocation } from './invocation.ts';
import { passwordSettings } from './password-settings.ts';
import { openPreflight, type RecordedPreflight, type Remarks } from './preflight.ts';
import { loginOfTarget, targetOf } from './rotation-target.ts';
import { type DatabaseSecret, parseSecretValue } from './secret-value.ts';
import { CURRENT, holderOf, PENDING, type SecretDescription } from './version-stages.ts';

/** Everything that can be known of the next rotation without changing anything: the secret first, then its database. */
export async function preflightOf(invocation: Invocation): Promise<RecordedPreflight> {
  const { rotation, store, strategy } = invocation;
  const preflight = openPreflight((failure) => rotation.log.error('a check failed unexpectedly', failure));
  const description = await preflight.check('version stages', [], async (remarks) => {
    const described = await store.describe();
    remarkStages(described, rotation.event.versionId, remarks);
    return described;
  });
  const current = await preflight.check('AWSCURRENT value', [], async ({ note }) => {
    const value = await store.read({ stage: CURRENT });
    if (value === undefined) throw new NoCurrentVersion();
    const secret = parseSecretValue(value, CURRENT, strategy.engine);
    note(`${secret.engine}, user ${JSON.stringify(secret.username)} at ${secret.host}:${secret.port}.`);
    return secret;
  });
  await preflight.check(
    'rotation target',
    [description, current],
    async ({ warn }, described: SecretDescription, secret: DatabaseSecret) => {
      const target = targetOf(described);
      if ((await loginOfTarget(invocation, secret, target)) === undefined) return;
      warn(
        `The next rotation goes back to the login of version ${target?.versionId}, which bears ROTATION_TARGET.`,
        'Rotate if that is wanted; otherwise `rotation-doctor unstick` takes the label off.',
      );
    },
  );
  await preflight.check('password settings', [], async () => {
    await store.randomPassword(passwordSettings(rotation.environment));
  });
  await preflight.check('versions without a label', [], async () => {
    await store.unlabelled();
  });
  preflight.add({
    check: 'permission to write the secret',
    outcome: 'skipped',
    detail: 'PutSecretValue and UpdateSecretVersionStage cannot be tried without changing the secret.',
  });
  if (current === undefined) preflight.add({ check: 'database', outcome: 'skipped' });
  else await strategy.preflight(current, preflight, rotation);
  return preflight;
}

function remarkStages(secret: SecretDescription, ownVersion: string, { note, warn }: Remarks): void {
  note(
    `${[...secret.stages].flatMap(([id, labels]) => labels.map((label) => `${label}: ${id}`)).join(', ')}.`,
  );
  if (secret.rotationEnabled !== true) {
    const state = secret.rotationEnabled === false ? 'turned off' : 'not configured';
    warn(`Rotation is ${state}.`, 'Turn it on with RotateSecret, naming this function as RotationLambdaARN.');
  }
  const pending = holderOf(PENDING, secret);
  if (pending === undefined || pending === ownVersion || pending === holderOf(CURRENT, secret)) return;
  warn(
    'A rotation is under way, or has stopped half-way: no other can start.',
    'Look at it again in some minutes; `rotation-doctor unstick` ends one that has stopped.',
  );
}
