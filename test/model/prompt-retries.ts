import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';

/** The SDK's own number. */
const ATTEMPTS = 3;

type Strategy = Extract<
  NonNullable<SecretsManagerClientConfig['retryStrategy']>,
  { acquireInitialRetryToken: unknown }
>;

/** The SDK's retries without its pauses: a call that got no answer is made again at once. */
export function promptRetries() {
  const token = (retries: number) => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });
  return {
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last, { errorType }) {
      const retries = last.getRetryCount() + 1;
      if (errorType === 'CLIENT_ERROR' || retries >= ATTEMPTS) throw new Error('no more attempts');
      return token(retries);
    },
    recordSuccess() {},
  } satisfies Strategy;
}
