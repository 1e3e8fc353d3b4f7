import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { failureOf, type Lab, openLab } from '../support/rotation-lab.ts';
import { testDatabase, uniqueName } from '../support/test-database.ts';

const database = testDatabase(inject('servers').postgres);
const INITIAL = 'Initial-password-1';

let lab: Lab;
let app: string;
let boss: string;
let secretArn: string;

beforeAll(async () => {
  lab = await openLab(database, 'alternating-users');
});
afterAll(() => lab[Symbol.asyncDispose]());

const labelsOf = async () => Object.values(await lab.labels(secretArn)).flat();

describe('a superuser that is none, as on Amazon RDS', () => {
  beforeEach(async () => {
    app = uniqueName('app');
    boss = uniqueName('boss');
    await database.createUser(app, INITIAL);
    await database.createUser(boss, 'Boss-password-1');
    await database.sql(`ALTER ROLE ${boss} CREATEROLE`);
    const masterarn = await lab.createSecret({ username: boss, password: 'Boss-password-1' });
    secretArn = await lab.createSecret({ username: app, password: INITIAL, masterarn });
    return async () => {
      for (const user of [`${app}_clone`, app, boss]) await database.dropUser(user);
    };
  });

  it('rotates a user on which it has the ADMIN OPTION', async () => {
    await database.sql(`GRANT ${app} TO ${boss} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
    for (const user of [`${app}_clone`, app, `${app}_clone`]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      const { username, password } = await lab.readSecret(secretArn);
      expect(username).toBe(user);
      expect(await database.sqlAs(user, password, 'SELECT current_user')).toEqual([[app]]);
    }
  });

  it('rotates a user that it made itself', async () => {
    await database.dropUser(app);
    await database.sqlAs(boss, 'Boss-password-1', `CREATE ROLE ${app} LOGIN PASSWORD '${INITIAL}'`);
    for (const user of [`${app}_clone`, app]) {
      expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
      expect((await lab.readSecret(secretArn)).username).toBe(user);
    }
  });

  it.each([
    ['the ADMIN OPTION on the user', '', 'permission denied to grant role'],
    ['CREATEROLE', 'NOCREATEROLE', 'permission denied to create role'],
  ])('that lacks %s is told so, and nothing is promoted', async (_, attribute, words) => {
    if (attribute !== '') await database.sql(`ALTER ROLE ${boss} ${attribute}`);
    const failure = failureOf(await lab.rotate(secretArn));
    expect(failure).toMatchObject({
      name: 'PrivilegeMissing',
      message: expect.stringContaining(boss),
      cause: { message: expect.stringContaining(words), code: '42501' },
    });
    expect(await lab.readSecret(secretArn)).toMatchObject({ username: app, password: INITIAL });
    expect((await labelsOf()).sort()).toEqual(['AWSCURRENT', 'AWSPENDING']);
    expect(await database.logsIn(app, INITIAL)).toBe(true);
  });

  it('rotates in the end when it gets the privilege between two tries', async () => {
    const run = await lab.stepsOf(secretArn);
    await run('createSecret');
    await expect(run('setSecret')).rejects.toMatchObject({ name: 'PrivilegeMissing' });
    await database.sql(`GRANT ${app} TO ${boss} WITH ADMIN OPTION`);
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) await run(step);
    const { username, password } = await lab.readSecret(secretArn);
    expect(await database.logsIn(username, password)).toBe(true);
  });
});

it('a name too long for a clone is refused before anything is stored', async () => {
  // 58 bytes: with "_clone" one more than PostgreSQL allows.
  const name = uniqueName('name').padEnd(58, '_');
  await database.createUser(name, INITIAL);
  const masterarn = await lab.createSecret(database.server.superuser);
  secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
  expect(failureOf(await lab.rotate(secretArn))).toMatchObject({
    name: 'UserNameRefused',
    message: expect.stringMatching(/^createSecret .*63 bytes/),
  });
  await expect(lab.readSecret(secretArn, 'AWSPENDING')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(await database.sql(`SELECT FROM pg_roles WHERE rolname LIKE '${name}%'`)).toHaveLength(1);
  // The pre-flight foresees it.
  secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
  expect(failureOf(await lab.rotate(secretArn, false))).toMatchObject({ name: 'UserNameRefused' });
  await database.dropUser(name);
});

it('a name that just leaves room for "_clone" is alternated', async () => {
  const name = uniqueName('name').padEnd(57, '_');
  await database.createUser(name, INITIAL);
  const masterarn = await lab.createSecret(database.server.superuser);
  secretArn = await lab.createSecret({ username: name, password: INITIAL, masterarn });
  expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
  const { username, password } = await lab.readSecret(secretArn);
  expect(await database.logsIn(username, password)).toBe(true);
  await database.dropUser(username);
  await database.dropUser(name);
});
