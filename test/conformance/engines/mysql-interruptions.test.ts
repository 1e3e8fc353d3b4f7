import { Password } from '@rotation/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const INITIAL = 'Initial-password-1';
const NEXT = new Password('Changed-password-2');

describe.each(['mysql', 'mariadb'] as const)('%s: a session that the server ends', (kind) => {
  const database = testDatabase(inject('servers')[kind]);
  const name = uniqueName();
  beforeAll(() => database.createUser(name, INITIAL));
  afterAll(() => database.dropUser(name));

  const sessionsOf = () =>
    database.sql(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '${name}'`);

  it('says so to the next statement, and hurts nobody before it', async () => {
    await using session = await connect(database, loginTo(database, name, INITIAL));
    const [[id] = []] = await sessionsOf();
    await database.sql(`KILL ${id}`);
    await expect.poll(sessionsOf).toEqual([]);
    for (const task of [
      () => session.changeOwnPassword(new Password(INITIAL), NEXT),
      () =>
        session.alignClone(name, `${name}_clone`, { known: false, isToBeOpened: true, reassignOwned: false }),
      () => session.openClone(name, NEXT),
      () => session.setPassword(name, NEXT),
      () => session.traits(`${name}_clone`),
    ]) {
      await expect(task()).rejects.toMatchObject({ name: 'HostUnreachable' });
    }
    expect(await database.logsIn(name, INITIAL)).toBe(true);
  });
});
