import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { asked } from './aws-failure.ts';

/** How one step of a rotation ended, as the function logged it. */
export interface StepLine {
  /** Of the line in the log. */
  readonly id: string;
  readonly at: Date;
  readonly step: string;
  /** Absent when the step succeeded. */
  readonly error?: StepError;
}

export interface StepError {
  readonly name: string;
  /** Ends with what to do. */
  readonly message: string;
}

/** The logs of rotation functions. */
export interface StepLogs {
  /** How the steps of the rotation towards a version ended, oldest first. */
  read(logGroup: string, versionId: string, since: Date): Promise<StepLine[]>;
}

export function openStepLogs(client: CloudWatchLogsClient): StepLogs {
  return {
    async read(logGroupName, versionId, since) {
      const lines: StepLine[] = [];
      let nextToken: string | undefined;
      do {
        const command = new FilterLogEventsCommand({
          logGroupName,
          filterPattern: `{ $.versionId = "${versionId}" }`,
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

/** Reads the line that ends a step; undefined for any other. */
export function parseLine(text: string): Pick<StepLine, 'step' | 'error'> | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { message: event, step, error } = (line ?? {}) as Record<string, unknown>;
  if (typeof step !== 'string') return undefined;
  if (event === 'step succeeded') return { step };
  if (event !== 'step failed') return undefined;
  const { name, message } = (error ?? {}) as Record<string, unknown>;
  return { step, error: { name: String(name), message: String(message) } };
}
