import { Fault, HostUnreachable, PasswordRefused, type RotationStrategy, STEPS } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../functions/engines/engine.ts';
import { alternatingUsers } from '../../functions/strategies/alternating-users.ts';
import { singleUser } from '../../functions/strategies/single-user.ts';
import { CANARY } from './support/canaries.ts';
import { accepts, type FakeDatabase, fakeDatabase, type Watch } from './support/fake-database.ts';
import { startProcess } from './support/invoke.ts';
import { NEW_VERSION, OLD_VERSION, rotationEvent, SUPERUSER_ARN } from './support/rotation-event.ts';
import { parsed } from './support/secret-values.ts';
import { begunRotation, type Secret, serve, service } from './support/secrets-manager.ts';

/* Whole rotations with the real handler, steps, store and strategies, between two models: of the service and of a database. */

interface Kind {
  readonly name: string;
  readonly strategyFor: (engine: Engine) => RotationStrategy;
  /** Whether applications that hold AWSCURRENT can log in at every moment, or only somebody who finds the right version. */
  readonly alwaysAvailable: boolean;
  /** Where the database is about to take the new password. */
  readonly change: string;
  readonly lock: string;
  /** How often setSecret takes it. */
  readonly locks: number;
  /** How a clean rotation calls the service besides what every rotation does. */
  readonly moreReads: number;
  readonly lists: number;
}

const KINDS: readonly Kind[] = [
  {
    name: 'a single user',
    strategyFor: singleUser,
    alwaysAvailable: false,
    change: 'before app changes its password',
    lock: 'secrets-rotation ["app"]',
    locks: 1,
    moreReads: 0,
    lists: 0,
  },
  {
    name: 'alternating users',
    strategyFor: alternatingUsers,
    alwaysAvailable: true,
    change: 'before admin opens app_clone',
    lock: 'secrets-rotation ["app","app_clone"]',
    // In the session of AWSCURRENT and in the superuser's.
    locks: 2,
    // AWSPREVIOUS, which is not there before a first rotation, so that there is none to inherit; and the superuser secret.
    moreReads: 3,
    lists: 1,
  },
];

/** Where Lambda runs the steps. Only in one process does a step know what the one before has read. */
const PLACES = [
  { place: 'in one process', inOneProcess: true, describes: 4, reads: 1 },
  { place: 'with a process for every step', inOneProcess: false, describes: 6, reads: 7 },
] as const;
type Place = (typeof PLACES)[number];

const CASES = KINDS.flatMap((kind) => PLACES.map((place) => ({ ...kind, ...place })));
type Case = Kind & Place;

const SERVER = { host: 'db', port: 1, username: 'app' };
const NEWER_VERSION = 'dddddddd-0000-4000-8000-00000000000d';

interface Lab {
  readonly secret: Secret;
  readonly database: FakeDatabase;
  /**
   * Runs the four steps until one fails, as the service does; with twins, two invocations of each at once, neither of
   * which may fail. What should hold at each point and did not is thrown.
   */
  rotate(options?: { watch?: Watch; token?: string; twins?: boolean }): Promise<'finished' | 'failed'>;
}

