import { startSecretsManager } from '../../../local/secrets-manager/index.ts';
import { describeSecretsManager } from './suite.ts';

describeSecretsManager('our Secrets Manager', {
  deviations: {},
  async start() {
    const secretsManager = await startSecretsManager({ rotation: { kind: 'staging-only' } });
    return {
      endpoint: secretsManager.endpoint,
      lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:rotate',
      stop: secretsManager.stop,
    };
  },
});
