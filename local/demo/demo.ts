import { startSecretsManager } from '../secrets-manager/index.ts';
import type { DatabaseServer } from '../servers/database-server.ts';
import type { DemoOptions } from './arguments.ts';
import { buildArtifacts } from './artifacts.ts';
import { openCalendar } from './calendar.ts';
import type { Database } from './database.ts';
import { handoverOf } from './handover.ts';
import { mariadb, mysql } from './mysql.ts';
import type { Observation, Strategy } from './observation.ts';
import { postgres } from './postgres.ts';
import { showProgress } from './progress.ts';
import { brokenPromises, PROMISES } from './promises.ts';
import { promiseLines, resultLines, verdict } from './report.ts';
import { runScenario } from './scenario.ts';
import { APPLICATIONS } from './set-up.ts';
import type { Stage } from './stage.ts';
import { WORDS } from './strategy-words.ts';
import { runTasks } from './tasks.ts';
import type { Terminal } from './terminal.ts';

const DATABASES: Readonly<Record<DemoOptions['engine'], Database>> = { postgres, mysql, mariadb };

/** Runs the whole demo. Resolves with whether every promise held; nothing that it started is left. */
export async function runDemo(options: DemoOptions, terminal: Terminal): Promise<boolean> {
  const started = performance.now();
  const { paint } = terminal;
  await using resources = new AsyncDisposableStack();
  const database = DATABASES[options.engine];
  terminal.line();
  terminal.line(`  ${paint('bold', `Secrets rotation on ${database.title}`)}`);
  terminal.line(`  Real passwords change, through the built functions, while a client keeps logging in.`);
  terminal.line();
  const stage = await setStage(database, resources, terminal);

  const observations: Observation[] = [];
  let broken = 0;
  for (const strategy of options.strategies) {
    const observation = await rotate(stage, strategy, options.rotations, terminal);
    const promises = brokenPromises(observation);
    terminal.line();
    for (const line of promiseLines(observation, promises, paint)) terminal.line(line);
    observations.push(observation);
    broken += promises.length;
  }
  const promises = observations.reduce((sum, { handover }) => sum + PROMISES[handover].length, 0);
  terminal.line();
  for (const line of resultLines(observations, paint)) terminal.line(line);
  terminal.line();
  terminal.line(verdict(promises, broken, performance.now() - started, paint));
  terminal.line();
  return broken === 0;
}

/** Builds the functions and starts the servers, side by side. */
async function setStage(
  database: Database,
  resources: AsyncDisposableStack,
  terminal: Terminal,
): Promise<Stage> {
  const calendar = openCalendar();
  const secretsManager = resources.use(
    await startSecretsManager({ rotation: { kind: 'invoking' }, now: calendar.now }),
  );
  const stage: { -readonly [Key in keyof Stage]?: Stage[Key] } = {};
  await runTasks(
    [
      {
        title: 'Building the layer and the functions',
        async run() {
          stage.artifacts = resources.use(await buildArtifacts());
          return 'Layer and functions built, as for Lambda';
        },
      },
      {
        title: `Starting ${database.title}`,
        async run() {
          const { server, stop } = await database.start();
          resources.defer(stop);
          stage.server = server;
          return `${database.title} ${versionNumber(server)} on ${server.host}:${server.port}, TLS, ${database.authentication}`;
        },
      },
    ],
    terminal,
  );
  const { artifacts, server } = stage;
  if (!artifacts || !server) throw new Error('The stage is not set.');
  terminal.line(`  ${terminal.paint('green', '✔')} Secrets Manager on ${secretsManager.endpoint}`);
  return { database, server, secretsManager, calendar, artifacts };
}

/** MariaDB's version goes on with the name of the build. */
function versionNumber({ version }: DatabaseServer): string {
  return version.match(/^[\d.]+/)?.[0] ?? version;
}

function rotate(stage: Stage, strategy: Strategy, wanted: number, terminal: Terminal): Promise<Observation> {
  const handover = handoverOf(strategy, stage.database);
  const { title, explanation } = WORDS[handover];
  terminal.line();
  terminal.line(`  ${terminal.paint('bold', title)}`);
  for (const line of explanation(APPLICATIONS[strategy])) terminal.line(`  ${line}`);
  terminal.line();
  return runScenario(stage, strategy, wanted, (client) => showProgress(handover, wanted, client, terminal));
}
