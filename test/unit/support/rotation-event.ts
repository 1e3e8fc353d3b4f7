import type { Step } from '@rotation/core';
import type { Context } from 'aws-lambda';
import { CANARY } from './canaries.ts';

export const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders/app-AbCdEf';
export const SUPERUSER_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-GhIjKl';
/** The version that is AWSCURRENT before the rotation, the one that it makes, and the one before both. */
export const OLD_VERSION = 'aaaaaaaa-0000-4000-8000-00000000000a';
export const NEW_VERSION = 'bbbbbbbb-0000-4000-8000-00000000000b';
export const OLDEST_VERSION = 'cccccccc-0000-4000-8000-00000000000c';

/** What Secrets Manager sends; a field given as undefined is left out. */
export function rotationEvent(step: Step, replaced: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    Step: step,
    SecretId: SECRET_ARN,
    ClientRequestToken: NEW_VERSION,
    RotationToken: CANARY.rotationToken,
    ...replaced,
  };
}

/** Lambda's context, with a minute left unless told otherwise. */
export function lambdaContext(remainingMs = 60_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'rotate',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:rotate',
    memoryLimitInMB: '256',
    awsRequestId: '11111111-2222-4333-8444-555555555555',
    logGroupName: '/aws/lambda/rotate',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
