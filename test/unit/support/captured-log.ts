import type { Dependencies, LogFields } from '@rotation/core';
import { witness } from './canaries.ts';

/** A line as the handler wrote it. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
  readonly error?: Error;
}

/** A log that keeps its lines, and has each searched for canaries. */
export function capturedLog(): Pick<Dependencies, 'openLog'> & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (line: LogLine) => void lines.push(witness(line));
  return {
    lines,
    openLog: (_context, common) => ({
      info: (message, fields) => keep({ level: 'info', message, fields: { ...common, ...fields } }),
      warn: (message, fields) => keep({ level: 'warn', message, fields: { ...common, ...fields } }),
      error: (message, error, fields) =>
        keep({ level: 'error', message, fields: { ...common, ...fields }, error }),
    }),
  };
}
