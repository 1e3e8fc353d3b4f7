import { STEPS } from '@rotation/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { failureOf, type Lab, openLab, type StrategyName } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

/** What a rotation comes back from, and what an invocation that came too late or twice does. */
export function describeRecovery(server: DatabaseServer, strategy: StrategyName): void {
  const database = testDatabase(server);
  const alternating = strategy === 'alternating-users';

  describe(`${strategy}, disturbed`, () => {
    let lab: Lab;
    let username: string;
    let secretArn: string;

    beforeEach(async () => {
      lab = await openLab(database, strategy);
      username = uniqueName();
      await database.createUser(username, 'Initial-canary-1');
      const masterarn = alternating ? await lab.createSecret(server.superuser) : undefined;
      secretArn = await lab.createSecret({ username, password: 'Initial-canary-1', masterarn });
    });
    afterEach(async () => {
      expect(lab.output()).not.toContain('canary');
      await lab[Symbol.asyncDispose]();
      for (const name of [`${username}_clone`, username]) await database.dropUser(name);
    });

    async function expectHealthy() {
      const current = await lab.readSecret(secretArn);
      expect(await database.logsIn(current.username, current.password)).toBe(true);
      expect(
        Object.values(await lab.labels(secretArn))
          .flat()
          .sort(),
      ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    }

    /** Gives a user the password that a backup has. */
    async function restore(name: string, password: string) {
      const text = database.literal(password);
      await database.sql(
        server.engine === 'postgres'
          ? `ALTER ROLE ${database.identifier(name)} PASSWORD ${text}`
          : `ALTER USER ${database.literal(name)}@'%' IDENTIFIED BY ${text}`,
      );
    }

    if (!alternating)
      it('a database that was restored is found by the password of then', async () => {
        for (let n = 0; n < 2; n++) await lab.rotate(secretArn);
        const { password } = await lab.readSecret(secretArn, 'AWSPREVIOUS');
        await restore(username, password);
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        await expectHealthy();
      });
    else
      it('a database that was restored takes a move of AWSCURRENT to what logs in', async () => {
        for (let n = 0; n < 2; n++) await lab.rotate(secretArn);
        await restore(username, 'Initial-canary-1');
        expect(failureOf(await lab.rotate(secretArn)).name).toBe('LoginRejected');
        await lab.cancel(secretArn);
        const { findings } = await lab.preflight(secretArn);
        const found = findings.find(({ check }) => check === 'other stored logins')?.versionId;
        const holder = async (label: string) =>
          Object.entries(await lab.labels(secretArn)).find(([, labels]) => labels.includes(label))?.[0];
        expect(found).toBe(await holder('AWSPREVIOUS'));
        await lab.api.updateSecretVersionStage({
          SecretId: secretArn,
          VersionStage: 'AWSCURRENT',
          RemoveFromVersionId: await holder('AWSCURRENT'),
          MoveToVersionId: found,
        });
        const { username: working, password } = await lab.readSecret(secretArn);
        expect(await database.logsIn(working, password)).toBe(true);
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        await expectHealthy();
      });

    it.each([1, 2, 3])('a rotation that is cancelled after %i steps makes way for another', async (done) => {
      const run = await lab.stepsOf(secretArn);
      for (const step of STEPS.slice(0, done)) await run(step);
      await lab.cancel(secretArn);
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      await expectHealthy();
    });

    it('rotations that are cancelled one after another make way for another', async () => {
      for (let n = 0; n < 3; n++) {
        const run = await lab.stepsOf(secretArn);
        await run('createSecret');
        await run('setSecret');
        await lab.cancel(secretArn);
      }
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      await expectHealthy();
    });

    it.each(STEPS)('two invocations of %s at once both succeed', async (twice) => {
      const run = await lab.stepsOf(secretArn);
      for (const step of STEPS) {
        await Promise.all(step === twice ? [run(step), run(step)] : [run(step)]);
      }
      await expectHealthy();
    });

    it.each(STEPS)('an invocation of %s whose rotation was replaced changes nothing', async (late) => {
      const abandoned = await lab.stepsOf(secretArn);
      await abandoned('createSecret');
      await abandoned('setSecret');
      await lab.cancel(secretArn);
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded' });
      const before = await lab.readSecret(secretArn);
      await expect(abandoned(late)).rejects.toMatchObject({ name: 'UnknownToken' });
      expect(await lab.readSecret(secretArn)).toEqual(before);
      await expectHealthy();
    });
  });
}
