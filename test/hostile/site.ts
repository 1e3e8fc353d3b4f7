import { STEPS, type Step } from '@rotation/core';
import { expect } from 'vitest';
import { type LabOptions, openLab, type StrategyName } from '../support/rotation-lab.ts';
import { type TestDatabase, uniqueName } from '../support/test-database.ts';

/** What an invocation may take that is in trouble, and one that is not, on a machine that may be busy. In ms. */
const SHORT_TIMEOUT = 5_000;
const LONG_TIMEOUT = 30_000;
const PASSWORD = 'Initial-canary-1';

export interface SiteOptions extends LabOptions {
  readonly strategy?: StrategyName;
  /** What the secret says besides the login. */
  readonly place?: object;
}

/** A user, its secret and one rotation of it under way. */
export interface Site extends AsyncDisposable {
  readonly lab: Awaited<ReturnType<typeof openLab>>;
  readonly secretArn: string;
  readonly username: string;
  run(step: Step): Promise<void>;
  /** What a step fails with that has little time; undefined when it succeeds. */
  failureOf(step: Step): Promise<unknown>;
  /** Whether a stored version's login works, past whatever is in the function's way. */
  logsIn(stage: string): Promise<boolean>;
  /** Looks whether some stored version logs in, past whatever is in the function's way. */
  expectNothingLost(): Promise<void>;
  /** Looks whether AWSCURRENT logs in, no rotation is under way, and nothing secret was logged. */
  expectHealth(): Promise<void>;
  /** Stores a login, as a person does. */
  store(value: object): Promise<void>;
  /** Runs all steps again, now that nothing is in the way, and looks whether all is well. */
  expectRecovery(): Promise<void>;
}

export async function openSite(database: TestDatabase, options: SiteOptions = {}): Promise<Site> {
  const { strategy = 'single-user', place, ...labOptions } = options;
  let timeout = LONG_TIMEOUT;
  const lab = await openLab(database, strategy, { functionTimeout: () => timeout, ...labOptions });
  const username = uniqueName();
  await database.createUser(username, PASSWORD);
  const { superuser } = database.server;
  const masterarn =
    strategy === 'alternating-users' ? await lab.createSecret({ ...superuser, ...place }) : undefined;
  const secretArn = await lab.createSecret({ username, password: PASSWORD, masterarn, ...place });
  const run = await lab.stepsOf(secretArn);

  async function failureOf(step: Step): Promise<unknown> {
    timeout = SHORT_TIMEOUT;
    try {
      await run(step);
      return undefined;
    } catch (error) {
      return error;
    } finally {
      timeout = LONG_TIMEOUT;
    }
  }

  async function logsIn(stage: string): Promise<boolean> {
    const { username, password } = await lab.readSecret(secretArn, stage);
    return database.logsIn(username, password);
  }

  async function expectHealth(): Promise<void> {
    expect(await logsIn('AWSCURRENT')).toBe(true);
    const labels = Object.values(await lab.labels(secretArn)).flat();
    expect(labels.sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    expect(lab.output()).not.toContain('canary');
  }

  return {
    lab,
    secretArn,
    username,
    run,
    failureOf,
    logsIn,
    async expectNothingLost() {
      const stages = Object.values(await lab.labels(secretArn)).flat();
      const works: boolean[] = [];
      // One after the other: a change that the server is still about to make leads from AWSCURRENT to AWSPENDING.
      for (const stage of ['AWSPREVIOUS', 'AWSCURRENT', 'AWSPENDING']) {
        if (stages.includes(stage)) works.push(await logsIn(stage).catch(() => false));
      }
      expect(works).toContain(true);
    },
    expectHealth,
    async expectRecovery() {
      for (const step of STEPS) await run(step);
      await expectHealth();
    },
    async store(value) {
      const { secretEngine: engine, server } = database;
      const SecretString = JSON.stringify({ engine, host: server.host, port: server.port, ...value });
      await lab.api.putSecretValue({ SecretId: secretArn, SecretString });
    },
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      for (const name of [`${username}_clone`, username]) await database.dropUser(name);
    },
  };
}
