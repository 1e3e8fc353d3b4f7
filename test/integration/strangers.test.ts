import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const PASSWORD = 'Initial-canary-1';
const THEIRS = 'Their-own-password-1';

/* A superuser changes the users of a secret. What the secret says must not make it change anybody else's. */

describe.each(['postgres', 'mysql', 'mariadb'] as const)('%s', (name) => {
  const database = testDatabase(inject('servers')[name]);
  let app: string;
  let stranger: string;
  beforeEach(async () => {
    app = uniqueName('app');
    stranger = `${app}_clone`;
    await database.createUser(app, PASSWORD);
    await database.createUser(stranger, THEIRS);
    await database.sql(
      name === 'postgres' ? `ALTER ROLE ${stranger} CREATEDB` : `GRANT PROCESS ON *.* TO ${stranger}`,
    );
  });
  afterEach(async () => {
    for (const user of [stranger, app]) await database.dropUser(user);
  });

  async function open(more: object = {}) {
    const lab = await openLab(database, 'alternating-users');
    const masterarn = await lab.createSecret(database.server.superuser);
    return { lab, arn: await lab.createSecret({ username: app, password: PASSWORD, masterarn, ...more }) };
  }

  it('a user that is called like the clone stays its owner’s, also after the refused rotation was cancelled', async () => {
    const { lab, arn } = await open();
    await using _lab = lab;
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(await lab.rotate(arn)).toMatchObject({ kind: 'failed' });
      await lab.cancel(arn);
      expect(await database.logsIn(stranger, THEIRS)).toBe(true);
    }
    expect(lab.output().match(/UserNameRefused: setSecret/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('a user that the secret names as the other of a pair stays its owner’s when the two are not equal', async () => {
    const { lab, arn } = await open({ usernames: [app, stranger] });
    await using _lab = lab;
    expect(await lab.rotate(arn)).toMatchObject({ kind: 'failed' });
    expect(lab.output()).toContain('UsersDiffer: setSecret of version');
    expect(await database.logsIn(stranger, THEIRS)).toBe(true);
  });
});
