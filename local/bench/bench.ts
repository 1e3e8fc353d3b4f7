import { openCalendar } from '../demo/calendar.ts';
import type { Database } from '../demo/database.ts';
import { mariadb, mysql } from '../demo/mysql.ts';
import { STRATEGIES, type Strategy } from '../demo/observation.ts';
import { postgres } from '../demo/postgres.ts';
import { openSecrets } from '../demo/secrets.ts';
import { delayed, startSecretsManager } from '../secrets-manager/index.ts';
import type { DatabaseServer } from '../servers/database-server.ts';
import type { BenchOptions } from './arguments.ts';
import { type ArtifactSize, sizeOf } from './artifact-sizes.ts';
import { type BenchArtifacts, buildBenchArtifacts, DRIVERS } from './artifacts.ts';
import { type Machine, thisMachine } from './machine.ts';
import { compareWithPython, type PythonComparison } from './python.ts';
import { SERVER_SETTINGS } from './server-work.ts';
import type { Stage } from './stage.ts';
import { floorSubject, rotationSubject } from './subject.ts';
import { measure, type Times } from './times.ts';
import { countWork, countWorkApart, type RotationWork } from './work.ts';

/** One strategy on one server. */
export interface CaseResult {
  readonly engine: DatabaseServer['engine'];
  readonly strategy: Strategy;
  /** With all steps in one process. */
  readonly work: RotationWork;
  /** With a process for each step. */
  readonly workApart: RotationWork;
  readonly floorWork: RotationWork;
  readonly byLatency: readonly {
    /** In ms. */
    readonly latency: number;
    readonly rotation: Times;
    readonly floor: Times;
  }[];
}

export interface PythonResult extends PythonComparison {
  readonly functions: Database['functions'];
  /** In ms. */
  readonly latency: number;
}

export interface BenchResult {
  readonly machine: Machine;
  readonly date: string;
  readonly repeat: number;
  /** By engine. */
  readonly servers: Readonly<Record<string, string>>;
  readonly sizes: readonly ArtifactSize[];
  readonly cases: readonly CaseResult[];
  readonly python: readonly PythonResult[];
}

/** What of the options decides what is measured. */
type Measured = Pick<BenchOptions, 'engines' | 'latencies' | 'repeat'>;

const DATABASES: Readonly<Record<DatabaseServer['engine'], Database>> = { postgres, mysql, mariadb };

/** @param tell is given a line for each thing that is done */
export async function runBench(options: Measured, tell: (line: string) => void): Promise<BenchResult> {
  await using artifacts = await buildBenchArtifacts();
  const servers: Record<string, string> = {};
  const cases: CaseResult[] = [];
  const python: PythonResult[] = [];
  for (const engine of options.engines) {
    await using resources = new AsyncDisposableStack();
    const stage = await setStage(engine, artifacts, resources);
    servers[engine] = stage.server.version;
    tell(`${engine} ${stage.server.version}`);
    for (const strategy of STRATEGIES) {
      cases.push(await runCase(stage, strategy, options));
      tell(`  ${strategy}: measured`);
    }
    // MariaDB is rotated by MySQL's functions.
    if (engine === 'mariadb') continue;
    stage.latency.ms = 0;
    const subject = await rotationSubject(stage, 'single-user', 'beside_python');
    for (const latency of options.latencies) {
      stage.latency.ms = latency;
      const comparison = await compareWithPython(stage, subject, options.repeat);
      python.push({ functions: stage.database.functions, latency, ...comparison });
      tell(`  Python at ${latency} ms: ${comparison.python.kind}`);
    }
  }
  return {
    machine: thisMachine(),
    date: new Date().toISOString().slice(0, 10),
    repeat: options.repeat,
    servers,
    sizes: await sizesOf(artifacts),
    cases,
    python,
  };
}

async function setStage(
  engine: DatabaseServer['engine'],
  artifacts: BenchArtifacts,
  resources: AsyncDisposableStack,
): Promise<Stage> {
  const database = DATABASES[engine];
  const calendar = openCalendar();
  const latency = { ms: 0 };
  const { server, stop } = await database.start({ settings: SERVER_SETTINGS[engine] });
  resources.defer(stop);
  const secretsManager = resources.use(
    await startSecretsManager({
      rotation: { kind: 'invoking', attempts: 1 },
      now: calendar.now,
      intercept: delayed(() => latency.ms),
    }),
  );
  const secrets = resources.use(openSecrets(secretsManager));
  return { database, server, secretsManager, secrets, calendar, artifacts, latency };
}

async function runCase(
  stage: Stage,
  strategy: Strategy,
  { latencies, repeat }: Measured,
): Promise<CaseResult> {
  stage.latency.ms = 0;
  const rotation = await rotationSubject(stage, strategy);
  const work = await countWork(stage, rotation);
  const workApart = await countWorkApart(stage, rotation);
  const floor = await floorSubject(stage, strategy, work.callsByStep);
  const floorWork = await countWork(stage, floor);
  const byLatency = [];
  for (const latency of latencies) {
    stage.latency.ms = latency;
    byLatency.push({ latency, ...(await measure(stage, { rotation, floor }, repeat)) });
  }
  return { engine: stage.server.engine, strategy, work, workApart, floorWork, byLatency };
}

function sizesOf({ functionFolder, floorFolder, layerFolder }: BenchArtifacts): Promise<ArtifactSize[]> {
  const names = DRIVERS.flatMap((functions) => STRATEGIES.map((strategy) => `${functions}-${strategy}`));
  return Promise.all([
    sizeOf('layer', layerFolder),
    ...names.map((name) => sizeOf(name, functionFolder(name))),
    ...DRIVERS.map((driver) => sizeOf(`floor, ${driver}`, floorFolder(driver))),
  ]);
}
