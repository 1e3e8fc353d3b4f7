import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import {
  type RotationFunction,
  type RotationProgress,
  type RotationSettings,
  type SecretsManager as Service,
  startSecretsManager,
} from '../../../local/secrets-manager/index.ts';
import type { RotationEvent } from '../../../local/secrets-manager/rotation-progress.ts';
import { connect, makeSecret, V2 } from './subject.ts';

export const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';

export interface Rotating extends AsyncDisposable {
  readonly service: Service;
  readonly api: SecretsManager;
  /** A secret whose version V1 is AWSCURRENT. */
  readonly id: string;
  readonly events: readonly RotationEvent[];
  readonly progress: readonly RotationProgress[];
  /** Starts a rotation with the token V2. */
  rotate(): Promise<unknown>;
}

/** A service with one secret and one rotation function, which notes what it is called with before it does its work. */
export async function rotating(
  work: (api: SecretsManager) => RotationFunction,
  settings: Partial<Extract<RotationSettings, { kind: 'invoking' }>> = {},
): Promise<Rotating> {
  const events: RotationEvent[] = [];
  const progress: RotationProgress[] = [];
  const service = await startSecretsManager({
    rotation: { kind: 'invoking', pauseMs: 1, observe: (seen) => progress.push(seen), ...settings },
  });
  const api = connect(service);
  const id = await makeSecret(api, 'one');
  const rotationFunction = work(api);
  service.rotations.register(LAMBDA, (event) => {
    events.push(event);
    return rotationFunction(event);
  });
  return {
    service,
    api,
    id,
    events,
    progress,
    rotate: () =>
      api.rotateSecret({
        SecretId: id,
        ClientRequestToken: V2,
        RotationLambdaARN: LAMBDA,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    [Symbol.asyncDispose]: service.stop,
  };
}

/** Rotates as the documentation says, without a database: the new value is `two`. */
export const honestFunction =
  (api: SecretsManager): RotationFunction =>
  async ({ Step, SecretId, ClientRequestToken, RotationToken }) => {
    const { VersionIdsToStages = {} } = await api.describeSecret({ SecretId });
    if (Step === 'createSecret') {
      await api.putSecretValue({
        SecretId,
        ClientRequestToken,
        RotationToken,
        SecretString: 'two',
        VersionStages: ['AWSPENDING'],
      });
    }
    if (Step === 'finishSecret') {
      const current = Object.keys(VersionIdsToStages).find((version) =>
        VersionIdsToStages[version]?.includes('AWSCURRENT'),
      );
      await api.updateSecretVersionStage({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: ClientRequestToken,
        ...(current === undefined ? {} : { RemoveFromVersionId: current }),
      });
      await api.updateSecretVersionStage({
        SecretId,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: ClientRequestToken,
      });
    }
  };

/** The honest function, but `fault` comes first and may throw. */
export const faulty =
  (fault: (event: RotationEvent, api: SecretsManager) => unknown) =>
  (api: SecretsManager): RotationFunction =>
  async (event) => {
    await fault(event, api);
    await honestFunction(api)(event);
  };
