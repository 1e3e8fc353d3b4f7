import { GetRandomPasswordCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

/** template.yaml declares the variable for `sam local invoke`, and leaves it empty where nobody says otherwise. */
it.each([
  { variable: '', endpoint: 'https://secretsmanager.us-east-1.amazonaws.com/' },
  { variable: 'http://host.docker.internal:4566', endpoint: 'http://host.docker.internal:4566/' },
  {
    variable: 'https://vpce-0123456789abcdef0-abcdefgh.secretsmanager.us-east-1.vpce.amazonaws.com',
    endpoint: 'https://vpce-0123456789abcdef0-abcdefgh.secretsmanager.us-east-1.vpce.amazonaws.com/',
  },
])(
  'the SDK that is bundled takes AWS_ENDPOINT_URL_SECRETS_MANAGER="$variable" for $endpoint',
  async ({ variable, endpoint }) => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', variable);
    const client = new SecretsManagerClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    });
    expect(await urlOfACall(client)).toBe(endpoint);
  },
);

/** Where a call would go. It goes nowhere. */
async function urlOfACall(client: SecretsManagerClient): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  client.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = args.request as URL & { readonly path: string };
      resolve(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`);
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await client.send(new GetRandomPasswordCommand({}));
  return promise;
}
