import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { runDoctor } from './doctor.ts';
import { EXIT } from './exit-code.ts';
import { openFunctions } from './functions.ts';
import { openSecrets } from './secrets.ts';
import { openStepLogs } from './step-log.ts';

// Nobody reads on, as under `| head`.
process.stdout.on('error', () => process.exit(EXIT.fine));

process.exitCode = await runDoctor(process.argv.slice(2), {
  secrets: openSecrets(new SecretsManagerClient({})),
  functions: openFunctions(new LambdaClient({})),
  stepLogs: openStepLogs(new CloudWatchLogsClient({})),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  pause: (ms) => setTimeout(ms),
});
