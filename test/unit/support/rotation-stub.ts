import { type DatabaseSecret, type Environment, parseEvent, type Rotation } from '@rotation/core';
import { vi } from 'vitest';
import { openTrace } from '../../../layers/rotation-core/src/trace.ts';
import { capturedLog, type LogLine } from './captured-log.ts';
import { lambdaContext, rotationEvent } from './rotation-event.ts';

export interface RotationParts {
  readonly pending?: DatabaseSecret;
  readonly previous?: DatabaseSecret;
  readonly other?: DatabaseSecret;
  readonly unlabelled?: readonly DatabaseSecret[];
  /** Looks on, or throws, when the labels are read again. */
  readonly stillPending?: () => void;
  readonly isCurrent?: boolean;
  readonly environment?: Environment;
}

/** A step under way, as a strategy sees it. */
export function rotationStub({
  pending,
  previous,
  other,
  unlabelled = [],
  stillPending = () => {},
  isCurrent = true,
  environment = {},
}: RotationParts = {}): Rotation & {
  readonly lines: readonly LogLine[];
} {
  const { openLog, lines } = capturedLog();
  return {
    event: parseEvent(rotationEvent('setSecret')),
    deadline: { remaining: () => 60_000 },
    environment,
    log: openLog(lambdaContext(), {}),
    lines,
    trace: openTrace(),
    pending: vi.fn<Rotation['pending']>(async () => pending),
    previous: vi.fn<Rotation['previous']>(async () => previous),
    unlabelled: vi.fn<Rotation['unlabelled']>(async function* () {
      yield* unlabelled;
    }),
    assertStillPending: vi.fn<Rotation['assertStillPending']>(async () => stillPending()),
    loginGapBegins: vi.fn<Rotation['loginGapBegins']>(),
    isCurrent: vi.fn<Rotation['isCurrent']>(async () => isCurrent),
    otherSecret: vi.fn<Rotation['otherSecret']>(async () => {
      if (other === undefined) throw new Error('there is no other secret');
      return other;
    }),
  };
}
