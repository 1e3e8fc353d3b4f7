import { cp, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type FunctionName, type TemporaryArtifacts, temporaryArtifacts } from '../support/artifacts.ts';

const SAM_BUILD = resolve(import.meta.dirname, '../../.aws-sam/build');

/** What the functions are called in template.yaml, and their folders in what `sam build` made. */
export const LOGICAL_IDS: Readonly<Record<FunctionName, string>> = {
  'postgres-single-user': 'PostgresSingleUser',
  'postgres-alternating-users': 'PostgresAlternatingUsers',
  'mysql-single-user': 'MySqlSingleUser',
  'mysql-alternating-users': 'MySqlAlternatingUsers',
};

/**
 * A copy of what `sam build` made, laid out as it left it.
 * @throws Error when it has not been run
 */
export function samArtifacts(): Promise<TemporaryArtifacts> {
  return temporaryArtifacts(copySamBuild, { layer: 'RotationCore', functions: LOGICAL_IDS });
}

async function copySamBuild(folder: string): Promise<void> {
  await stat(SAM_BUILD).catch((cause: unknown) => {
    throw new Error(
      `There is no ${SAM_BUILD}. Run \`sam build\` first; .ci/run shows how to install SAM without root.`,
      { cause },
    );
  });
  await cp(SAM_BUILD, folder, { recursive: true });
}
