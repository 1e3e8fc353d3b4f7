import type { Answer, Interceptor } from './interception.ts';

interface Quota {
  readonly perSecond: number;
  /** They share it. */
  readonly operations: readonly string[];
}

/**
 * What the service takes of one account in one Region, as far as it is about operations that are here ("AWS Secrets Manager
 * quotas" in its user guide, 2025). None can be raised. The first two are not shared since 4 March 2025:
 * https://aws.amazon.com/about-aws/whats-new/2025/03/aws-secrets-manager-increases-api-requests-seconds
 */
const QUOTAS: readonly Quota[] = [
  { perSecond: 40_000, operations: ['DescribeSecret'] },
  { perSecond: 10_000, operations: ['GetSecretValue'] },
  { perSecond: 50, operations: ['PutSecretValue', 'UpdateSecretVersionStage'] },
  { perSecond: 50, operations: ['RotateSecret', 'CancelRotateSecret'] },
  { perSecond: 50, operations: ['CreateSecret'] },
  { perSecond: 50, operations: ['DeleteSecret'] },
  { perSecond: 50, operations: ['GetRandomPassword'] },
  { perSecond: 50, operations: ['ListSecretVersionIds'] },
  { perSecond: 100, operations: ['ListSecrets'] },
];

const THROTTLED: Answer = {
  kind: 'error',
  status: 400,
  type: 'ThrottlingException',
  message: 'Rate exceeded',
};

/**
 * Throttles an account that asks for more than its quotas.
 * @param now in ms, of a clock that is never set back
 */
export function withQuotas(now: () => number = () => performance.now()): Interceptor {
  const buckets = new Map(
    QUOTAS.flatMap(({ perSecond, operations }) => {
      const bucket = fullBucket(perSecond, now());
      return operations.map((operation) => [operation, bucket] as const);
    }),
  );
  return ({ operation }, answer) => {
    const bucket = buckets.get(operation);
    return bucket === undefined || bucket.take(now()) ? answer() : THROTTLED;
  };
}

/** The service does not document how it counts. This lets no more than the quota through in a burst, and no more in the long run. */
function fullBucket(perSecond: number, from: number) {
  const perMs = perSecond / 1000;
  let left = perSecond;
  let last = from;
  return {
    take(at: number): boolean {
      left = Math.min(perSecond, left + (at - last) * perMs);
      last = at;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
