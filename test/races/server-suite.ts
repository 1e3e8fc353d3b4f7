import { STEPS, type Step } from '@rotation/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { secretOf, type Version } from '../faults/secret.ts';
import { type SetupName, setupOf } from '../faults/setup.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';
import { type Findings, openFindings, wordsOf } from './findings.ts';
import { gatedFunction } from './gated-function.ts';
import { openLiveGates } from './live-gates.ts';
import { memoryService } from './memory-service.ts';
import { PAIRS, stepsBefore } from './pairs.ts';

/** Orders of each race. All of them are tried on a model of the database; here is shown that servers do as the model does. */
const ORDERS = 2;

/** Two invocations at once on a real server, in orders that fast-check makes up: of one rotation, or of two. */
export function describeRaces(server: DatabaseServer, setupName: SetupName): void {
  const { strategy, hasTwoPasswords, keepsCurrent } = setupOf(setupName);
  const database = testDatabase(server);
  const { host, port } = server;
  const place = { engine: database.secretEngine, host, port };

  async function openLab() {
    const service = memoryService();
    const user = { username: uniqueName(), password: 'Initial-password-1' };
    await database.createUser(user.username, user.password);
    if (hasTwoPasswords) {
      await database.sql(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${database.literal(user.username)}@'%'`);
    }
    const alternating = strategy === 'alternating-users';
    const masterarn = alternating && secretOf(service, { ...place, ...server.superuser }).arn;
    const secret = secretOf(service, { ...place, ...user, ...(masterarn && { masterarn }) });
    const gates = openLiveGates();
    const environment = { DATABASE_CA: server.ca, SUPERUSER_SECRET_ARN: '*' };
    const { engine } = database;
    const run = gatedFunction({
      ...{ strategy, engine, service, environment, secretArn: secret.arn },
      pass: gates.pass,
      locked: gates.locked,
    });
    return {
      secret,
      gates,
      run,
      async [Symbol.asyncDispose]() {
        for (const name of [`${user.username}_clone`, user.username]) await database.dropUser(name);
      },
    };
  }

  type Lab = Awaited<ReturnType<typeof openLab>>;

  const turnsBy = (choices: Iterator<number>) => ({
    next: (ready: readonly string[]) => ready[(choices.next().value ?? 0) % ready.length] ?? '',
  });

  async function expectHealth({ secret }: Lab, token: string): Promise<void> {
    const current = secret.labelled('AWSCURRENT');
    expect(current?.id).toBe(token);
    expect(secret.labelled('AWSPENDING')).toBeUndefined();
    expect(await logsIn(current)).toBe(true);
  }

  async function logsIn(version: Version | undefined): Promise<boolean> {
    const { username = '', password = '' } = version?.value ?? {};
    return database.logsIn(username, password);
  }

  /** Meanwhile an application reads the secret and logs in, over and over, and is never rejected where that is promised: I1. */
  async function whileInUse(
    { secret, gates }: Lab,
    findings: Findings,
    race: () => Promise<void>,
  ): Promise<void> {
    let isOver = !keepsCurrent;
    const use = async () => {
      while (!isOver) {
        const current = secret.labelled('AWSCURRENT');
        const isRejected = !(await logsIn(current)) && secret.labelled('AWSCURRENT')?.id === current?.id;
        if (isRejected) findings.add('AWSCURRENT is rejected', gates.trace());
      }
    };
    const used = use();
    try {
      await race();
    } finally {
      isOver = true;
    }
    await used;
  }

  /** In time for both: each succeeds, whether it does the work or finds it done, or says that the rotation is over. */
  async function raceTwins(
    earlier: Step,
    later: Step,
    choices: Iterator<number>,
  ): Promise<readonly string[]> {
    await using lab = await openLab();
    const { secret, gates, run } = lab;
    const findings = openFindings();
    const token = secret.stage();
    for (const step of stepsBefore(later)) await run('before', step, token);
    const invoke = async (who: string, step: Step) => {
      try {
        await run(who, step, token);
      } catch (error) {
        const isOver = secret.labelled('AWSCURRENT')?.id === token;
        const isTrue = isOver && wordsOf(error).startsWith('TokenNotPending');
        if (!isTrue) findings.add(`${who}: ${wordsOf(error)}`, gates.trace());
      }
    };
    await whileInUse(lab, findings, () =>
      gates.play(
        turnsBy(choices),
        { one: () => invoke('one', earlier), other: () => invoke('other', later) },
        () => {},
      ),
    );
    for (const step of STEPS) await run('finally', step, token);
    await expectHealth(lab, token);
    return findings.list();
  }

  /** The rotation is given up under a step, and another started: what the late one does loses no login, and the next succeeds. */
  async function raceLate(late: Step, choices: Iterator<number>): Promise<readonly string[]> {
    await using lab = await openLab();
    const { secret, gates, run } = lab;
    const findings = openFindings();
    const abandoned = secret.stage();
    for (const step of stepsBefore(late)) await run('before', step, abandoned);
    await whileInUse(lab, findings, () =>
      gates.play(
        turnsBy(choices),
        {
          late: () => run('late', late, abandoned).catch(() => {}),
          async new() {
            await gates.pass('new', 'the rotation is replaced');
            secret.stripPending();
            const token = secret.stage();
            for (const step of STEPS) if (!(await succeeds(run('new', step, token)))) return;
          },
        },
        () => {},
      ),
    );
    if (keepsCurrent) {
      expect(await logsIn(secret.labelled('AWSCURRENT')), gates.trace().join('\n')).toBe(true);
    }
    secret.stripPending();
    const token = secret.stage();
    for (const step of STEPS) await run('finally', step, token);
    await expectHealth(lab, token);
    return findings.list();
  }

  describe(`${setupName}: two invocations with one token`, () => {
    it.each(PAIRS)('%s and %s', async (earlier, later) => {
      const property = fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 1 })), async (choices) => {
        const found = await raceTwins(earlier, later, choices);
        expect(found, found.join('\n')).toEqual([]);
      });
      await fc.assert(property, { numRuns: ORDERS, seed: 1, endOnFailure: true });
    });
  });

  describe(`${setupName}: an invocation whose rotation was replaced`, () => {
    it.each(STEPS)('%s', async (late) => {
      const property = fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 1 })), async (choices) => {
        const found = await raceLate(late, choices);
        expect(found, found.join('\n')).toEqual([]);
      });
      await fc.assert(property, { numRuns: ORDERS, seed: 1, endOnFailure: true });
    });
  });
}

const succeeds = (work: Promise<void>) =>
  work.then(
    () => true,
    () => false,
  );
