import type { DatabaseSecret, EngineFamily } from '@rotation/core';
import { parseSecretValue } from '../../../layers/rotation-core/src/secret-value.ts';
import { CANARY } from './canaries.ts';

export const POSTGRES: EngineFamily = {
  name: 'postgres',
  secretEngines: ['postgres', 'aurora-postgresql'],
  defaultPort: 5432,
};

const LOGIN = {
  engine: 'postgres',
  host: 'db.example.com',
  port: 5432,
  dbname: 'orders',
  username: 'app',
  password: CANARY.current as string,
};

/** The JSON of a secret's value; a key given as undefined is left out. */
export function valueText(replaced: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...LOGIN, ...replaced });
}

export function parsed(version: string, replaced: Record<string, unknown> = {}): DatabaseSecret {
  return parseSecretValue({ kind: 'text', text: valueText(replaced) }, version, POSTGRES);
}

export const current = (replaced: Record<string, unknown> = {}) => parsed('AWSCURRENT', replaced);
export const pending = (replaced: Record<string, unknown> = {}) =>
  parsed('AWSPENDING', { password: CANARY.pending, ...replaced });
export const previous = (replaced: Record<string, unknown> = {}) =>
  parsed('AWSPREVIOUS', { password: CANARY.previous, ...replaced });
export const superuser = (replaced: Record<string, unknown> = {}) =>
  parsed('superuser secret', { username: 'admin', password: CANARY.superuser, ...replaced });
