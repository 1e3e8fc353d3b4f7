import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { logPosition, logSince } from '../../local/servers/server-log.ts';
import { failureOf, type Lab, openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const INITIAL = 'Initial-password-1';

/* MySQL is in mysql-dual-passwords.test.ts. */
describe.each(['postgres', 'mariadb'] as const)(
  '%s: a superuser that changes the password of a single user',
  (kind) => {
    const database = testDatabase(inject('servers')[kind]);
    const { server } = database;
    let lab: Lab;
    let repairing: Lab;
    let username: string;

    beforeAll(async () => {
      lab = await openLab(database, 'single-user');
      repairing = await openLab(database, 'single-user', { environment: { REPAIR_AWSCURRENT: 'true' } });
    });
    afterAll(async () => {
      await lab[Symbol.asyncDispose]();
      await repairing[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      username = uniqueName();
      await database.createUser(username, INITIAL);
      return () => database.dropUser(username);
    });
    const secretIn = async (where: Lab, password = INITIAL) =>
      where.createSecret({ username, password, masterarn: await where.createSecret(server.superuser) });

    it('does it for the user, which changes nothing itself', async () => {
      const secretArn = await secretIn(lab);
      const before = logPosition(server.statementLog);
      for (let rotation = 1; rotation <= 3; rotation++) {
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        const { password } = await lab.readSecret(secretArn);
        expect(await database.logsIn(username, password)).toBe(true);
      }
      const log = logSince(server.statementLog, before);
      const changes = log.match(/^.*(ALTER (USER|ROLE)|SET PASSWORD).*$/gm) ?? [];
      const own = changes.filter((line) => /CURRENT_USER|SET PASSWORD/.test(line) && line.includes(username));
      expect(own).toEqual([]);
      expect(changes.filter((line) => line.includes(username))).toHaveLength(3);
    });

    it('does not give a password to a user whose login the secret does not have, unless it is to repair that', async () => {
      expect(failureOf(await lab.rotate(await secretIn(lab, 'Another-password-1')))).toMatchObject({
        name: 'NoStoredLoginWorks',
      });
      expect(await database.logsIn(username, INITIAL)).toBe(true);
      const secretArn = await secretIn(repairing, 'Another-password-1');
      expect(await repairing.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { password } = await repairing.readSecret(secretArn);
      expect(await database.logsIn(username, password)).toBe(true);
    });

    it('cannot make two passwords of one on this server, as a trial says', async () => {
      await using strict = await openLab(database, 'single-user', {
        environment: { DUAL_PASSWORDS: 'require' },
      });
      const secretArn = await secretIn(strict);
      for (const immediately of [false, true])
        expect(failureOf(await strict.rotate(secretArn, immediately))).toMatchObject({
          name: 'DualPasswordsUnavailable',
          message: expect.stringContaining('knows no dual passwords'),
        });
      expect(await database.logsIn(username, INITIAL)).toBe(true);
    });

    it('is told when it may not', async () => {
      const boss = uniqueName('boss');
      await database.createUser(boss, 'Boss-password-1');
      const masterarn = await lab.createSecret({ username: boss, password: 'Boss-password-1' });
      const secretArn = await lab.createSecret({ username, password: INITIAL, masterarn });
      for (const immediately of [false, true])
        expect(failureOf(await lab.rotate(secretArn, immediately))).toMatchObject({
          name: 'PrivilegeMissing',
        });
      expect(await database.logsIn(username, INITIAL)).toBe(true);
      await database.dropUser(boss);
    });
  },
);
