import { Fault, HostUnreachable, type RotationStrategy, STEPS } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../functions/engines/engine.ts';
import { alternatingUsers } from '../../functions/strategies/alternating-users.ts';
import { singleUser } from '../../functions/strategies/single-user.ts';
import { CANARY } from './support/canaries.ts';
import { accepts, type FakeDatabase, fakeDatabase, type Watch } from './support/fake-database.ts';
import { startStep } from './support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent, SUPERUSER_ARN } from './support/rotation-event.ts';
import { parsed } from './support/secret-values.ts';
import { begunRotation, type Secret, serve } from './support/secrets-manager.ts';

/* Whole rotations with the real handler, steps, store and strategies, between two models: of the service and of a database. */

interface Kind {
  readonly name: string;
  readonly strategyFor: (engine: Engine) => RotationStrategy;
  /** Whether applications that hold AWSCURRENT can log in at every moment, or only somebody who finds the right version. */
  readonly alwaysAvailable: boolean;
}

const KINDS: readonly Kind[] = [
  { name: 'a single user', strategyFor: singleUser, alwaysAvailable: false },
  { name: 'alternating users', strategyFor: alternatingUsers, alwaysAvailable: true },
];

const NEWER_VERSION = 'dddddddd-0000-4000-8000-00000000000d';

interface Lab {
  readonly secret: Secret;
  readonly database: FakeDatabase;
  /** Runs the four steps until one fails, as the service does. What should hold at each point and did not is thrown. */
  rotate(options?: { watch?: Watch; token?: string }): Promise<'finished' | 'failed'>;
}

function labOf({ strategyFor, alwaysAvailable }: Kind): Lab {
  const secret = begunRotation();
  const database = fakeDatabase({
    app: { password: CANARY.current, rights: ['read'] },
    admin: { password: CANARY.superuser },
  });
  const strategy = strategyFor(database.engine);
  const environment = { SUPERUSER_SECRET_ARN: SUPERUSER_ARN };

  return {
    secret,
    database,
    async rotate({ watch, token = NEW_VERSION } = {}) {
      const broken: string[] = [];
      const look: Watch = (point) => {
        const works = alwaysAvailable ? currentLogsIn(secret, database) : anyLogsIn(secret, database);
        if (!works) broken.push(point);
        watch?.(point);
      };
      serve(secret, { watch: look });
      database.watch = look;
      let outcome: 'finished' | 'failed' = 'finished';
      for (const step of STEPS) {
        const event = rotationEvent(step, { ClientRequestToken: token });
        const { work } = startStep(step, { strategy, environment, event });
        outcome = await work.then(
          () => 'finished',
          () => 'failed',
        );
        if (outcome === 'failed') break;
      }
      expect(broken).toEqual([]);
      return outcome;
    },
  };
}

const holder = (secret: Secret, stage: string) =>
  Object.keys(secret).find((id) => secret[id]?.stages.includes(stage)) ?? '';

function logsIn(text: string | undefined, { users }: FakeDatabase): boolean {
  if (text === undefined) return false;
  const { username, password } = parsed('any', JSON.parse(text) as Record<string, unknown>);
  return accepts(users[username], password);
}
const currentLogsIn = (secret: Secret, database: FakeDatabase) =>
  logsIn(secret[holder(secret, 'AWSCURRENT')]?.text, database);
const anyLogsIn = (secret: Secret, database: FakeDatabase) =>
  Object.values(secret).some(({ text }) => logsIn(text, database));

function assertFinished({ secret, database }: Lab, token = NEW_VERSION): void {
  expect(holder(secret, 'AWSCURRENT')).toBe(token);
  expect(holder(secret, 'AWSPENDING')).toBe('');
  expect(currentLogsIn(secret, database)).toBe(true);
  expect(database.openSessions()).toBe(0);
}

/** All points of a clean rotation, in their order. */
async function pointsOf(kind: Kind): Promise<(readonly [number, string])[]> {
  const points: string[] = [];
  await labOf(kind).rotate({ watch: (point) => void points.push(point) });
  return points.map((point, index) => [index, point] as const);
}

/** Cuts the work off at one point; a function that died takes nothing up again. */
function cutOff(at: number, staysDead: boolean): Watch {
  let passed = 0;
  return () => {
    const here = passed++;
    if (here !== at && !(staysDead && here > at)) return;
    throw new HostUnreachable({ host: 'db', port: 1, username: 'app' }, new Fault('cut off'));
  };
}

/** What the service does when a rotation is cancelled and another one is started. */
function startAnew(secret: Secret): void {
  const cancelled = secret[NEW_VERSION];
  if (cancelled !== undefined) cancelled.stages = cancelled.stages.filter((stage) => stage !== 'AWSPENDING');
  secret[NEWER_VERSION] = { stages: ['AWSPENDING'] };
}

describe.each(KINDS)('a rotation of $name', async (kind) => {
  const points = await pointsOf(kind);

  it('leads to a new AWSCURRENT that logs in, without a rejected login', async () => {
    const lab = labOf(kind);
    expect(await lab.rotate()).toBe('finished');
    assertFinished(lab);
    expect(holder(lab.secret, 'AWSPREVIOUS')).toBe(OLD_VERSION);
    expect(lab.database.events.filter((event) => event.endsWith('is rejected'))).toEqual([]);
  });

  it('run twice is the same as run once', async () => {
    const lab = labOf(kind);
    await lab.rotate();
    const once = structuredClone([lab.secret, lab.database.users]);
    expect(await lab.rotate()).toBe('finished');
    expect([lab.secret, lab.database.users]).toEqual(once);
  });

  it('can be followed by another', async () => {
    const lab = labOf(kind);
    await lab.rotate();
    startAnew(lab.secret);
    expect(await lab.rotate({ token: NEWER_VERSION })).toBe('finished');
    assertFinished(lab, NEWER_VERSION);
  });

  it.each(points)('whose function dies at point %i, %s, ends well when it is run again', async (index) => {
    const lab = labOf(kind);
    expect(await lab.rotate({ watch: cutOff(index, true) })).toBe('failed');
    expect(await lab.rotate()).toBe('finished');
    assertFinished(lab);
  });

  it.each(points)('that loses one answer at point %i, %s, ends well when it is run again', async (index) => {
    const lab = labOf(kind);
    expect(await lab.rotate({ watch: cutOff(index, false) })).toBe('failed');
    expect(await lab.rotate()).toBe('finished');
    assertFinished(lab);
  });

  const makesWay = async (index: number) => {
    const lab = labOf(kind);
    await lab.rotate({ watch: cutOff(index, true) });
    startAnew(lab.secret);
    expect(await lab.rotate({ token: NEWER_VERSION })).toBe('finished');
    assertFinished(lab, NEWER_VERSION);
  };
  const lost = kind.alwaysAvailable ? [] : points.filter(([index]) => isLostWhenCancelled(points, index));

  it.each(points.filter((point) => !lost.includes(point)))(
    'cancelled at point %i, %s, makes way for another',
    makesWay,
  );

  /* Known gap: the password is then in a version without a label, which is not tried. Move these to the table above. */
  it.fails.each(lost)('cancelled at point %i, %s, makes way for another', makesWay);
});

/** From the change of the password to the move of AWSCURRENT. */
function isLostWhenCancelled(points: readonly (readonly [number, string])[], index: number): boolean {
  const names = points.map(([, point]) => point);
  const changed = names.indexOf('after app changes its password');
  const moved = names.indexOf('after UpdateSecretVersionStage');
  return index >= changed && index < moved;
}
