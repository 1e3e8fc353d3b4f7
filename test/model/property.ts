import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { advance, look, start } from './checked.ts';
import { type Command, commands } from './commands.ts';
import { liveToken, type Model, newModel, ORDER } from './model.ts';
import { putByHand } from './persons.ts';
import { isRecoverable } from './prediction.ts';
import type { Site } from './site.ts';
import { openSubject, type Subject } from './subject.ts';
import { currentLogin } from './world.ts';

export interface Scope {
  readonly maxCommands: number;
  readonly restart?: (() => Promise<void>) | undefined;
  /** Runs while the commands do. */
  readonly beside?: ((model: Model, subject: Subject) => AsyncDisposable) | undefined;
}

/** Whatever happens to a secret and its database, what is promised holds at every moment, and a rotation heals the rest. */
export function promisesHold(site: Site, { maxCommands, restart, beside }: Scope) {
  return fc.asyncProperty(commands(maxCommands, restart), async (sequence: Iterable<Command>) => {
    await using subject = await openSubject(site);
    site.relay.restore();
    site.takeOutput();
    const model = newModel((await subject.observe()).world);
    await using _beside = beside?.(model, subject);
    await fc.asyncModelRun(() => ({ model, real: subject }), sequence);
    await heal(model, subject);
  });
}

/** Ends what is live, then rotates once more, undisturbed. */
async function heal(model: Model, subject: Subject): Promise<void> {
  const { site, username } = subject;
  site.relay.restore();
  model.networkIsCut = false;
  if (!mayHeal(model, site)) await putByHand(model, subject, false);
  if (liveToken(model) !== undefined) {
    model.done = 0;
    await runThrough(model, subject);
  }
  await start(model, subject);
  const token = liveToken(model);
  await runThrough(model, subject);

  await look(model, subject, (found) => [found]);
  const { world } = model;
  assert.equal(world.current, token, 'a clean rotation makes its version AWSCURRENT');
  assert.equal(world.pending, null, 'a clean rotation leaves no AWSPENDING');
  assert.equal(await site.accounts.use(currentLogin(world), username), 'works');
}

/** Nobody but a person can repair what a careless one did to a pair; of a single user, recent versions are remembered. */
const mayHeal = (model: Model, { strategy }: Site): boolean =>
  strategy === 'single-user' ? isRecoverable(model.world) : !model.careless;

async function runThrough(model: Model, subject: Subject): Promise<void> {
  for (const step of ORDER) assert(await advance(model, subject), `${step} fails though nothing disturbs it`);
}
