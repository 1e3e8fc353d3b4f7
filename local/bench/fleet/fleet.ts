import { openCalendar } from '../../demo/calendar.ts';
import type { Database } from '../../demo/database.ts';
import { mysql } from '../../demo/mysql.ts';
import { postgres } from '../../demo/postgres.ts';
import { openSecrets } from '../../demo/secrets.ts';
import { delayed, startSecretsManager, withQuotas } from '../../secrets-manager/index.ts';
import { buildBenchArtifacts } from '../artifacts.ts';
import { type Machine, thisMachine } from '../machine.ts';
import type { Stage } from '../stage.ts';
import type { FleetOptions } from './arguments.ts';
import { LIMITED } from './connections.ts';
import { type CloneTimes, measureClone } from './grants.ts';
import { createMembers } from './members.ts';
import { openRotationClock } from './rotation-clock.ts';
import { type FleetStage, runWave, type Wave } from './wave.ts';

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
}

/** What of the options decides what is measured. */
type Measured = Pick<FleetOptions, 'secrets' | 'atOnce' | 'connections' | 'grants' | 'latency'>;

const DATABASES: readonly [Database, ...Database[]] = [postgres, mysql];

/** The service documents neither; it waits longer. */
const ATTEMPTS = 10;
const PAUSE_MS = 1_000;

/** @param tell is given a line for each thing that is done */
export async function runFleet(options: Measured, tell: (line: string) => void): Promise<FleetResult> {
  await using resources = new AsyncDisposableStack();
  const fleet = await setFleetStage(options, resources);
  const { stages } = fleet;
  const waves: Wave[] = [];
  for (const atOnce of options.atOnce) {
    const wave = await runWave(fleet, atOnce);
    waves.push(wave);
    tell(`${wave.secrets} secrets, ${atOnce} at a time: ${Math.round(wave.elapsed / 1000)} s`);
    for (const sentence of wave.lost) tell(`  ${sentence}`);
  }
  const clones: CloneTimes[] = [];
  for (const stage of stages) {
    for (const grants of options.grants) {
      clones.push(await measureClone(stage, grants));
      tell(`${stage.server.engine}, a clone with ${grants} grants`);
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
  };
}

async function setFleetStage(options: Measured, resources: AsyncDisposableStack): Promise<FleetStage> {
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
  const share = Math.ceil(options.secrets / running.length);
  const fleets = await Promise.all(
    running.map(({ database, server }) => createMembers(database, server, share)),
  );
  const calendar = openCalendar();
  const clock = openRotationClock();
  const latency = { ms: options.latency };
  // In turn, so that all servers have something to do at any time.
  const members = Array.from({ length: share }, (_, n) => fleets.flatMap((fleet) => fleet[n] ?? [])).flat();
  const secretsManager = resources.use(
    await startSecretsManager({
      secrets: members.map(({ secret }) => secret),
      rotation: { kind: 'invoking', attempts: ATTEMPTS, pauseMs: PAUSE_MS, observe: clock.observe },
      now: calendar.now,
      intercept: delayed(() => latency.ms, withQuotas()),
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
