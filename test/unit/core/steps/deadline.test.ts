import { type AddressInfo, createServer, type Server } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRds } from '../../../../layers/rotation-core/src/rds.ts';
import { openSecretStore } from '../../../../layers/rotation-core/src/secret-store.ts';
import { failureOf } from '../../support/canaries.ts';
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
    vi.unstubAllEnvs();
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

  it('is given up where it is RDS', async () => {
    const { port } = silent.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL_RDS', `http://127.0.0.1:${port}`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
    const failure = await failureOf(
      openRds({ remaining: () => 500 }).describe({ kind: 'instance', id: 'one' }),
    );
    expect(failure.name).toBe('RdsFailed');
    expect(failure.message).toContain("Check that the function's subnets reach the RDS API");
  });
});
