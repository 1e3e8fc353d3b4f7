import { openCalendar } from '../../demo/calendar.ts';
import type { Database } from '../../demo/database.ts';
import { mysql } from '../../demo/mysql.ts';
import { postgres } from '../../demo/postgres.ts';
import { openSecrets } from '../../demo/secrets.ts';
import {
  delayed,
  type Interceptor,
  type RotationObserver,
  startSecretsManager,
  withQuotas,
} from '../../secrets-manager/index.ts';
import { buildBenchArtifacts } from '../artifacts.ts';
import { type Machine, thisMachine } from '../machine.ts';
import type { Stage } from '../stage.ts';
import type { FleetOptions } from './arguments.ts';
import { LIMITED } from './connections.ts';
import { type CloneTimes, measureClone } from './grants.ts';
import { createMembers, type Member } from './members.ts';
import { orNote } from './or-note.ts';
import { openRotationClock } from './rotation-clock.ts';
import { type FleetStage, runWave, type Wave } from './wave.ts';
import { runWaves } from './waves.ts';

export interface FleetResult {
  readonly machine: Machine;
  readonly date: string;
  /** In ms. */
  readonly latency: number;
  /** That each server takes. */
  readonly connections: number;
  /** By engine. */
  readonly servers: Readonly<Record<string, string>>;
  readonly waves: readonly Wave[];
  readonly clones: readonly CloneTimes[];
  /** A sentence for each wave and each clone of which nothing is known, with why. */
  readonly unmeasured: readonly string[];
}

/** What rotations take place in, and all that is to be rotated. */
export interface Fleet extends FleetStage {
  readonly members: readonly Member[];
}

/** What of the options decides what is measured. */
export type Measured = Pick<FleetOptions, 'secrets' | 'atOnce' | 'connections' | 'grants' | 'latency'>;

const DATABASES: readonly [Database, ...Database[]] = [postgres, mysql];

/** The service documents neither; it waits longer. */
const ATTEMPTS = 10;
const PAUSE_MS = 2_000;

/**
 * @param tell is given a line for each thing that is done
 * @param open starts the servers and Secrets Manager, and has `resources` end them
 */
export async function runFleet(
  options: Measured,
  tell: (line: string) => void,
  open: (options: Measured, resources: AsyncDisposableStack) => Promise<Fleet> = openFleet,
): Promise<FleetResult> {
  await using resources = new AsyncDisposableStack();
  const fleet = await open(options, resources);
  const { stages, members } = fleet;
  const unmeasured: string[] = [];
  const note = (sentence: string) => {
    unmeasured.push(sentence);
    tell(sentence);
  };
  const run = (some: readonly Member[], atOnce: number) => runWave(fleet, some, atOnce);
  const waves = await runWaves(members, options.atOnce, run, tell, note);
  const clones: CloneTimes[] = [];
  for (const stage of stages) {
    for (const grants of options.grants) {
      const what = `${stage.server.engine}, a clone with ${grants} grants`;
      clones.push(...(await orNote(what, () => measureClone(stage, grants), note)));
      tell(what);
    }
  }
  return {
    machine: thisMachine(),
    date: new Date().toISOString().slice(0, 10),
    latency: options.latency,
    connections: options.connections,
    servers: Object.fromEntries(stages.map(({ server }) => [server.engine, server.version])),
    waves,
    clones,
    unmeasured,
  };
}

/** What a test may see of a fleet, and change. */
export interface FleetDeps {
  readonly intercept: Interceptor;
  readonly observe: RotationObserver;
}

export async function openFleet(
  options: Measured,
  resources: AsyncDisposableStack,
  { intercept, observe }: FleetDeps = { intercept: withQuotas(), observe: () => {} },
): Promise<Fleet> {
  const artifacts = resources.use(await buildBenchArtifacts());
  const running = await Promise.all(
    DATABASES.map(async (database) => {
      const { server, stop } = await database.start({
        settings: LIMITED[database.functions](options.connections),
      });
      resources.defer(stop);
      return { database, server };
    }),
  );
  const share = options.secrets / running.length;
  const fleets = await Promise.all(
    running.map(({ database, server }) => createMembers(database, server, share)),
  );
  const calendar = openCalendar();
  const clock = openRotationClock();
  const latency = { ms: options.latency };
  // In turn, so that all servers have something to do at any time.
  const members = Array.from({ length: share }, (_, n) => fleets.flatMap((fleet) => fleet[n] ?? [])).flat();
  const watch: RotationObserver = (progress) => {
    clock.observe(progress);
    observe(progress);
  };
  const secretsManager = resources.use(
    await startSecretsManager({
      secrets: members.map(({ secret }) => secret),
      rotation: { kind: 'invoking', attempts: ATTEMPTS, pauseMs: PAUSE_MS, observe: watch },
      now: calendar.now,
      intercept: delayed(() => latency.ms, intercept),
    }),
  );
  const secrets = resources.use(openSecrets(secretsManager));
  const stages = running.map(
    (one): Stage => ({ ...one, secretsManager, secrets, calendar, artifacts, latency }),
  );
  const [first, ...others] = stages;
  if (first === undefined) throw new Error('A fleet needs a server.');
  return { stages: [first, ...others], members, clock };
}
