import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { connect, labels, makeSecret, V1, V2 } from './subject.ts';

const MAIN = resolve(import.meta.dirname, '../../../local/secrets-manager/main.ts');

it('main.ts serves until it is told to end, and stages rotations without invoking anything', async () => {
  const main = spawn(process.execPath, [MAIN, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(main, 'exit');
  try {
    const [line] = (await once(main.stdout.setEncoding('utf8'), 'data')) as [string];
    expect(line).toMatch(/^AWS_ENDPOINT_URL_SECRETS_MANAGER=http:\/\/127\.0\.0\.1:\d+\n$/);
    const api = connect({ endpoint: line.trim().split('=')[1] ?? '' });
    const id = await makeSecret(api, 'one');
    await api.rotateSecret({
      SecretId: id,
      ClientRequestToken: V2,
      RotationLambdaARN: 'arn:of:any:function',
    });
    expect(await labels(api, id)).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
  } finally {
    main.kill('SIGTERM');
  }
  expect(await exited).toEqual([0, null]);
});
