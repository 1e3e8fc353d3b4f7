import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseEvent } from '../../layers/rotation-core/src/event.ts';
import { readGivenSecrets } from '../../local/secrets-manager/given-files.ts';
import { functionProperties } from '../sam/template.ts';

const EVENTS = resolve(import.meta.dirname, '../../events');

test.each([
  { file: 'create-secret.json', step: 'createSecret' },
  { file: 'set-secret.json', step: 'setSecret' },
  { file: 'test-secret.json', step: 'testSecret' },
  { file: 'finish-secret.json', step: 'finishSecret' },
  { file: 'discard-old-password.json', step: 'discardOldPassword' },
])('events/$file is a $step of the one rotation that all of them are about', async ({ file, step }) => {
  expect(parseEvent(await readJson(file))).toMatchObject({
    step,
    secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database-AbCdEf',
    versionId: '6f1d8a5e-3b7c-4d0e-9a2f-5c8b7e6d4f10',
  });
});

test('events/preflight.json asks about the same secret, and about no version', async () => {
  const event = await readJson('preflight.json');

  expect(event).not.toHaveProperty('ClientRequestToken');
  expect(parseEvent(event)).toMatchObject({
    step: 'preflight',
    secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database-AbCdEf',
  });
});

test('events/ has one file for each step, what sam local invoke needs with them, and no other', async () => {
  expect((await readdir(EVENTS)).toSorted()).toEqual([
    'create-secret.json',
    'discard-old-password.json',
    'env.json',
    'finish-secret.json',
    'preflight.json',
    'secrets.json',
    'set-secret.json',
    'test-secret.json',
  ]);
});

test('events/secrets.json has the secrets that the events and events/env.json name', async () => {
  const secrets = await readGivenSecrets({
    secrets: join(EVENTS, 'secrets.json'),
    rotation: join(EVENTS, 'create-secret.json'),
  });

  expect(secrets).toMatchObject([
    {
      arn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database-AbCdEf',
      rotating: '6f1d8a5e-3b7c-4d0e-9a2f-5c8b7e6d4f10',
    },
    {
      arn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/superuser-GhIjKl',
      rotating: undefined,
    },
  ]);
});

/** `sam local invoke` passes over a variable that the template does not declare for the function, and says nothing. */
test.each(['PostgresSingleUser', 'PostgresAlternatingUsers', 'MySqlSingleUser', 'MySqlAlternatingUsers'])(
  'the template declares what events/env.json sets for %s',
  async (id) => {
    const environment = (await readJson('env.json')) as Record<string, object>;
    const { Variables } = functionProperties(id)['Environment'] as { readonly Variables: object };

    const set = Object.keys({ ...environment['Parameters'], ...environment[id] });
    expect(set).toContain('AWS_ENDPOINT_URL_SECRETS_MANAGER');
    expect(Object.keys(Variables)).toEqual(expect.arrayContaining(set));
  },
);

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(join(EVENTS, file), 'utf8'));
}
