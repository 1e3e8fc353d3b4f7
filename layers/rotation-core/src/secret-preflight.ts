import { NoCurrentVersion } from './errors.ts';
import { passwordSettings } from './password-settings.ts';
import { openPreflight, type RecordedPreflight, type Remarks } from './preflight.ts';
import { parseSecretValue } from './secret-value.ts';
import type { Invocation } from './steps.ts';
import { CURRENT, holderOf, PENDING, type SecretDescription } from './version-stages.ts';

/** Everything that can be known of the next rotation without changing anything: the secret first, then its database. */
export async function preflightOf(invocation: Invocation): Promise<RecordedPreflight> {
  const { rotation, store, strategy } = invocation;
  const preflight = openPreflight();
  await preflight.check('version stages', [], async (remarks) => {
    remarkStages(await store.describe(), rotation.event.versionId, remarks);
  });
  const current = await preflight.check('AWSCURRENT value', [], async () => {
    const value = await store.read({ stage: CURRENT });
    if (value === undefined) throw new NoCurrentVersion();
    return parseSecretValue(value, CURRENT, strategy.engine);
  });
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
