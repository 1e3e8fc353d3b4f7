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
  /** To be called for every event that a function takes, before anything else. */
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
    take(event) {
      const found = left;
      left = undefined;
      if (found === undefined || found.to !== addressOf(event.step, event)) return undefined;
      return Date.now() - found.at > KEPT_FOR ? undefined : found.versions;
    },
    leave(event, versions) {
      const next = FOLLOWING[event.step];
      if (next !== undefined) left = { to: addressOf(next, event), versions, at: Date.now() };
    },
  };
}

function addressOf(step: RotationEvent['step'], { secretArn, versionId }: RotationEvent): string {
  return [step, secretArn, versionId].join(' ');
}
