import { strict as assert } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { Step } from '@rotation/core';
import { violations } from './invariants.ts';
import { liveToken, type Model, ORDER, retire } from './model.ts';
import { predict } from './prediction.ts';
import type { Strike } from './strike.ts';
import type { Subject } from './subject.ts';
import { currentLogin, logsIn, type Strategy, type World } from './world.ts';

/** Errors that say that something broke. Any other says something of the secret or the database, which then must be so. */
const DISTURBANCES = ['HostUnreachable', 'ConnectionTimedOut', 'SecretsManagerFailed'];

/** Looks at the real world, checks what holds at every moment, and that it is one of those expected. */
export async function look(
  model: Model,
  subject: Subject,
  expected: (found: World) => readonly World[],
): Promise<void> {
  const { site } = subject;
  const { world, rightless } = await subject.observe();
  const found = violations({
    strategy: site.strategy,
    world,
    rightless,
    careless: model.careless,
    output: site.takeOutput(),
    secrets: site.secrets,
  });
  assert.deepEqual(found, [], `${found.join('; ')} in ${describe(world)}`);
  const possible = expected(world);
  const isExpected = possible.some((one) => isDeepStrictEqual(one, world));
  assert(isExpected, `Found ${describe(world)}\nexpected ${possible.map(describe).join('\nor ')}`);
  if (logsIn(world, currentLogin(world))) model.excuse.end();
  if (world.current !== model.world.current) model.excuse.moved();
  model.world = world;
}

/** Invokes a step, checks what it came to, and returns whether the service would go on to the next one. */
export async function invoke(
  model: Model,
  subject: Subject,
  step: Step,
  token: string,
  strike?: Strike,
): Promise<boolean> {
  const { site } = subject;
  const before = model.world;
  // With alternating users no client is to notice.
  if (site.strategy === 'single-user') model.excuse.begin();
  const { error, struck, killed, details } = await site.invoke(subject.arn, step, token, strike);
  const succeeded = error === undefined && !killed;
  await look(model, subject, (found) => {
    const { worlds, errors } = predict(step, {
      strategy: site.strategy,
      world: before,
      token,
      databaseIsReachable: !model.networkIsCut,
      found: found.values[token] ?? null,
    });
    // Nobody hears what a process that was killed would have said.
    if (!killed) {
      const possible = struck && error !== undefined ? [...errors, ...DISTURBANCES] : errors;
      const isPossible = error === undefined ? errors.length === 0 : possible.includes(error);
      const outcome = `${step} of ${token} ended with ${error ?? 'success'}`;
      assert(isPossible, `${outcome}, expected ${possible.join(' or ') || 'success'}\n${details}`);
    }
    return succeeded || !struck ? worlds.slice(-1) : worlds;
  });
  return succeeded;
}

/** Goes on with the live rotation as the service does: to the next step after a success, from the first after a failure. */
export async function advance(model: Model, subject: Subject, strike?: Strike): Promise<boolean> {
  const token = liveToken(model);
  assert(token !== undefined, 'no rotation is live');
  const step = ORDER[model.done] ?? 'createSecret';
  const succeeded = await invoke(model, subject, step, token, strike && within(step, subject, strike));
  model.done = succeeded ? model.done + 1 : 0;
  if (liveToken(model) !== token) retire(model, token);
  return succeeded;
}

/** About how many points a step has, so that strikes are seldom beyond its end. */
const POINTS: Readonly<Record<Strategy, Readonly<Record<Step, number>>>> = {
  'single-user': { createSecret: 5, setSecret: 20, testSecret: 9, finishSecret: 14 },
  'alternating-users': { createSecret: 6, setSecret: 40, testSecret: 16, finishSecret: 14 },
};

const within = (step: Step, { site }: Subject, { fault, point }: Strike): Strike => ({
  fault,
  point: 1 + (point % POINTS[site.strategy][step]),
});

export async function start(model: Model, subject: Subject): Promise<void> {
  const before = model.world;
  if (before.pending !== null) retire(model, before.pending);
  const token = await subject.start();
  model.done = 0;
  await look(model, subject, () => [
    { ...before, pending: token, values: { ...before.values, [token]: null } },
  ]);
}

export async function cancel(model: Model, subject: Subject, token: string): Promise<void> {
  const before = model.world;
  await subject.cancel(token);
  retire(model, token);
  await look(model, subject, () => [{ ...before, pending: null }]);
}

/** Whether a rotation is live that still has something to make current. */
export const isUnderWay = ({ world }: Model): boolean =>
  world.pending !== null && world.pending !== world.current;

const describe = (world: World): string => JSON.stringify(world).replaceAll(/v0+/g, 'v');
