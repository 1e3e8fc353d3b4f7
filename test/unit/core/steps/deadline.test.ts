import { createServer, type Server } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecretStore } from '../../../../layers/rotation-core/src/secret-store.ts';
import { failStep } from '../../support/invoke.ts';
import { service } from '../../support/secrets-manager.ts';

/** What Lambda says is left; the layer keeps a second of it for its answer. In ms. */
const ALMOST_OVER = 1_010;

/* The SDK is not mocked here: whether it gives up is what is tested. */
service.restore();

describe('a service that never answers', () => {
  let silent: Server;
  let client: SecretsManagerClient;

  beforeEach(async () => {
    silent = createServer();
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const address = silent.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
    client = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${address.port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    });
  });

  afterEach(() => {
    client.destroy();
    silent.close();
  });

  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)(
    'is given up in %s before Lambda ends the process',
    async (step) => {
      const openStore: typeof openSecretStore = (event, deadline) => openSecretStore(event, deadline, client);
      const failure = await failStep(step, { openStore, remainingMs: ALMOST_OVER });
      expect(failure.name).toBe('SecretsManagerFailed');
      expect(failure.message).toContain("Check that the function's subnets reach Secrets Manager");
    },
  );
});
