import { AwsFailed } from './aws-failure.ts';
import type { LogSubject, StepLine } from './step-log.ts';
import { type Surroundings, tell } from './surroundings.ts';

/** A rotation or a secret, as one looks for it in the log of a function. */
export interface Logged {
  readonly functionArn: string;
  readonly subject: LogSubject;
  readonly since: Date;
}

/** The clock of this machine may be ahead of that of the log by so much, in ms. Earlier lines are of other versions. */
const CLOCKS_APART = 10 * 60 * 1_000;

/**
 * Reads how the steps of a rotation ended, each line once: a log may get a line later than one that was written after it. Who
 * may not read the log is told so once, and goes by the labels alone.
 */
export function stepReader(
  { functionArn, subject, since }: Logged,
  surroundings: Surroundings,
): () => Promise<StepLine[]> {
  const { functions, stepLogs } = surroundings;
  const seen = new Set<string>();
  const from = new Date(since.getTime() - CLOCKS_APART);
  let logGroup: string | undefined;
  let isReadable = true;

  return async () => {
    if (!isReadable) return [];
    try {
      logGroup ??= await functions.logGroup(functionArn);
      const lines = await stepLogs.read(logGroup, subject, from);
      const fresh = lines.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      return fresh;
    } catch (error) {
      if (!(error instanceof AwsFailed)) throw error;
      isReadable = false;
      tell(surroundings, `The function's log is left out. ${error.message}`);
      return [];
    }
  };
}
