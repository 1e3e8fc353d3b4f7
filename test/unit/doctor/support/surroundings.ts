import { PassThrough } from 'node:stream';
import type { Functions } from '../../../../packages/rotation-doctor/src/functions.ts';
import type { Secrets } from '../../../../packages/rotation-doctor/src/secrets.ts';
import type { StepLogs } from '../../../../packages/rotation-doctor/src/step-log.ts';
import type { Surroundings } from '../../../../packages/rotation-doctor/src/surroundings.ts';

const unexpected = (operation: string) => async () => {
  throw new Error(`nobody expected ${operation}`);
};

/** Surroundings of which a test gives the part that its command has to do with. */
export function surroundingsWith(
  secrets: Partial<Secrets>,
  { functions, stepLogs }: { functions?: Functions; stepLogs?: StepLogs } = {},
) {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  const surroundings: Surroundings = {
    secrets: {
      describe: unexpected('describe'),
      versions: unexpected('versions'),
      async *list() {},
      moveLabel: unexpected('moveLabel'),
      rotate: unexpected('rotate'),
      ...secrets,
    },
    functions: functions ?? { preflight: unexpected('preflight'), logGroup: unexpected('logGroup') },
    stepLogs: stepLogs ?? { read: unexpected('read') },
    stdin: new PassThrough(),
    stdout,
    stderr,
    left: new Set(),
    now: () => new Date('2026-03-10T12:00:00Z'),
    pause: async () => {},
  };
  const written = (stream: PassThrough) => String(stream.read() ?? '');
  return { surroundings, stdout: () => written(stdout), stderr: () => written(stderr) };
}
