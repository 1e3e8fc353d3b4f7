import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LOCAL_CREDENTIALS } from '../demo/secrets.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import { coldSample } from './times.ts';

/** From the start of the process. In ms. */
export interface PythonTimes {
  readonly kind: 'measured';
  readonly driver: string;
  readonly boto3: string;
  readonly loaded: Spread;
  readonly firstStep: Spread;
}

/** Measured elsewhere: one of AWS's own functions, on a machine of two cores with local servers. In ms. */
export const STATED = { kind: 'stated', loaded: 340, firstStep: 450 } as const;

const SCRIPT = join(import.meta.dirname, 'first-step.py');
/** The first that is there is taken: those that AWS's own functions have had. */
const DRIVERS = { postgres: ['psycopg2', 'pg8000'], mysql: ['pymysql'] } as const;

/** Two cold starts to the end of the first step. */
export interface PythonComparison {
  /** Of a Python process that imports boto3 and a driver, or what is known of one where there is no such Python. */
  readonly python: PythonTimes | typeof STATED;
  /** From the start of the process. In ms. */
  readonly ours: Spread;
}

/** Measures a cold start of ours and one in Python, in turn, so that whatever else the machine does meets both alike. */
export async function compareWithPython(
  stage: Stage,
  subject: Subject,
  repeat: number,
): Promise<PythonComparison> {
  const driver = DRIVERS[stage.database.functions].find(
    (name) => spawnSync('python3', ['-c', `import boto3, ${name}`]).status === 0,
  );
  const secretArn = await stage.secrets.create(`python-${randomUUID()}`, {
    username: 'python',
    password: 'first',
  });
  const samples = [];
  const ours = [];
  for (let round = 0; round < repeat; round++) {
    ours.push(await coldSample(stage, subject));
    if (driver !== undefined) samples.push(await firstStep(stage, driver, secretArn));
    stage.calendar.nextDay();
  }
  const python: PythonTimes | typeof STATED =
    driver === undefined
      ? STATED
      : {
          kind: 'measured',
          driver,
          boto3: samples[0]?.boto3 ?? '',
          loaded: spreadOf(samples.map(({ loaded }) => loaded)),
          firstStep: spreadOf(samples.map(({ done }) => done)),
        };
  return { python, ours: spreadOf(ours.map(({ times }) => times.firstStep)) };
}

async function firstStep({ secretsManager }: Stage, driver: string, secretArn: string) {
  const started = performance.now();
  const python = spawn('python3', [SCRIPT, driver, secretsManager.endpoint, secretArn, randomUUID()], {
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: process.env['PYTHONPATH'],
      AWS_DEFAULT_REGION: secretsManager.region,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(python, 'exit');
  let boto3 = '';
  let loaded = Number.NaN;
  let done = Number.NaN;
  for await (const line of createInterface({ input: python.stdout })) {
    if (line === 'done') {
      done = performance.now() - started;
    } else {
      loaded = performance.now() - started;
      boto3 = line.replace('loaded boto3 ', '');
    }
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`The first step in Python ended with ${code}.`);
  return { boto3, loaded, done };
}
