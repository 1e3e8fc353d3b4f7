import type { Step } from '@rotation/core';
import fc from 'fast-check';
import { advance, cancel, invoke, isUnderWay, look, start } from './checked.ts';
import { liveToken, type Model, ORDER } from './model.ts';
import { putByHand } from './persons.ts';
import { FAULTS, type Strike } from './strike.ts';
import type { Subject } from './subject.ts';

export type Command = fc.AsyncCommand<Model, Subject>;

interface Definition {
  readonly name: string;
  /** Whether it makes sense now. Default: always. */
  readonly check?: (model: Model) => boolean;
  readonly run: (model: Model, subject: Subject) => Promise<unknown>;
}

const command = ({ name, check = () => true, run }: Definition): Command => ({
  check,
  run: async (model, subject) => void (await run(model, subject)),
  toString: () => name,
});

const isLive = (model: Model) => liveToken(model) !== undefined;

/** Goes on with the live rotation, or starts one; the strike is in the last of the steps. */
const steps = (count: number, strike: Strike | undefined) =>
  command({
    name: `steps(${count}${strike ? `, ${strike.fault} at ${strike.point}` : ''})`,
    async run(model, subject) {
      if (!isLive(model)) await start(model, subject);
      for (let n = 1; n <= count && isLive(model); n++) {
        if (!(await advance(model, subject, n === count ? strike : undefined))) return;
      }
    },
  });

/** A step that has succeeded comes again. */
const repetition = (pick: number) =>
  command({
    name: `repetition(${pick})`,
    check: (model) => isLive(model) && model.done > 0,
    run: (model, subject) =>
      invoke(model, subject, picked(ORDER.slice(0, model.done), pick), liveToken(model) ?? ''),
  });

/** A rotation that ends, after so many steps, with its label taken off. */
const abandoned = (count: number) =>
  command({
    name: `abandoned after ${count}`,
    check: (model) => !isUnderWay(model),
    async run(model, subject) {
      await start(model, subject);
      for (let n = 0; n < count && (await advance(model, subject)); n++);
      await cancel(model, subject, liveToken(model) ?? '');
    },
  });

const cancelled = command({
  name: 'cancel',
  check: isLive,
  run: (model, subject) => cancel(model, subject, liveToken(model) ?? ''),
});

/** An invocation for a rotation that is over. */
const late = (step: Step, pick: number) =>
  command({
    name: `late ${step}(${pick})`,
    check: ({ past }) => past.length > 0,
    run: (model, subject) => invoke(model, subject, step, picked(model.past, pick)),
  });

const byHand = command({ name: 'put by hand', run: (model, subject) => putByHand(model, subject, false) });
const carelessly = command({
  name: 'put carelessly',
  run: (model, subject) => putByHand(model, subject, true),
});

const cut = command({
  name: 'network cut',
  check: ({ networkIsCut }) => !networkIsCut,
  async run(model, { site }) {
    site.relay.cut();
    model.networkIsCut = true;
  },
});

const restored = command({
  name: 'network restored',
  check: ({ networkIsCut }) => networkIsCut,
  async run(model, { site }) {
    site.relay.restore();
    model.networkIsCut = false;
  },
});

const restarted = (restart: () => Promise<void>) =>
  command({
    name: 'database restarted',
    async run(model, subject) {
      const before = model.world;
      await restart();
      await subject.site.accounts.reconnect();
      await look(model, subject, () => [before]);
    },
  });

const picked = <T>(from: readonly T[], pick: number): T => from[pick % from.length] as T;

/** Counted round and round the points of the step that it falls into. */
const strike = fc.record({ fault: fc.constantFrom(...FAULTS), point: fc.integer({ min: 1, max: 60 }) });
/** How many of its steps a rotation is taken through: most can go wrong in the second. */
const stepCount = fc.constantFrom(1, 2, 2, 3, 4);

/** @param restart restarts the database; too slow for a run that many wait for */
export function commands(
  maxCommands: number,
  restart?: () => Promise<void>,
): fc.Arbitrary<Iterable<Command>> {
  const pick = fc.nat(9);
  const undisturbed = stepCount.map((count) => steps(count, undefined));
  const disturbed = fc.tuple(stepCount, strike).map(([count, strike]) => steps(count, strike));
  return fc.commands(
    [
      // As many as they are likely.
      ...[undisturbed, disturbed, disturbed, disturbed],
      pick.map(repetition),
      fc.integer({ min: 0, max: 3 }).map(abandoned),
      fc.constant(cancelled),
      fc.tuple(fc.constantFrom(...ORDER), pick).map(([step, pick]) => late(step, pick)),
      fc.constant(byHand),
      fc.constant(carelessly),
      fc.constant(cut),
      // A network that is cut keeps everything else from happening.
      ...[fc.constant(restored), fc.constant(restored), fc.constant(restored)],
      ...(restart ? [fc.constant(restarted(restart))] : []),
    ],
    { maxCommands, size: 'max' },
  );
}
