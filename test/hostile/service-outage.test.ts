import { STEPS, type Step } from '@rotation/core';
import { describe, expect, inject, it } from 'vitest';
import type { Answer, Interceptor } from '../../local/secrets-manager/index.ts';
import { testDatabase } from '../support/test-database.ts';
import { openSite } from './site.ts';

const database = testDatabase(inject('servers').postgres);

const error = (status: number, type: string, message: string): Answer => ({
  kind: 'error',
  status,
  type,
  message,
});

interface Outage {
  readonly name: string;
  readonly answer: Answer | 'none';
  /** The calls that it is about; all by default. */
  readonly operations?: RegExp;
  readonly steps: readonly Step[];
  /** What the function's error says: the service's own name for it, and what to do. */
  readonly says: readonly string[];
}

const SUBNETS = "Check that the function's subnets reach Secrets Manager";

const OUTAGES: readonly Outage[] = [
  { name: 'stays silent', answer: 'none', steps: STEPS, says: [SUBNETS] },
  { name: 'hangs up', answer: { kind: 'lost' }, steps: STEPS, says: [SUBNETS] },
  {
    name: 'answers with 500',
    answer: error(500, 'InternalServiceError', 'An error occurred on the server side.'),
    steps: STEPS,
    says: ['InternalServiceError', 'CloudTrail'],
  },
  {
    name: 'throttles',
    answer: error(400, 'ThrottlingException', 'Rate exceeded'),
    steps: STEPS,
    says: ['ThrottlingException', 'Spread the rotation schedules'],
  },
  {
    name: 'cannot decrypt, for the key is disabled',
    answer: error(400, 'DecryptionFailure', 'Secrets Manager cannot decrypt the protected secret text.'),
    operations: /^GetSecretValue$/,
    steps: STEPS,
    says: ['DecryptionFailure', 'kms:Decrypt'],
  },
  {
    name: 'cannot encrypt, for the key is disabled',
    answer: error(400, 'EncryptionFailure', 'Secrets Manager cannot encrypt the protected secret text.'),
    operations: /^PutSecretValue$/,
    steps: ['createSecret'],
    says: ['EncryptionFailure', 'kms:GenerateDataKey'],
  },
  {
    name: 'is denied the key',
    answer: error(400, 'AccessDeniedException', 'Access to KMS is not allowed'),
    operations: /^(Get|Put)SecretValue$/,
    steps: STEPS,
    says: ['AccessDeniedException', 'kms:Decrypt'],
  },
  {
    name: 'has marked the secret for deletion',
    answer: error(
      400,
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    ),
    operations: /^(GetSecretValue|PutSecretValue|UpdateSecretVersionStage)$/,
    steps: STEPS,
    says: ['InvalidRequestException'],
  },
  {
    name: 'denies access',
    answer: error(400, 'AccessDeniedException', 'User is not authorized to perform this action'),
    steps: STEPS,
    says: ['AccessDeniedException', "Allow the function's role secretsmanager:"],
  },
];
const CASES = OUTAGES.flatMap((outage) => outage.steps.map((step) => ({ ...outage, step })));

/* Steps that have read everything would not meet with most of it: see docs/decisions/0008. */
describe('Secrets Manager', () => {
  it.concurrent.each(CASES)(
    'that $name in $step is named, and nothing is lost',
    async ({ step, answer, operations = /./, says }) => {
      let isOut = false;
      const { promise: over, resolve: end } = Promise.withResolvers<Answer>();
      const intercept: Interceptor = ({ operation }, carryOut) => {
        if (!isOut || !operations.test(operation)) return carryOut();
        return answer === 'none' ? over : answer;
      };
      await using site = await openSite(database, { intercept, apart: true });
      for (const done of STEPS.slice(0, STEPS.indexOf(step))) await site.run(done);
      isOut = true;
      const failure = await site.failureOf(step);
      isOut = false;
      end({ kind: 'lost' });
      expect(failure).toMatchObject({ name: 'SecretsManagerFailed' });
      for (const words of says) expect(failure).toMatchObject({ message: expect.stringContaining(words) });
      await site.expectNothingLost();
      await site.expectRecovery();
    },
  );
});
