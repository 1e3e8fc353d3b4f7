import { openEndpoint } from './endpoint.ts';
import { type GivenSecret, storeGivenSecret } from './given-secret.ts';
import { type CallRecord, type Interceptor, passThrough } from './interception.ts';
import { perform } from './operations.ts';
import { RotationService, type RotationSettings } from './rotation-service.ts';
import { Vault } from './vault.ts';

export type { GivenSecret } from './given-secret.ts';
export { type Answer, type Call, type CallRecord, type Interceptor, passThrough } from './interception.ts';
export { delayed } from './latency.ts';
export { withQuotas } from './quotas.ts';
export type {
  RotationEvent,
  RotationFunction,
  RotationObserver,
  RotationOutcome,
  RotationProgress,
  RotationStep,
  StepFailure,
} from './rotation-progress.ts';
export type { RotationService, RotationSettings } from './rotation-service.ts';

/** The account of the examples in the AWS documentation. */
const DEFAULT_ACCOUNT = '123456789012';
const DEFAULT_REGION = 'us-east-1';

export interface SecretsManagerOptions {
  /** Whether RotateSecret has functions run, and which. */
  readonly rotation: RotationSettings;
  /** The address to answer on: by default 127.0.0.1, which only this machine reaches. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
  /** None by default. */
  readonly secrets?: readonly GivenSecret[];
  /** Sees every call, and may answer it in the service's place. By default all are let through. */
  readonly intercept?: Interceptor;
  /** For tests of what the service does a day later. The system's clock by default. */
  readonly now?: () => Date;
  readonly region?: string;
  readonly accountId?: string;
}

export interface SecretsManager extends AsyncDisposable {
  /** For AWS_ENDPOINT_URL_SECRETS_MANAGER, or a client's `endpoint`. */
  readonly endpoint: string;
  readonly region: string;
  readonly rotations: RotationService;
  /** Every call so far, in order of arrival, without what was in it. */
  calls(): readonly CallRecord[];
  /** Ends the rotations after their present step, cuts every connection and frees the port. */
  stop(): Promise<void>;
}

/** Starts an AWS Secrets Manager that lives in this process' memory. */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<SecretsManager> {
  const now = options.now ?? (() => new Date());
  const region = options.region ?? DEFAULT_REGION;
  const vault = new Vault({ region, accountId: options.accountId ?? DEFAULT_ACCOUNT, now });
  for (const secret of options.secrets ?? []) storeGivenSecret(vault, secret);
  const rotations = new RotationService(vault, options.rotation);
  const endpoint = await openEndpoint({
    host: options.host,
    port: options.port ?? 0,
    now,
    intercept: options.intercept ?? passThrough,
    perform: (operation, parameters) => perform({ vault, rotations }, operation, parameters),
  });
  const stop = async () => {
    rotations.stop();
    await endpoint.close();
  };
  return {
    endpoint: endpoint.url,
    region,
    rotations,
    calls: endpoint.calls,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
