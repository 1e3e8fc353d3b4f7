import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { asked } from './aws-failure.ts';
import { printable } from './printable.ts';

/** The steps of a rotation. A function logs other things that it is asked for as steps too, such as a preflight. */
const STEPS: readonly unknown[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** How one step of a rotation ended, as the function logged it. */
export interface StepLine {
  /** Of the line in the log. */
  readonly id: string;
  readonly at: Date;
  readonly step: string;
  /** Which the rotation makes. */
  readonly versionId: string;
  /** Absent when the step succeeded. */
  readonly error?: StepError;
}

export interface StepError {
  readonly name: string;
  /** Ends with what to do. */
  readonly message: string;
}

/** What the lines that are wanted are about. */
export type LogSubject = { readonly versionId: string } | { readonly secretArn: string };

/** The logs of rotation functions. */
export interface StepLogs {
  /** How the steps ended of the rotation towards a version, or of all rotations of a secret, oldest first. */
  read(logGroup: string, subject: LogSubject, since: Date): Promise<StepLine[]>;
}

export function openStepLogs(client: CloudWatchLogsClient): StepLogs {
  return {
    async read(logGroupName, subject, since) {
      const lines: StepLine[] = [];
      let nextToken: string | undefined;
      do {
        const command = new FilterLogEventsCommand({
          logGroupName,
          filterPattern: patternOf(subject),
          startTime: since.getTime(),
          nextToken,
        });
        const call = { action: 'logs:FilterLogEvents', target: `log group ${logGroupName}` };
        const page = await asked(call, client.send(command));
        for (const { eventId = '', timestamp = 0, message = '' } of page.events ?? []) {
          const line = parseLine(message);
          if (line !== undefined) lines.push({ id: eventId, at: new Date(timestamp), ...line });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return lines.sort((one, other) => one.at.getTime() - other.at.getTime());
    },
  };
}

function patternOf(subject: LogSubject): string {
  const [[field, value] = []] = Object.entries(subject);
  return `{ $.${field} = "${value}" }`;
}

/** Reads the line that ends a step of a rotation; undefined for any other. */
export function parseLine(text: string): Omit<StepLine, 'id' | 'at'> | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { message: event, step, versionId, error } = (line ?? {}) as Record<string, unknown>;
  if (typeof step !== 'string' || !STEPS.includes(step) || typeof versionId !== 'string') return undefined;
  if (event === 'step succeeded') return { step, versionId };
  if (event !== 'step failed') return undefined;
  const { name, message } = (error ?? {}) as Record<string, unknown>;
  return {
    step,
    versionId,
    error: { name: printable(String(name)), message: printable(String(message)) },
  };
}