function labOf({ strategyFor, alwaysAvailable, inOneProcess }: Case): Lab {
  const secret = begunRotation();
  const database = fakeDatabase({
    app: { password: CANARY.current, traits: ['read'] },
    admin: { password: CANARY.superuser },
  });
  const strategy = strategyFor(database.engine);
  const environment = { ...(alwaysAvailable && { SUPERUSER_SECRET_ARN: SUPERUSER_ARN }) };

  return {
    secret,
    database,
    async rotate({ watch, token = NEW_VERSION, twins = false } = {}) {
      const broken: string[] = [];
      const look: Watch = (point) => {
        const works = alwaysAvailable ? currentLogsIn(secret, database) : anyLogsIn(secret, database);
        if (!works) broken.push(point);
        watch?.(point);
      };
      serve(secret, { watch: look });
      database.watch = look;
      let outcome: 'finished' | 'failed' = 'finished';
      const aProcess = () => startProcess({ strategy, environment });
      const shared = aProcess();
      for (const step of STEPS) {
        const event = rotationEvent(step, { ClientRequestToken: token });
        const start = () => (inOneProcess ? shared : aProcess()).invoke(event);
        const outcomes = await Promise.allSettled(twins ? [start(), start()] : [start()]);
        if (outcomes.some(({ status }) => status === 'rejected')) outcome = 'failed';
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

function callsMade(): Record<string, number> {
  const made: Record<string, number> = {};
  for (const { args } of service.calls()) {
    const { name } = args[0].constructor;
    made[name] = (made[name] ?? 0) + 1;
  }
  return made;
}

function assertFinished({ secret, database }: Lab, token = NEW_VERSION): void {
  expect(holder(secret, 'AWSCURRENT')).toBe(token);
  expect(holder(secret, 'AWSPENDING')).toBe('');
  expect(currentLogsIn(secret, database)).toBe(true);
  expect(database.openSessions()).toBe(0);
}

/** All points of a clean rotation, in their order. */
async function pointsOf(kind: Case): Promise<(readonly [number, string])[]> {
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
    throw new HostUnreachable(SERVER, new Fault('cut off'));
  };
}

function cancel(secret: Secret): void {
  const cancelled = secret[NEW_VERSION];
  if (cancelled !== undefined) cancelled.stages = cancelled.stages.filter((stage) => stage !== 'AWSPENDING');
}

/** What the service does when a rotation is cancelled and another one is started. */
function startAnew(secret: Secret): void {
  cancel(secret);
  secret[NEWER_VERSION] = { stages: ['AWSPENDING'] };
}

describe.each(CASES)('a rotation of $name, $place', async (kind) => {
  const points = await pointsOf(kind);

  const firstPrevious = points.find(([, point]) => point.endsWith('GetSecretValue of AWSPREVIOUS'))?.[0];
  /**
   * Whether a label was moved or the proposal stored is looked up within the step, and AWSPREVIOUS, which createSecret reads
   * ahead for setSecret, is read again; every other answer is missed.
   */
  const isLookedUp = (point: string, index: number) =>
    ['after UpdateSecretVersionStage', 'after PutSecretValue'].includes(point) || index === firstPrevious;

  it('leads to a new AWSCURRENT that logs in, without a rejected login', async () => {
    const lab = labOf(kind);
    expect(await lab.rotate()).toBe('finished');
    assertFinished(lab);
    expect(holder(lab.secret, 'AWSPREVIOUS')).toBe(OLD_VERSION);
    expect(lab.database.events.filter((event) => event.endsWith('is rejected'))).toEqual([]);
    expect(callsMade()).toEqual({
      DescribeSecretCommand: kind.describes,
      GetSecretValueCommand: kind.reads + kind.moreReads,
      GetRandomPasswordCommand: 1,
      PutSecretValueCommand: 1,
      UpdateSecretVersionStageCommand: 2,
      ...(kind.lists > 0 && { ListSecretVersionIdsCommand: kind.lists }),
    });
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

  it.each(points)(
    'that loses one answer at point %i, %s, ends well when it is run again',
    async (index, point) => {
      const lab = labOf(kind);
      const outcome = isLookedUp(point, index) ? 'finished' : 'failed';
      expect(await lab.rotate({ watch: cutOff(index, false) })).toBe(outcome);
      if (outcome === 'finished') assertFinished(lab);
      expect(await lab.rotate()).toBe('finished');
      assertFinished(lab);
    },
  );

  it.each(points)('cancelled at point %i, %s, makes way for another', async (index) => {
    const lab = labOf(kind);
    await lab.rotate({ watch: cutOff(index, true) });
    startAnew(lab.secret);
    expect(await lab.rotate({ token: NEWER_VERSION })).toBe('finished');
    assertFinished(lab, NEWER_VERSION);
  });

  it('changes nothing when it is cancelled while it waits for its turn', async () => {
    const lab = labOf(kind);
    const before = structuredClone(lab.database.users);
    const watch: Watch = (point) => {
      if (point.endsWith('takes the lock')) cancel(lab.secret);
    };
    expect(await lab.rotate({ watch })).toBe('failed');
    expect(lab.database.users).toEqual(before);
    expect(lab.database.locks).toEqual(Array(kind.locks).fill(kind.lock));
    expect(lab.database.openSessions()).toBe(0);
  });

  it('makes way for another when the database refuses its password', async () => {
    const lab = labOf(kind);
    const refuse: Watch = (point) => {
      if (point === kind.change) throw new PasswordRefused(SERVER, 'app', new Fault('too weak'));
    };
    expect(await lab.rotate({ watch: refuse })).toBe('failed');
    expect(holder(lab.secret, 'AWSPENDING')).toBe('');
    expect(holder(lab.secret, 'AWSCURRENT')).toBe(OLD_VERSION);
    expect(currentLogsIn(lab.secret, lab.database)).toBe(true);

    startAnew(lab.secret);
    expect(await lab.rotate({ token: NEWER_VERSION })).toBe('finished');
    assertFinished(lab, NEWER_VERSION);
  });

  it('ends well when every step has a twin', async () => {
    const lab = labOf(kind);
    expect(await lab.rotate({ twins: true })).toBe('finished');
    assertFinished(lab);
    // Those of two setSecret and of two finishSecret.
    expect(lab.database.locks).toEqual(Array(2 * (kind.locks + 1)).fill(kind.lock));
  });

  it('ends well when every step has a twin and the database takes no password a second time', async () => {
    const lab = labOf(kind);
    let refusals = 0;
    const watch: Watch = (point) => {
      if (point !== kind.change || !logsIn(lab.secret[NEW_VERSION]?.text, lab.database)) return;
      refusals += 1;
      throw new PasswordRefused(SERVER, 'app', new Fault('used before'));
    };
    expect(await lab.rotate({ watch, twins: true })).toBe('finished');
    assertFinished(lab);
    expect(refusals).toBe(1);
  });
});
