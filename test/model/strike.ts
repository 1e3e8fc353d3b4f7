import type { Answer, Call, Interceptor } from '../../local/secrets-manager/index.ts';
import type { Fate } from './relay.ts';

/** What can go wrong at a point: a call of Secrets Manager, or a message to the database. */
export const FAULTS = [
  /** It never arrives, nor do its repetitions. */
  'call lost',
  /** It takes effect, and the caller does not hear of it. */
  'answer lost',
  /** The process ends before it. */
  'killed before',
  /** The process ends after it has taken effect. */
  'killed after',
  /** The database ends all sessions, as pg_terminate_backend and KILL do, and takes new ones. */
  'sessions ended',
] as const;

export interface Strike {
  readonly fault: (typeof FAULTS)[number];
  /** The points of an invocation are counted from 1. An invocation may end before it gets there. */
  readonly point: number;
}

export interface Struck {
  /** Whether the point was met. */
  readonly struck: boolean;
  readonly killed: boolean;
}

const LOST: Answer = { kind: 'lost' };

/** Counts the points of an invocation and lets one of them go wrong. */
export function striker(endSessions: () => void) {
  let strike: Strike | undefined;
  let active = false;
  let points = 0;
  let killed = false;
  let struck = false;
  let lostCall: string | undefined;

  function meet(): Strike['fault'] | undefined {
    if (++points !== strike?.point) return undefined;
    struck = true;
    killed = strike.fault === 'killed before' || strike.fault === 'killed after';
    return strike.fault;
  }

  return {
    begin(next: Strike | undefined): void {
      strike = next;
      points = 0;
      struck = false;
      killed = false;
      lostCall = undefined;
      active = true;
    },

    end(): Struck {
      active = false;
      return { struck, killed };
    },

    /** For Secrets Manager. */
    intercept: ((call, answer) => {
      if (!active || !isOfFunction(call)) return answer();
      const signature = `${call.operation} ${JSON.stringify(call.input)}`;
      if (killed || signature === lostCall) return LOST;
      const fault = meet();
      switch (fault) {
        case undefined:
          return answer();
        case 'call lost':
          lostCall = signature;
          return LOST;
        case 'answer lost':
          answer();
          return LOST;
        case 'killed before':
          endSessions();
          return LOST;
        case 'killed after':
          answer();
          endSessions();
          return LOST;
        case 'sessions ended':
          endSessions();
          return answer();
        default:
          throw fault satisfies never;
      }
    }) satisfies Interceptor,

    /** For the relay in front of the database. */
    message(): Fate {
      if (!active) return 'passes';
      if (killed) return 'lost';
      const fault = meet();
      switch (fault) {
        case undefined:
          return 'passes';
        case 'call lost':
          return 'lost';
        case 'answer lost':
          return 'answer lost';
        case 'killed after':
          return 'last one';
        case 'killed before':
        case 'sessions ended':
          endSessions();
          return 'lost';
        default:
          throw fault satisfies never;
      }
    },
  };
}

/** The function names the secret by its ARN, as the service told it to; the model's own calls use the name. */
function isOfFunction({ operation, input }: Call): boolean {
  const { SecretId = '' } = input as { SecretId?: string };
  return operation === 'GetRandomPassword' || SecretId.startsWith('arn:');
}
