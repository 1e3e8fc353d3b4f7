import { afterAll, describe, expect, inject, it } from 'vitest';
import { failureOf, type Lab, openLab, type StrategyName } from '../support/rotation-lab.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../support/test-database.ts';

const PASSWORD = 'Initial-password-1';

describe.each(['postgres', 'mysql', 'mariadb'] as const)('on %s', (kind) => {
  const database = testDatabase(inject('servers')[kind]);
  const isPostgres = kind === 'postgres';
  const users: string[] = [];

  afterAll(async () => {
    for (const name of users) await database.dropUser(name);
  });

  async function newUser(name = uniqueName(), password = PASSWORD) {
    // A clone goes before its original, whose member it is.
    users.unshift(`${name}_clone`, name);
    await database.createUser(name, password);
    return name;
  }

  const account = (name: string) =>
    isPostgres ? database.identifier(name) : `${database.literal(name)}@'%'`;

  async function withSecret(
    strategy: StrategyName,
    username: string,
    work: (lab: Lab, arn: string) => Promise<void>,
  ) {
    await using lab = await openLab(database, strategy);
    const masterarn = await lab.createSecret(database.server.superuser);
    await work(lab, await lab.createSecret({ username, password: PASSWORD, masterarn }));
  }

  const rotates = { kind: 'succeeded', failures: [] };

  it('a user of the clone’s name with more rights belongs to somebody else, and is left alone', async () => {
    const name = await newUser();
    const stranger = await newUser(`${name}_clone`, 'Strangers-password-1');
    await database.sql(
      isPostgres
        ? `ALTER ROLE ${account(stranger)} SUPERUSER`
        : `GRANT PROCESS ON *.* TO ${account(stranger)}`,
    );
    await withSecret('alternating-users', name, async (lab, arn) => {
      expect(failureOf(await lab.rotate(arn))).toMatchObject({
        name: 'UserNameRefused',
        message: expect.stringContaining(stranger),
      });
    });
    expect(await database.logsIn(stranger, 'Strangers-password-1')).toBe(true);
  });

  it('a clone that a person repaired goes back to its original, not on to a clone of its own', async () => {
    const name = await newUser();
    const clone = `${name}_clone`;
    await withSecret('alternating-users', name, async (lab, arn) => {
      expect(await lab.rotate(arn)).toMatchObject(rotates);
      const current = await lab.readSecret(arn);
      const set = isPostgres ? 'ALTER ROLE' : 'ALTER USER';
      const by = isPostgres ? 'PASSWORD' : 'IDENTIFIED BY';
      await database.sql(`${set} ${account(clone)} ${by} 'Repaired-password-1'`);
      await lab.putCurrent(arn, { ...current, password: 'Repaired-password-1' });
      expect(await lab.rotate(arn)).toMatchObject(rotates);
      expect((await lab.readSecret(arn)).username).toBe(name);
    });
  });

  it('a user that is truly called so gets a clone, whatever its name ends in', async () => {
    const name = await newUser(`${uniqueName()}_clone`);
    await withSecret('alternating-users', name, async (lab, arn) => {
      expect(await lab.rotate(arn)).toMatchObject(rotates);
      expect((await lab.readSecret(arn)).username).toBe(`${name}_clone`);
      expect(await lab.rotate(arn)).toMatchObject(rotates);
      expect((await lab.readSecret(arn)).username).toBe(name);
    });
  });

  it('a user that may have one session at a time rotates', async () => {
    const name = await newUser();
    await database.sql(
      isPostgres
        ? `ALTER ROLE ${account(name)} CONNECTION LIMIT 1`
        : `ALTER USER ${account(name)} WITH MAX_USER_CONNECTIONS 1`,
    );
    await withSecret('single-user', name, async (lab, arn) => {
      expect(await lab.rotate(arn)).toMatchObject(rotates);
    });
  });

  it('a privilege that is revoked from the original does not stop its rotation', async () => {
    const name = await newUser();
    const place = await schema(database, name);
    await database.sql(`GRANT SELECT, INSERT, UPDATE ON ${place} TO ${account(name)}`);
    await withSecret('alternating-users', name, async (lab, arn) => {
      expect(await lab.rotate(arn)).toMatchObject(rotates);
      expect(await lab.rotate(arn)).toMatchObject(rotates);
      await database.sql(`REVOKE UPDATE ON ${place} FROM ${account(name)}`);
      expect(await lab.rotate(arn)).toMatchObject(rotates);
      expect(await lab.rotate(arn)).toMatchObject(rotates);
    });
    await database.sql(isPostgres ? `DROP TABLE ${place}` : `DROP DATABASE ${place.slice(0, -2)}`);
  });
});

describe('on postgres', () => {
  const database = testDatabase(inject('servers').postgres);

  it('a user whose sessions act as another role gets a clone whose sessions do the same', async () => {
    const [name, team] = [uniqueName(), uniqueName('team')];
    await database.createUser(name, PASSWORD);
    await database.sql(`CREATE ROLE ${team}`);
    await database.sql(`GRANT ${team} TO ${name}`);
    await database.sql(`ALTER ROLE ${name} SET role TO ${team}`);
    await using lab = await openLab(database, 'alternating-users');
    const masterarn = await lab.createSecret(database.server.superuser);
    const arn = await lab.createSecret({ username: name, password: PASSWORD, masterarn });
    expect(await lab.rotate(arn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const { username, password } = await lab.readSecret(arn);
    expect(await database.sqlAs(username, password, 'SELECT current_user')).toEqual([[team]]);
    for (const user of [`${name}_clone`, name, team]) await database.dropUser(user);
  });
});

/** Something that privileges can be granted on. */
async function schema(database: TestDatabase, name: string): Promise<string> {
  if (database.secretEngine === 'postgres') {
    await database.sql(`CREATE TABLE ${name}_table ()`);
    return `${name}_table`;
  }
  await database.sql(`CREATE DATABASE ${name}_db`);
  return `${name}_db.*`;
}
