import type { RotationEvent, Step } from './event.ts';
import type { Versions } from './strategy.ts';

/**
 * What one step has read, kept for the step that follows it, which mostly runs in the same process. A version never changes once
 * it is stored, so that only the labels have to be looked at again.
 *
 * It is kept of one rotation, and for one taker: whichever step comes next takes it away, whether it is meant for that or not.
 * So an event that arrives twice, or late, finds nothing and begins with the labels; and no password stays longer than until then.
 */
export interface Handover {
  /** To be called at the start of every invocation. */
  take(event: RotationEvent): Versions | undefined;
  /** @param event that of the step which has succeeded */
  leave(event: RotationEvent, versions: Versions): void;
}

interface Left {
  readonly to: string;
  readonly versions: Versions;
  /** In ms since 1970: a process that is frozen has no other clock that goes on. */
  readonly at: number;
}

const FOLLOWING: Readonly<Partial<Record<RotationEvent['step'], Step>>> = {
  createSecret: 'setSecret',
  setSecret: 'testSecret',
  testSecret: 'finishSecret',
};

/** The steps of a rotation follow on each other within seconds. In ms. */
const KEPT_FOR = 60_000;

export function openHandover(): Handover {
  let left: Left | undefined;
  return {
    take({ step, ...event }) {
      const found = left;
      left = undefined;
      if (found === undefined || found.to !== addressOf(step, event)) return undefined;
      return Date.now() - found.at > KEPT_FOR ? undefined : found.versions;
    },
    leave({ step, ...event }, versions) {
      const next = FOLLOWING[step];
      if (next !== undefined) left = { to: addressOf(next, event), versions, at: Date.now() };
    },
  };
}

function addressOf(step: string, { secretArn, versionId }: Omit<RotationEvent, 'step'>): string {
  return [step, secretArn, versionId].join(' ');
}
