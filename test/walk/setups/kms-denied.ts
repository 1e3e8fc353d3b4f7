import type { BrokenSetup } from '../broken-setup.ts';

const NEEDS_THE_KEY = ['GetSecretValue', 'PutSecretValue'];

export const kmsDenied: BrokenSetup = {
  name: 'KMS denied',
  on: 'postgres',
  strategy: 'single-user',
  async break({ service }) {
    const { intercept } = service;
    service.intercept = ({ operation }, answer) =>
      NEEDS_THE_KEY.includes(operation)
        ? {
            kind: 'error',
            status: 400,
            type: 'AccessDeniedException',
            message: 'Access to KMS is not allowed',
          }
        : answer();
    return async () => {
      service.intercept = intercept;
    };
  },
  blames: [
    {
      check: 'AWSCURRENT value',
      outcome: 'failed',
      error: 'SecretsManagerFailed',
      detail: 'Secrets Manager did not carry out GetSecretValue',
      cause: 'Access to KMS is not allowed',
      remedy: "Allow the function's role kms:Decrypt and kms:GenerateDataKey on the secret's key",
    },
  ],
  state: 'healthy',
};
