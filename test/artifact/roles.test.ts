import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Artifacts,
  ownArtifacts,
  sharedArtifacts,
  type TemporaryArtifacts,
} from '../support/artifacts.ts';
import type { ApiCall } from '../support/roles/call-recorder.ts';
import type { Statement } from '../support/roles/iam-policy.ts';
import {
  type Deployment,
  type RecordedFunction,
  type Recording,
  record,
} from '../support/roles/recording.ts';
import { compareRole } from '../support/roles/role-comparison.ts';

const artifacts = sharedArtifacts();

interface Case {
  readonly rotates: RecordedFunction;
  readonly deployed: string;
  readonly deployment: Deployment;
  /** All that it does with each superuser secret. */
  readonly withSuperuserSecret: readonly string[];
  /** What it may do with superuser secrets, and does only in a rotation that then fails. */
  readonly forFailures: readonly string[];
}

const POSTGRES_SINGLE_USER: RecordedFunction = {
  id: 'PostgresSingleUser',
  artifact: 'postgres-single-user',
  server: 'postgres',
  strategy: 'single-user',
};
const POSTGRES_ALTERNATING_USERS: RecordedFunction = {
  id: 'PostgresAlternatingUsers',
  artifact: 'postgres-alternating-users',
  server: 'postgres',
  strategy: 'alternating-users',
};
const MYSQL_SINGLE_USER: RecordedFunction = {
  id: 'MySqlSingleUser',
  artifact: 'mysql-single-user',
  server: 'mysql',
  strategy: 'single-user',
};
const MYSQL_ALTERNATING_USERS: RecordedFunction = {
  id: 'MySqlAlternatingUsers',
  artifact: 'mysql-alternating-users',
  server: 'mariadb',
  strategy: 'alternating-users',
};

const WITHOUT_SUPERUSER = {
  deployed: 'without a superuser secret',
  deployment: { superusers: [], parameters: {} },
  withSuperuserSecret: [],
  forFailures: [],
} as const;

const WITH_SUPERUSER = {
  deployed: 'with a superuser secret that names its server',
  deployment: { superusers: ['with-place'], parameters: {} },
  withSuperuserSecret: ['GetSecretValue'],
  // By the tags of a secret that RDS manages, the error can name UseRdsApi.
  forFailures: ['secretsmanager:DescribeSecret'],
} as const;

const WITH_EVERYTHING = {
  deployed: 'with superuser secrets that RDS manages, a tag and a key',
  deployment: {
    superusers: ['of-instance', 'of-cluster'],
    parameters: {
      SuperuserForSingleUser: 'true',
      UseRdsApi: 'true',
      SecretTag: 'orders',
      KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1b6f4d0e-9a2f-4c8b-8e6d-4f105a7c3d21',
    },
  },
  withSuperuserSecret: ['DescribeSecret', 'GetSecretValue'],
  forFailures: [],
} as const;

const CASES: readonly Case[] = [
  { rotates: POSTGRES_SINGLE_USER, ...WITHOUT_SUPERUSER },
  { rotates: POSTGRES_SINGLE_USER, ...WITH_EVERYTHING },
  { rotates: POSTGRES_ALTERNATING_USERS, ...WITH_SUPERUSER },
  { rotates: POSTGRES_ALTERNATING_USERS, ...WITH_EVERYTHING },
  { rotates: MYSQL_SINGLE_USER, ...WITHOUT_SUPERUSER },
  { rotates: MYSQL_SINGLE_USER, ...WITH_EVERYTHING },
  { rotates: MYSQL_ALTERNATING_USERS, ...WITH_SUPERUSER },
  { rotates: MYSQL_ALTERNATING_USERS, ...WITH_EVERYTHING },
];

test.concurrent.each(CASES)(
  'the role of $rotates.id allows what its rotations call and no more, $deployed',
  async ({ rotates, deployment, withSuperuserSecret, forFailures }) => {
    const { statements, requests, calls, rotated, superusers } = await record(rotates, deployment, artifacts);

    expect(compareRole(statements, requests)).toEqual({
      missing: [],
      tooMuch: forFailures.map((action) => `${action} on ${superusers.join(', ')}`),
    });
    expect(secretsOf(calls)).toEqual(new Set([...rotated, ...superusers]));
    for (const secret of superusers) {
      expect(operationsOn(secret, calls)).toEqual(new Set(withSuperuserSecret));
    }
  },
);

describe('a role that differs', () => {
  let own: TemporaryArtifacts;
  let recording: Recording;
  let secret: string;
  beforeAll(async () => {
    own = await ownArtifacts();
    const { deployment } = WITHOUT_SUPERUSER;
    recording = await record(POSTGRES_SINGLE_USER, deployment, await withOneMoreCall(own));
    [secret = ''] = recording.rotated;
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  test('lacks what the code calls since it was changed', () => {
    const { statements, requests } = recording;

    expect(compareRole(statements, requests)).toEqual({
      missing: [`secretsmanager:TagResource on ${secret}`],
      tooMuch: [],
    });
  });

  test('lacks what was taken from it', () => {
    const { requests } = recording;
    const statements = recording.statements.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((action) => !action.endsWith(':ListSecretVersionIds')),
    }));

    expect(compareRole(statements, requests).missing).toEqual([
      `secretsmanager:ListSecretVersionIds on ${secret}`,
      `secretsmanager:TagResource on ${secret}`,
    ]);
  });

  test('has too much when something was added to it', () => {
    const { requests } = recording;
    const added: Statement = { Effect: 'Allow', Action: 'secretsmanager:DeleteSecret', Resource: '*' };

    expect(compareRole([...recording.statements, added], requests).tooMuch).toEqual([
      'secretsmanager:DeleteSecret on *',
    ]);
  });
});

function secretsOf(calls: readonly ApiCall[]): Set<unknown> {
  const named = calls.map(({ parameters }) => parameters['SecretId']);
  return new Set(named.filter((secret) => secret !== undefined));
}

function operationsOn(secret: string, calls: readonly ApiCall[]): Set<string> {
  const about = calls.filter(({ parameters }) => parameters['SecretId'] === secret);
  return new Set(about.map(({ operation }) => operation));
}

/** As after a change of the code. The local service has no such operation, but hears of it. */
async function withOneMoreCall(built: Artifacts): Promise<Artifacts> {
  const folder = join(built.functionFolder('postgres-single-user'), 'changed');
  await mkdir(folder);
  await writeFile(
    join(folder, 'index.js'),
    `const { handler } = require('../index.js');
    const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
    exports.handler = async (event, context) => {
      await handler(event, context);
      await new SecretsManager().tagResource({ SecretId: event.SecretId, Tags: [] }).catch(() => {});
    };`,
  );
  return { ...built, functionFolder: () => folder };
}
