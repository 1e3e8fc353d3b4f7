import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Contents } from '../../build/contents.ts';
import { type ArtifactName, buildAll } from '../../build.ts';
import { growth } from '../support/bundle-growth.ts';

/* A cold start takes as long as there is code to read. What a new release of a package brings along is told here, by name. */

let folder: string;
let built: ReadonlyMap<ArtifactName, Contents>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-rotation-sizes-'));
  built = await buildAll(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Bundle {
  readonly limitBytes: number;
  /** The packages in it with what they take, in kB. Where one grew for a reason, its new size goes here. */
  readonly packages: Readonly<Record<string, number>>;
}

const LAYER: Bundle = {
  limitBytes: 250_000,
  packages: {
    '@smithy/core': 87,
    '@aws-sdk/core': 22,
    '@aws-lambda-powertools/logger': 17,
    '@aws-sdk/client-secrets-manager': 17,
    '@smithy/signature-v4': 10,
    '@smithy/node-http-handler': 7,
    '@aws-lambda-powertools/commons': 4,
    '@aws/lambda-invoke-store': 2,
    '@aws-sdk/credential-provider-env': 1,
    '@smithy/types': 0,
  },
};

const POSTGRES: Bundle = {
  limitBytes: 125_000,
  packages: {
    pg: 38,
    'pg-protocol': 13,
    'pg-types': 5,
    'pg-connection-string': 0,
    pgpass: 0,
    'postgres-interval': 2,
    'postgres-array': 1,
    'postgres-date': 1,
    'pg-int8': 1,
    'postgres-bytea': 0,
    xtend: 0,
    'pg-cloudflare': 0,
  },
};

const MYSQL: Bundle = {
  limitBytes: 350_000,
  packages: {
    mysql2: 231,
    'is-property': 11,
    long: 0,
    'sql-escaper': 9,
    'lru.min': 2,
    'generate-function': 2,
    'named-placeholders': 2,
  },
};

test.each<[ArtifactName, Bundle]>([
  ['layer', LAYER],
  ['postgres-single-user', POSTGRES],
  ['postgres-alternating-users', POSTGRES],
  ['mysql-single-user', MYSQL],
  ['mysql-alternating-users', MYSQL],
])('%s is no larger than it need be', (name, { limitBytes, packages }) => {
  const contents = built.get(name);
  if (contents === undefined) throw new Error(`The build made no ${name}.`);

  expect(growth(contents, packages)).toEqual([]);
  expect(contents.bytes).toBeLessThan(limitBytes);
});
