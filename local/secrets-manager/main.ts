import { parseArgs } from 'node:util';
import { readGivenSecrets } from './given-files.ts';
import { startSecretsManager } from './index.ts';

/**
 * Runs an AWS Secrets Manager for work by hand, such as with `sam local invoke`, until Ctrl-C:
 *   node local/secrets-manager/main.ts --port 4566 --secrets events/secrets.json --rotation events/create-secret.json
 * It begins with the secrets of the one file, and with the rotation that the event of the other is about.
 * RotateSecret registers an AWSPENDING version and invokes nothing: the steps are yours to run.
 */
const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '4566' },
    region: { type: 'string', default: 'us-east-1' },
    secrets: { type: 'string' },
    rotation: { type: 'string' },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  throw new Error('--port takes a number up to 65535.');

const secretsManager = await startSecretsManager({
  host: values.host,
  port,
  region: values.region,
  rotation: { kind: 'staging-only' },
  secrets: await readGivenSecrets(values),
});
process.stdout.write(`AWS_ENDPOINT_URL_SECRETS_MANAGER=${secretsManager.endpoint}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void secretsManager.stop());
