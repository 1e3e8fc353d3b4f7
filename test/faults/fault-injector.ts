import type { Step } from '@rotation/core';
import type { Answer, Call, Interceptor } from '../../local/secrets-manager/index.ts';
import type { Exchange, Gate, Passage } from '../support/wire-proxy/exchange.ts';
import { changesLogins, type FaultKind, type Point, UNUSABLE_PASSWORD } from './fault.ts';
import { type Aliases, nameOfCall, nameOfExchange } from './point-names.ts';

export interface Strike {
  readonly point: Point;
  readonly fault: FaultKind;
}

/** Counts the points of a rotation as it passes them, and lets one of them go wrong. */
export interface FaultInjector {
  /** For the endpoint. */
  readonly intercept: Interceptor;
  /** For the proxy. */
  readonly gate: Gate;
  /** All points passed since the last `begin`. */
  points(): readonly Point[];
  /** Logins that were refused since then, by the names of their points. */
  refusedLogins(): readonly string[];
  /** Begins an attempt; calls before it and after its end are the harness' own, and pass. */
  begin(strike?: Strike): void;
  enter(step: Step): void;
  /** Ends the attempt: whatever was cut off works again. Returns whether the fault was met. */
  end(): boolean;
  /** Whether the function has been killed in this attempt. */
  killed(): boolean;
}

export interface Surroundings {
  readonly aliases: Aliases;
  /** Cuts all connections to the database. */
  cut(): void;
  /** Has the database refuse the password that it has just taken by this statement. */
  spoilPassword(statement: string): Promise<void>;
  /** Looks at the logins as they are after a statement that may have changed one, before the function hears of it. */
  look(afterwards: string): Promise<void>;
}

const LOST: Answer = { kind: 'lost' };

export function faultInjector({ aliases, cut, spoilPassword, look }: Surroundings): FaultInjector {
  let attempt = newAttempt(undefined);
  let active = false;

  /** The fault that is to happen here, if any. */
  function meet(channel: Point['channel'], name: string): FaultKind | undefined {
    const { step, counts, points, strike } = attempt;
    const key = `${step} ${name}`;
    const occurrence = (counts.get(key) ?? 0) + 1;
    counts.set(key, occurrence);
    points.push({ step, channel, name, occurrence });
    if (attempt.struck || strike === undefined) return undefined;
    const { point } = strike;
    if (point.step !== step || point.name !== name || point.occurrence !== occurrence) return undefined;
    attempt.struck = true;
    return strike.fault;
  }

  function kill(): void {
    attempt.killed = true;
    cut();
  }

  async function intercept(call: Call, answer: () => Answer): Promise<Answer> {
    if (!active) return answer();
    if (attempt.killed) return LOST;
    const repeated = attempt.outage === signatureOf(call);
    const fault = repeated ? attempt.strike?.fault : meet('service', nameOfCall(call, aliases));
    switch (fault) {
      case undefined:
        return answer();
      case 'answer is lost':
        // The client's own retry gets through.
        answer();
        return LOST;
      case 'killed right after':
        answer();
        kill();
        return LOST;
      case 'no answer in time': {
        const { ended } = attempt;
        answer();
        await ended;
        return LOST;
      }
      case 'never arrives':
      case 'throttled':
      case 'server error':
        // It lasts longer than the client's own retries.
        attempt.outage = signatureOf(call);
        return OUTAGE[fault];
      default:
        throw new Error(`Secrets Manager has no fault "${fault}".`);
    }
  }

  function gate(exchange: Exchange): Passage {
    if (!active) return PASSING;
    if (attempt.killed) return STOPPED;
    const name = nameOfExchange(exchange, aliases);
    const fault = meet('database', name);
    const { refusedLogins } = attempt;
    return {
      delivered: fault !== 'never arrives',
      async answered(verdict) {
        if (verdict === 'refused' && exchange.kind === 'login') refusedLogins.push(name);
        if (fault === 'killed right after') kill();
        if (exchange.kind === 'statement') {
          // One that the server has refused is no new password.
          if (fault === UNUSABLE_PASSWORD && verdict === 'accepted') await spoilPassword(exchange.text);
          if (changesLogins(name)) await look(name);
        }
        return fault !== 'killed right after' && fault !== 'answer is lost';
      },
    };
  }

  return {
    intercept,
    gate,
    points: () => attempt.points,
    refusedLogins: () => attempt.refusedLogins,
    begin(strike) {
      attempt = newAttempt(strike);
      active = true;
    },
    enter(step) {
      attempt.step = step;
    },
    end() {
      active = false;
      attempt.finish();
      return attempt.struck;
    },
    killed: () => attempt.killed,
  };
}

const PASSING: Passage = { delivered: true, answered: () => true };
const STOPPED: Passage = { delivered: false, answered: () => false };

const OUTAGE = {
  'never arrives': LOST,
  throttled: { kind: 'error', status: 400, type: 'ThrottlingException', message: 'Rate exceeded' },
  'server error': { kind: 'error', status: 500, type: 'InternalServiceError', message: 'Try again.' },
} as const satisfies Partial<Record<FaultKind, Answer>>;

function newAttempt(strike: Strike | undefined) {
  const { promise: ended, resolve: finish } = Promise.withResolvers<void>();
  return {
    strike,
    ended,
    finish,
    step: 'createSecret' as Step,
    counts: new Map<string, number>(),
    points: [] as Point[],
    refusedLogins: [] as string[],
    struck: false,
    killed: false,
    /** The call that fails again each time that the client retries it. */
    outage: undefined as string | undefined,
  };
}

const signatureOf = ({ operation, input }: Call) => `${operation} ${JSON.stringify(input)}`;
