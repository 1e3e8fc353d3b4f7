import { afterAll, beforeAll, inject } from 'vitest';
import type { Answer } from '../../local/secrets-manager/index.ts';
import { buildArtifacts, type TemporaryArtifacts } from '../support/artifacts.ts';
import { type DoctorLabOptions, openDoctorLab } from '../support/doctor-lab.ts';
import { testDatabase } from '../support/test-database.ts';

/** Builds the functions once for the tests of a file, and opens labs with them: of a single user of PostgreSQL by default. */
export function labs() {
  let artifacts: TemporaryArtifacts;
  beforeAll(async () => {
    artifacts = await buildArtifacts();
  });
  afterAll(() => artifacts?.[Symbol.asyncDispose]());

  return (options: Partial<DoctorLabOptions> = {}) =>
    openDoctorLab({
      artifacts,
      name: 'postgres-single-user',
      database: testDatabase(inject('servers').postgres),
      ...options,
    });
}

/** What AWS answers to who is not allowed an operation. */
export const denied = (operation: string): Answer => ({
  kind: 'error',
  status: 400,
  type: 'AccessDeniedException',
  message: `No identity-based policy allows ${operation}.`,
});
