import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { withSourceLines } from './source-lines.ts';

type LogField =
  | string
  | number
  | boolean
  | undefined
  | readonly LogField[]
  | { readonly [name: string]: LogField };
/** Fields of a log line. Only names, counts and times: no event as a whole, no value of a secret. */
export type LogFields = Readonly<Record<string, LogField>>;

/** What the rotation tells whoever reads its log. */
export interface RotationLog {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** From then on the error's stack names lines of the repository, for whoever it is thrown to. */
  error(message: string, error: Error, fields?: LogFields): void;
}

const powertools = new Logger({ serviceName: 'secrets-rotation' });

/** The log of one invocation: `fields` stand in each of its lines, beside Lambda's own (function, request id, cold start). */
export function invocationLog(context: Context, fields: LogFields): RotationLog {
  powertools.resetKeys();
  powertools.addContext(context);
  powertools.appendKeys(fields);
  return {
    info: (message, more = {}) => powertools.info(message, more),
    warn: (message, more = {}) => powertools.warn(message, more),
    error: (message, error, more = {}) =>
      powertools.error(message, { ...more, error: withSourceLines(error) }),
  };
}
