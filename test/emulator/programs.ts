import { globSync } from 'node:fs';
import { resolve } from 'node:path';

/** What stands in for Lambda, as paths of files. */
export interface EmulatorPrograms {
  /** Takes invocations over HTTP and starts the runtime client. */
  readonly emulator: string;
  /** What runs functions of Node in Lambda: asks for events and calls the handler. */
  readonly client: string;
}

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** SAM brings the emulator that `sam local invoke` puts into its containers. */
const EMULATORS = '.cache/sam/lib/python3.*/site-packages/samcli/local/rapid';
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x86_64', arm64: 'arm64' };
const CLIENT = '.cache/emulator/node_modules/aws-lambda-ric/index.mjs';

/** @throws Error when one of them is not installed */
export function emulatorPrograms(): EmulatorPrograms {
  return {
    emulator: installed(
      'runtime interface emulator',
      `${EMULATORS}/aws-lambda-rie-${ARCHITECTURES[process.arch]}`,
    ),
    client: installed('runtime interface client', CLIENT),
  };
}

function installed(what: string, pattern: string): string {
  const [path] = globSync(pattern, { cwd: REPOSITORY });
  if (path === undefined)
    throw new Error(`There is no ${what} at ${pattern}. .ci/run shows how to install it.`);
  return resolve(REPOSITORY, path);
}
