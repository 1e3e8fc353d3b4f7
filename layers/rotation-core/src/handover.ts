import type { RotationEvent, Step } from './event.ts';
import type { DatabaseSecret } from './secret-value.ts';
import type { Versions } from './strategy.ts';

/** What a step knows from the one before it. */
export interface Inherited extends Versions {
  /** To setSecret: AWSPREVIOUS, for a strategy that asks for it in most rotations. */
  readonly previous?: DatabaseSecret | undefined;
  /** From setSecret on: whether `settle` would find nothing to do. */
  readonly isSettled?: boolean;
}

/**
 * What one step has read, kept for the step that follows it, which mostly runs in the same process. A version never changes once
 * it is stored, so that only the labels have to be looked at again.
 *
 * It is kept of one rotation, and for one taker: whichever step comes next takes it away, whether it is meant for that or not.
 * So an event that arrives twice, or late, finds nothing and begins with the labels; and no password stays longer than until then.
 */
export interface Handover {
  /** To be called for every event that a function takes, before anything else. */
  take(event: RotationEvent): Inherited | undefined;
  /** @param event that of the step which has succeeded */
  leave(event: RotationEvent, found: Inherited): void;
}

interface Left {
  readonly to: string;
  readonly found: Inherited;
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
    take(event) {
      const taken = left;
      left = undefined;
      if (taken === undefined || taken.to !== addressOf(event.step, event)) return undefined;
      return Date.now() - taken.at > KEPT_FOR ? undefined : taken.found;
    },
    leave(event, found) {
      const next = FOLLOWING[event.step];
      if (next !== undefined) left = { to: addressOf(next, event), found, at: Date.now() };
    },
  };
}

function addressOf(step: RotationEvent['step'], { secretArn, versionId }: RotationEvent): string {
  return [step, secretArn, versionId].join(' ');
}
