import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const SUPERUSER_SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders/superuser-GhIjKl';

/** By function, as `sam local invoke --env-vars events/env.json` has it in a shell without credentials. */
const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  execFileSync(
    resolve(ROOT, '.cache/sam/bin/python'),
    [resolve(import.meta.dirname, 'local-environment.py'), 'template.yaml', 'events/env.json'],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        AWS_CONFIG_FILE: '/nonexistent',
        AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    },
  ),
);

describe.each([
  { id: 'PostgresSingleUser', superuserSecret: '' },
  { id: 'PostgresAlternatingUsers', superuserSecret: SUPERUSER_SECRET },
  { id: 'MySqlSingleUser', superuserSecret: '' },
  { id: 'MySqlAlternatingUsers', superuserSecret: SUPERUSER_SECRET },
])('$id in sam local invoke', ({ id, superuserSecret }) => {
  test('is led to the local endpoint and its secrets by events/env.json', () => {
    expect(environments[id]).toMatchObject({
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://host.docker.internal:4566',
      SUPERUSER_SECRET_ARN: superuserSecret,
    });
  });

  test('has a Region, something to sign with, and the defaults of the template', () => {
    expect(environments[id]).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'defaultkey',
      AWS_SECRET_ACCESS_KEY: 'defaultsecret',
      PASSWORD_LENGTH: '32',
      EXCLUDE_CHARACTERS: `:/@"'\\\``,
    });
  });
});
