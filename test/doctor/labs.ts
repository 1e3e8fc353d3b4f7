import { inject } from 'vitest';
import type { Answer } from '../../local/secrets-manager/index.ts';
import { sharedArtifacts } from '../support/artifacts.ts';
import { type DoctorLabOptions, openDoctorLab } from '../support/doctor-lab.ts';
import { testDatabase } from '../support/test-database.ts';

/** Opens a lab with a built function: of a single user of PostgreSQL by default. */
export function openLab(options: Partial<DoctorLabOptions> = {}) {
  return openDoctorLab({
    artifacts: sharedArtifacts(),
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
