import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGivenSecrets } from '../../../local/secrets-manager/given-files.ts';
import { startSecretsManager } from '../../../local/secrets-manager/index.ts';
import { connect, labels, makeSecret, readValue, V1, V2 } from './subject.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database-AbCdEf';
const SUPERUSER_SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/superuser-GhIjKl';

describe('main.ts', () => {
  it('serves until it is told to end, and stages rotations without invoking anything', async () => {
    await using main = await startMain(['local/secrets-manager/main.ts']);
    const { api } = main;
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({
      SecretId: id,
      ClientRequestToken: V2,
      RotationLambdaARN: 'arn:of:any:function',
    });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
    expect(await main.end()).toEqual([0, null]);
  });

  it('begins, as npm run secrets-manager starts it, with the rotation of the events in events/', async () => {
    const { scripts } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));
    const [node, ...args] = scripts['secrets-manager'].split(' ');
    expect(node).toBe('node');
    await using main = await startMain(args);
    const { api } = main;

    expect(JSON.parse((await readValue(api, SECRET)) ?? '')).toMatchObject({ username: 'orders' });
    expect(JSON.parse((await readValue(api, SUPERUSER_SECRET)) ?? '')).toMatchObject({
      username: 'postgres',
    });
    expect(await api.describeSecret({ SecretId: 'orders/database' })).toMatchObject({
      ARN: SECRET,
      RotationEnabled: true,
      VersionIdsToStages: { '6f1d8a5e-3b7c-4d0e-9a2f-5c8b7e6d4f10': ['AWSPENDING'] },
    });
    expect(Object.values(await labels(api, SUPERUSER_SECRET))).toEqual([['AWSCURRENT']]);
  });
});

it('an event must be about a secret that is given', async () => {
  await expect(readGivenSecrets({ rotation: 'events/create-secret.json' })).rejects.toThrow(
    `events/create-secret.json is about ${SECRET}, which --secrets does not have.`,
  );
});

it('a secret cannot be given by a part of its ARN', async () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database';
  await expect(
    startSecretsManager({ rotation: { kind: 'staging-only' }, secrets: [{ arn, text: '{}' }] }),
  ).rejects.toThrow(`${arn} is not the whole ARN of a secret.`);
});

it('answers on the address that it is given', async () => {
  await using elsewhere = await startSecretsManager({
    rotation: { kind: 'staging-only' },
    host: 'localhost',
  });
  expect(elsewhere.endpoint).toMatch(/^http:\/\/localhost:\d+$/);
  const api = connect(elsewhere);
  expect(await readValue(api, await makeSecret(api, 'one'))).toBe('one');
});

async function startMain(args: readonly string[]) {
  const main = spawn(process.execPath, [...args, '--port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(main, 'exit');
  const end = () => {
    main.kill('SIGTERM');
    return exited;
  };
  const [line] = (await once(main.stdout.setEncoding('utf8'), 'data')) as [string];
  expect(line).toMatch(/^AWS_ENDPOINT_URL_SECRETS_MANAGER=http:\/\/127\.0\.0\.1:\d+\n$/);
  return {
    api: connect({ endpoint: line.trim().split('=')[1] ?? '' }),
    end,
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}
