import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { runDoctor } from './doctor.ts';
import { openFunctions } from './functions.ts';
import { surviveOutput } from './output-failure.ts';
import { openSecrets } from './secrets.ts';
import { openStepLogs } from './step-log.ts';
import type { Surroundings } from './surroundings.ts';
import { tellWhatIsLeft } from './what-is-left.ts';

/** What a shell takes for a program that a signal has ended: 128 and the signal's number. */
const ENDED_BY = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const surroundings: Surroundings = {
  secrets: openSecrets(new SecretsManagerClient({})),
  functions: openFunctions(new LambdaClient({})),
  stepLogs: openStepLogs(new CloudWatchLogsClient({})),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  left: new Set(),
  now: () => new Date(),
  pause: (ms) => setTimeout(ms),
};

const exitCodeFor = surviveOutput(process.stdout, process.stderr);
for (const [signal, exitCode] of Object.entries(ENDED_BY)) {
  process.once(signal, () => {
    tellWhatIsLeft(surroundings);
    process.exit(exitCode);
  });
}
process.exitCode = exitCodeFor(await runDoctor(process.argv.slice(2), surroundings));
