import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseEvent } from '../../layers/rotation-core/src/event.ts';

const EVENTS = resolve(import.meta.dirname, '../../events');

test.each([
  { file: 'create-secret.json', step: 'createSecret' },
  { file: 'set-secret.json', step: 'setSecret' },
  { file: 'test-secret.json', step: 'testSecret' },
  { file: 'finish-secret.json', step: 'finishSecret' },
  { file: 'discard-old-password.json', step: 'discardOldPassword' },
])('events/$file is a $step of the one rotation that all of them are about', async ({ file, step }) => {
  const event: unknown = JSON.parse(await readFile(join(EVENTS, file), 'utf8'));

  expect(parseEvent(event)).toMatchObject({
    step,
    secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/database-AbCdEf',
    versionId: '6f1d8a5e-3b7c-4d0e-9a2f-5c8b7e6d4f10',
  });
});

test('events/ has one file for each step and no other', async () => {
  expect((await readdir(EVENTS)).toSorted()).toEqual([
    'create-secret.json',
    'discard-old-password.json',
    'finish-secret.json',
    'set-secret.json',
    'test-secret.json',
  ]);
});
