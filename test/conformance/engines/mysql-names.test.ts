import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import { startMySql } from '../../../local/servers/mysql.ts';
import { failureOf, openLab } from '../../support/rotation-lab.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, EVERY_PRINTABLE_CHARACTER, loginTo } from './engine-conformance.ts';

const INITIAL = 'Initial-password-1';

describe.each([
  ['mysql', 32],
  ['mariadb', 80],
] as const)('%s: a user name', (kind, longest) => {
  const database = testDatabase(inject('servers')[kind]);
  const nameOf = (length: number) => uniqueName('é').padEnd(length, '_');

  it(`of ${longest} characters rotates as a single user`, async () => {
    const name = nameOf(longest);
    expect([...name]).toHaveLength(longest);
    await database.createUser(name, INITIAL);
    await using lab = await openLab(database, 'single-user');
    const secretArn = await lab.createSecret({ username: name, password: INITIAL });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    expect(await database.logsIn(name, (await lab.readSecret(secretArn)).password)).toBe(true);
    await database.dropUser(name);
  });

  it('that just leaves room for "_clone" is alternated, and a longer one is refused first of all', async () => {
    await using lab = await openLab(database, 'alternating-users');
    const masterarn = await lab.createSecret(database.server.superuser);
    const fits = nameOf(longest - 6);
    await database.createUser(fits, INITIAL);
    const secretArn = await lab.createSecret({ username: fits, password: INITIAL, masterarn });
    expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
    const { username, password } = await lab.readSecret(secretArn);
    expect(await database.logsIn(username, password)).toBe(true);
    await database.dropUser(username);
    await database.dropUser(fits);

    const tooLong = nameOf(longest - 5);
    await database.createUser(tooLong, INITIAL);
    for (const immediately of [true, false]) {
      const refused = await lab.createSecret({ username: tooLong, password: INITIAL, masterarn });
      expect(failureOf(await lab.rotate(refused, immediately))).toMatchObject({
        name: 'UserNameRefused',
        message: expect.stringContaining(`${longest} characters`),
      });
      await expect(lab.readSecret(refused, 'AWSPENDING')).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    await database.dropUser(tooLong);
  });
});

describe.each([
  ['mysql', startMySql],
  ['mariadb', startMariaDb],
] as const)('%s where a backslash is a character and double quotes mean names', (_, start) => {
  let running: RunningServer;
  let database: TestDatabase;
  // Without backslashes in literals, a quote is doubled and all else stands for itself.
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  beforeAll(async () => {
    running = await start({ settings: { sql_mode: 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES' } });
    database = testDatabase(running.server);
    expect(await database.sql('SELECT @@sql_mode')).toEqual([
      [expect.stringMatching(/ANSI_QUOTES.*NO_BACKSLASH_ESCAPES/)],
    ]);
    await database.sql('CREATE DATABASE `it\'s "quoted" \\ `` TO me`');
  });
  afterAll(() => running.stop());

  it.each(["o'neil", 'say "hi"', 'back\\slash', "both\\'s", 'back`tick', 'a TO b'])(
    'the user %s rotates, and so does its clone',
    async (name) => {
      await database.sql(`CREATE USER ${literal(name)}@'%' IDENTIFIED BY ${literal(INITIAL)}`);
      await database.sql(`GRANT SELECT ON \`it's "quoted" \\ \`\` TO me\`.* TO ${literal(name)}@'%'`);
      {
        await using session = await connect(database, loginTo(database, name, INITIAL));
        await session.changeOwnPassword(new Password(INITIAL), new Password(EVERY_PRINTABLE_CHARACTER));
      }
      expect(await database.logsIn(name, EVERY_PRINTABLE_CHARACTER)).toBe(true);
      await using lab = await openLab(database, 'alternating-users', {
        environment: { EXCLUDE_CHARACTERS: '' },
      });
      const masterarn = await lab.createSecret(running.server.superuser);
      const secretArn = await lab.createSecret({
        username: name,
        password: EVERY_PRINTABLE_CHARACTER,
        masterarn,
      });
      for (let n = 1; n <= 2; n++) {
        expect(await lab.rotate(secretArn)).toMatchObject({ kind: 'succeeded', failures: [] });
        const { username, password } = await lab.readSecret(secretArn);
        expect(await database.logsIn(username, password)).toBe(true);
      }
    },
  );
});
