import type { LogFields } from './logger.ts';
import type { DatabaseSecret } from './secret-value.ts';
import { type Stopwatch, stopwatch } from './stopwatch.ts';

/** Whom an invocation waits for. A statement that reads stored passwords on its way counts in both. */
export type Phase = 'secretsManager' | 'rds' | 'logins' | 'statements';

/** A stored version whose login was tried, by its label or its id, and what came of it: `accepted`, or an error's name. */
type Candidate = Readonly<Record<'version' | 'outcome', string>> & Pick<DatabaseSecret, 'versionId'>;

/** What the last line of an invocation's log says of its course. */
export interface Trace {
  /** The same port, with the time that its calls take counted. */
  timed<Port extends object>(phase: Phase, port: Port): Port;
  /** Notes what comes of a login. */
  tried<T>(secret: Pick<DatabaseSecret, 'version' | 'versionId'>, login: () => Promise<T>): Promise<T>;
  fields(): LogFields;
}

export function openTrace(): Trace {
  const phases: Readonly<Record<Phase, Stopwatch>> = {
    secretsManager: stopwatch(),
    rds: stopwatch(),
    logins: stopwatch(),
    statements: stopwatch(),
  };
  const candidates: Candidate[] = [];
  return {
    timed: (phase, port) => timed(port, phases[phase]),

    async tried({ version, versionId }, login) {
      const note = (outcome: string) => candidates.push({ version, versionId, outcome });
      try {
        const answer = await login();
        note('accepted');
        return answer;
      } catch (error) {
        note(error instanceof Error ? error.name : 'failed');
        throw error;
      }
    },

    fields: () => ({
      phases: Object.fromEntries(
        Object.entries(phases).map(([phase, watch]) => [phase, watch.milliseconds()]),
      ),
      candidates,
    }),
  };
}

function timed<Port extends object>(port: Port, watch: Stopwatch): Port {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const answer: unknown = Reflect.apply(member, target, given);
        if (answer instanceof Promise) watch.until(answer);
        return answer;
      };
    },
  });
}
