import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breaches, importsOf } from './support/import-walls.ts';

const FILES = globSync('{functions,layers/*/src,local,packages/*/src}/**/*.ts').sort();

describe('imports run one way', () => {
  it('in every file of the product', () => {
    expect(FILES.length).toBeGreaterThan(50);
    expect(FILES.flatMap((file) => breaches(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each([
    ['functions/x.ts', "import pg from 'pg';", 'pg'],
    ['functions/x.ts', "import { createHash } from 'node:crypto';", 'node:crypto'],
    [
      'functions/x.ts',
      "import { Logger } from '@aws-lambda-powertools/logger';",
      '@aws-lambda-powertools/logger',
    ],
    [
      'functions/x.ts',
      "import { x } from '../layers/rotation-core/src/steps.ts';",
      'layers/rotation-core/src/steps.ts',
    ],
    ['functions/x.ts', "import { x } from '../test/support/x.ts';", 'test/support/x.ts'],
    ['functions/strategies/x.ts', "import { e } from '../engines/engine.ts';", 'functions/engines/engine.ts'],
    [
      'functions/strategies/x.ts',
      "import { type E, e } from '../engines/engine.ts';",
      'functions/engines/engine.ts',
    ],
    [
      'functions/strategies/x.ts',
      "import type { P } from '../engines/mysql/index.ts';",
      'functions/engines/mysql/index.ts',
    ],
    [
      'functions/strategies/x.ts',
      "import { handler } from '../mysql-single-user.ts';",
      'functions/mysql-single-user.ts',
    ],
    ['functions/strategies/x.ts', "import 'mysql2/promise';", 'mysql2/promise'],
    [
      'functions/strategies/x.ts',
      "import { x } from '@aws-sdk/client-secrets-manager';",
      '@aws-sdk/client-secrets-manager',
    ],
    [
      'functions/engines/x.ts',
      "import { x } from './postgres/index.ts';",
      'functions/engines/postgres/index.ts',
    ],
    ['functions/engines/x.ts', "import pg from 'pg';", 'pg'],
    [
      'functions/engines/postgres/x.ts',
      "import { x } from '../mysql/grant.ts';",
      'functions/engines/mysql/grant.ts',
    ],
    ['functions/engines/postgres/x.ts', "export * from 'mysql2';", 'mysql2'],
    [
      'functions/engines/mysql/x.ts',
      "import type { x } from '../postgres/faults.ts';",
      'functions/engines/postgres/faults.ts',
    ],
    ['functions/engines/mysql/x.ts', "const pg = await import('pg');", 'pg'],
    ['functions/engines/mysql/x.ts', "const pg = require('pg');", 'pg'],
    [
      'functions/engines/mysql/x.ts',
      "import {\n  a,\n  b,\n} from '../../strategies/login.ts';",
      'functions/strategies/login.ts',
    ],
    ['functions/engines/mysql/x.ts', "import { x } from '@aws-sdk/client-rds';", '@aws-sdk/client-rds'],
    [
      'layers/rotation-core/src/x.ts',
      "import { x } from '../../../functions/engines/engine.ts';",
      'functions/engines/engine.ts',
    ],
    ['layers/rotation-core/src/x.ts', "import type pg from 'pg';", 'pg'],
    ['layers/rotation-core/src/x.ts', "import { Context } from 'aws-lambda';", 'aws-lambda'],
    ['layers/rotation-core/src/x.ts', "import { x } from '@rotation/core';", '@rotation/core'],
    ['layers/rotation-core/src/x.ts', "import { x } from '../../../local/demo/x.ts';", 'local/demo/x.ts'],
    ['local/demo/x.ts', "export { x } from '../../test/support/x.ts';", 'test/support/x.ts'],
    [
      'local/demo/x.ts',
      "import { x } from '../../packages/rotation-doctor/src/x.ts';",
      'packages/rotation-doctor/src/x.ts',
    ],
    ['functions/x.ts', "import { x } from '@rotation/doctor';", '@rotation/doctor'],
    ['packages/rotation-doctor/src/x.ts', "import { isNamed } from '@rotation/core';", '@rotation/core'],
    [
      'packages/rotation-doctor/src/x.ts',
      "import type { x } from '../../../functions/engines/engine.ts';",
      'functions/engines/engine.ts',
    ],
    ['packages/rotation-doctor/src/x.ts', "import { x } from '../../../local/x.ts';", 'local/x.ts'],
  ])('is broken by %s with %s', (file, source, target) => {
    expect(breaches(file, source)).toEqual([`${file} -> ${target}`]);
  });

  it('is told of a folder that no wall stands around', () => {
    expect(breaches('functions/engines/oracle/index.ts', '')).toEqual([
      'functions/engines/oracle/index.ts is behind no wall',
    ]);
  });

  it.each([
    ['functions/strategies/x.ts', "import type { Engine } from '../engines/engine.ts';"],
    ['functions/strategies/x.ts', "import { type Engine, type Session } from '../engines/engine.ts';"],
    ['layers/rotation-core/src/x.ts', "import type { Context } from 'aws-lambda';"],
    ['packages/rotation-doctor/src/x.ts', "import type { Finding } from '@rotation/core';"],
    ['local/x.ts', "import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';"],
  ])('is kept by %s with %s', (file, source) => {
    expect(breaches(file, source)).toEqual([]);
  });
});

describe('the imports of a file', () => {
  it('are not what only looks like one', () => {
    const source = "export interface A {\n  from: 'x';\n}\nexport const a = 'y';\nexport type B = 'z';\n";
    expect(importsOf('a/b.ts', source)).toEqual([]);
  });

  it('are found by where they lead', () => {
    expect(importsOf('a/b/c.ts', "import '../d.ts';\nimport x, { type Y } from './e.ts';")).toEqual([
      { target: 'a/d.ts', typeOnly: false },
      { target: 'a/b/e.ts', typeOnly: false },
    ]);
  });
});
