import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import type { LambdaEndpoint } from '../../local/lambda/endpoint.ts';
import { runDoctor } from '../../packages/rotation-doctor/src/doctor.ts';
import type { ExitCode } from '../../packages/rotation-doctor/src/exit-code.ts';
import { openFunctions } from '../../packages/rotation-doctor/src/functions.ts';
import { openSecrets } from '../../packages/rotation-doctor/src/secrets.ts';
import { openStepLogs } from '../../packages/rotation-doctor/src/step-log.ts';

/** The doctor looks every two seconds, at services of this machine too often for nobody. In ms. */
const LONGEST_PAUSE = 50;

/** What the doctor asks, and what it must never show. */
export interface DoctorSurroundings {
  readonly api: SecretsManager;
  readonly lambda: LambdaEndpoint;
  /** Every password that ever was in a secret. */
  readonly passwords: ReadonlySet<string>;
}

export interface TypingOptions {
  /** What is typed when the terminal shows a question. Without it there is no terminal. */
  readonly typed?: string | (() => Promise<string>);
  /** By how much the doctor's clock is ahead, in ms. */
  readonly later?: number;
  /** What happens while the doctor pauses. Its clock then says that the whole pause is over. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** Runs command lines of the doctor in this process. No password may be in what it writes. */
export function doctorAt({ api, lambda, passwords }: DoctorSurroundings) {
  const { region, credentials } = api.config;
  const clientOf = { endpoint: lambda.url, region, credentials };

  return async (args: readonly string[], { typed, later = 0, meanwhile }: TypingOptions = {}) => {
    let ahead = later;
    const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const type = typeof typed === 'function' ? typed : async () => typed;
    stderr.on('data', async (shown: Buffer) => {
      if (shown.includes('[y/N]')) stdin.end(await type());
    });
    const written = Promise.all([text(stdout), text(stderr)]);
    const exitCode: ExitCode = await runDoctor(args, {
      secrets: openSecrets(api),
      functions: openFunctions(new LambdaClient(clientOf)),
      stepLogs: openStepLogs(new CloudWatchLogsClient(clientOf)),
      stdin,
      stdout,
      stderr,
      left: new Set(),
      now: () => new Date(Date.now() + ahead),
      async pause(ms) {
        if (meanwhile === undefined) return setTimeout(Math.min(ms, LONGEST_PAUSE));
        await meanwhile();
        ahead += ms;
      },
    });
    stdout.end();
    stderr.end();
    const [out, err] = await written;
    for (const password of passwords) expect(out + err).not.toContain(password);
    return { exitCode, stdout: out, stderr: err };
  };
}
