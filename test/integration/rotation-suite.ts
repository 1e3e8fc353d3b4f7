import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { failedLogins, logPosition, logSince } from '../../local/servers/server-log.ts';
import { type Lab, openLab, type StrategyName } from '../support/rotation-lab.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../support/test-database.ts';

const ROTATIONS_IN_A_ROW = 10;
/** Keys that no rotation knows, with numbers that a careless JSON round trip would change. */
const UNKNOWN_KEYS = '"n":12345678901234567890,"f":1.0,"nested":{"a":[1,null,"é"]}';

/** Orders in which steps may come when the service retries, or when a step was lost and all is run again. */
const REPETITIONS = [
  [
    'each step twice',
    'createSecret createSecret setSecret setSecret testSecret testSecret finishSecret finishSecret',
  ],
  ['again after setSecret', 'createSecret setSecret createSecret setSecret testSecret finishSecret'],
  [
    'again after testSecret',
    'createSecret setSecret testSecret createSecret setSecret testSecret finishSecret',
  ],
  [
    'again after the end',
    'createSecret setSecret testSecret finishSecret createSecret setSecret testSecret finishSecret',
  ],
] as const;

/** What a rotation promises on every server, by every strategy. */
export function describeRotation(server: DatabaseServer, strategy: StrategyName): void {
  const database = testDatabase(server);
  const alternating = strategy === 'alternating-users';

  describe(strategy, () => {
    let lab: Lab;
    let username: string;
    let secretArn: string;

    async function freshSecret() {
      username = uniqueName();
      await database.createUser(username, 'Initial-canary-1');
      const masterarn = alternating ? await lab.createSecret(server.superuser) : undefined;
      const { host, port } = server;
      const login = {
        engine: database.secretEngine,
        host,
        port,
        username,
        password: 'Initial-canary-1',
        masterarn,
      };
      secretArn = await lab.createSecret(`${JSON.stringify(login).slice(0, -1)},${UNKNOWN_KEYS}}`);
    }

    beforeAll(async () => {
      lab = await openLab(database, strategy);
    });
    afterAll(async () => {
      await lab[Symbol.asyncDispose]();
    });

    it(`rotates ${ROTATIONS_IN_A_ROW} times in a row without a failed login or a password in any log`, async () => {
      await freshSecret();
      const before = { errors: logPosition(server.errorLog), statements: logPosition(server.statementLog) };
      const passwords = ['Initial-canary-1'];
      for (let n = 1; n <= ROTATIONS_IN_A_ROW; n++) {
        const old = await lab.readSecret(secretArn);
        const beforeRotation = logPosition(server.errorLog);
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        for (const user of [username, `${username}_clone`]) {
          expect(failedLogins(server, beforeRotation, user)).toBe(0);
        }

        const current = await lab.readSecret(secretArn);
        passwords.push(current.password);
        expect(current.username).toBe(alternating && n % 2 === 1 ? `${username}_clone` : username);
        expect(await database.logsIn(current.username, current.password)).toBe(true);
        // Whoever still holds what was AWSCURRENT before: alternating users go on, a single user must read the secret again.
        expect(await database.logsIn(old.username, old.password)).toBe(alternating);
        expect(
          Object.values(await lab.labels(secretArn))
            .flat()
            .sort(),
        ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
      }
      expect(new Set(passwords).size).toBe(ROTATIONS_IN_A_ROW + 1);

      const { SecretString } = await lab.api.getSecretValue({ SecretId: secretArn });
      expect(SecretString).toContain(UNKNOWN_KEYS);
      const logged =
        logSince(server.statementLog, before.statements) + logSince(server.errorLog, before.errors);
      expect(logged).toContain(username);
      // The first one was set in clear text by the test itself.
      for (const password of passwords.slice(1)) expect(logged).not.toContain(password);
      for (const password of passwords) expect(lab.output()).not.toContain(password);
      await dropUsers(database, username);
    });

    it('goes back to the login of a version that is marked as its target, and only then makes a new password', async () => {
      await freshSecret();
      const first = await lab.readSecret(secretArn);
      await lab.rotate(secretArn);
      await lab.target(secretArn, 'AWSPREVIOUS');
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      expect(await lab.readSecret(secretArn)).toEqual(first);
      expect(await database.logsIn(first.username, first.password)).toBe(true);
      expect(
        Object.values(await lab.labels(secretArn))
          .flat()
          .sort(),
      ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
      await lab.rotate(secretArn);
      expect((await lab.readSecret(secretArn)).password).not.toBe(first.password);
    });

    it.each(REPETITIONS)('comes to the same end when steps are repeated: %s', async (_, order) => {
      await freshSecret();
      const run = await lab.stepsOf(secretArn);
      for (const step of order.split(' ') as Parameters<typeof run>[0][]) await run(step);
      const current = await lab.readSecret(secretArn);
      expect(current.password).not.toBe('Initial-canary-1');
      expect(await database.logsIn(current.username, current.password)).toBe(true);
      expect(
        Object.values(await lab.labels(secretArn))
          .flat()
          .sort(),
      ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
      expect(lab.output()).not.toContain('canary');
      await dropUsers(database, username);
    });

    it('only looks when RotateImmediately is false', async () => {
      await freshSecret();
      const before = logPosition(server.statementLog);
      expect(await lab.rotate(secretArn, false)).toMatchObject({ kind: 'succeeded', failures: [] });
      const passwords = logSince(server.statementLog, before).match(/^.*(PASSWORD|IDENTIFIED).*$/gm) ?? [];
      // Other tests change users of their own meanwhile.
      expect(passwords.filter((line) => line.includes(username))).toEqual([]);
      const users = server.engine === 'postgres' ? 'rolname FROM pg_roles' : 'User FROM mysql.user';
      expect((await database.sql(`SELECT ${users}`)).flat()).not.toContain(`${username}_clone`);
      expect((await lab.readSecret(secretArn)).password).toBe('Initial-canary-1');
      expect(await database.logsIn(username, 'Initial-canary-1')).toBe(true);
      await dropUsers(database, username);
    });
  });
}

async function dropUsers(database: TestDatabase, username: string): Promise<void> {
  await database.dropUser(`${username}_clone`);
  await database.dropUser(username);
}
