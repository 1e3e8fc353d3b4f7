import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { logPosition, logSince } from '../../local/servers/server-log.ts';
import { type Lab, type LabOptions, openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const PASSWORD = 'Initial-canary-1';
const MANAGING = /(?<!SHOW )\b(CREATE (USER|ROLE)|GRANT|REVOKE|ALTER ROLE .* SET)\b/;

describe.each(['postgres', 'mysql', 'mariadb'] as const)('%s', (name) => {
  const database = testDatabase(inject('servers')[name]);
  const { server } = database;
  let app: string;
  let users: string[];
  beforeEach(async () => {
    app = uniqueName('app');
    users = [app, `${app}_clone`, `${app}_b`, `${app}_green`];
    await database.createUser(app, PASSWORD);
  });
  afterEach(async () => {
    for (const user of users.toReversed()) await database.dropUser(user);
  });

  async function pairOf(options: LabOptions, more: object = {}) {
    const lab = await openLab(database, 'alternating-users', options);
    const masterarn = await lab.createSecret(server.superuser);
    return {
      lab,
      secretArn: await lab.createSecret({ username: app, password: PASSWORD, masterarn, ...more }),
    };
  }

  async function expectCurrent(lab: Lab, secretArn: string, user: string): Promise<void> {
    const { username, password } = await lab.readSecret(secretArn);
    expect(username).toBe(user);
    expect(await database.logsIn(username, password)).toBe(true);
  }

  const GIVEN = [
    ['named in the secret', '_green', {}],
    ['where the function manages no clones', '_clone', { MANAGE_CLONES: 'false' }],
  ] as const;

  describe.each(GIVEN)('a pair %s', (_case, suffix, environment) => {
    const usernames = () => (suffix === '_green' ? { usernames: [app, app + suffix] } : {});

    it('gets new passwords in turn and nothing else, as long as its users are equal', async () => {
      await database.createUser(app + suffix, PASSWORD);
      const { lab, secretArn } = await pairOf({ environment }, usernames());
      await using _lab = lab;
      const before = logPosition(server.statementLog);
      for (const user of [app + suffix, app]) {
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        await expectCurrent(lab, secretArn, user);
      }
      const lines = logSince(server.statementLog, before).split('\n');
      expect(lines.filter((line) => line.includes(app) && MANAGING.test(line))).toEqual([]);

      await database.sql(
        name === 'postgres'
          ? `ALTER ROLE ${app}${suffix} CONNECTION LIMIT 3`
          : `GRANT PROCESS ON *.* TO ${app}${suffix}`,
      );
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'failed' });
      expect(lab.output()).toContain('UsersDiffer: setSecret of version');
      expect(lab.output()).toMatch(name === 'postgres' ? /connection limit.* 3/i : /has besides .*PROCESS/);
      await expectCurrent(lab, secretArn, app);
    });

    it('is not completed by the function', async () => {
      const { lab, secretArn } = await pairOf({ environment }, usernames());
      await using _lab = lab;
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'failed' });
      expect(lab.output()).toContain(app + suffix);
      await expectCurrent(lab, secretArn, app);
      expect(await database.logsIn(app + suffix, PASSWORD)).toBe(false);
    });
  });

  it('a clone has the suffix that the function is configured with', async () => {
    const { lab, secretArn } = await pairOf({ environment: { CLONE_SUFFIX: '_b' } });
    await using _lab = lab;
    for (const user of [`${app}_b`, app]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      await expectCurrent(lab, secretArn, user);
    }
  });
});
