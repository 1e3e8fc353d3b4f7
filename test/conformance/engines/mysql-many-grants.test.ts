import { describe, expect, inject, it } from 'vitest';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, connectWith, loginTo } from './engine-conformance.ts';

const MANY = 10_000;
const DIGITS = `(SELECT 0 AS n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ` UNION ALL SELECT ${n}`).join('')})`;

describe.each(['mysql', 'mariadb'] as const)(`%s: a user with ${MANY} grants`, (kind) => {
  const database = testDatabase(inject('servers')[kind]);

  it('and its clone are made equal by as many statements as there are differences', async () => {
    const name = uniqueName();
    const clone = `${name}_clone`;
    for (const user of [name, clone]) {
      await database.createUser(user, 'Initial-password-1');
      // As GRANT SELECT ON a schema for each of them would, in a thousandth of the time.
      await database.sql(`INSERT INTO mysql.db (Host, Db, User, Select_priv)
        SELECT '%', CONCAT('${name}_', a.n, b.n, c.n, d.n), '${user}', 'Y'
        FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} d`);
    }
    await database.sql('FLUSH PRIVILEGES');
    for (const schema of ['0001', '5000'])
      await database.sql(`GRANT INSERT ON ${name}_${schema}.* TO '${name}'@'%'`);
    await database.sql(`REVOKE SELECT ON ${name}_0077.* FROM '${name}'@'%'`);

    const { username, password } = database.server.superuser;
    await using superuser = await connect(database, loginTo(database, username, password));
    for (const changes of [3, 0]) {
      const before = logPosition(database.server.statementLog);
      await superuser.alignClone(name, clone, { known: true, isToBeOpened: true, reassignOwned: false });
      const statements = logSince(database.server.statementLog, before).split('\n');
      const about = statements.filter((line) => line.includes(clone));
      const changing = about.filter((line) => /\b(GRANT|REVOKE|ALTER|(?<!SHOW )CREATE) /.test(line));
      expect(changing).toHaveLength(changes);
      // The others look.
      expect(about.length).toBeLessThan(changes + 10);
    }
    for (const user of [name, clone]) await database.dropUser(user);
  });

  it('and its clone become equal over several tries when one takes too long', async () => {
    const name = uniqueName();
    const clone = `${name}_clone`;
    const schemas = Array.from({ length: 60 }, (_, n) => `${name}_${n}`);
    await database.createUser(name, 'Initial-password-1');
    for (const schema of schemas) await database.sql(`GRANT SELECT ON ${schema}.* TO '${name}'@'%'`);
    const { username, password } = database.server.superuser;
    const login = loginTo(database, username, password);
    const options = { known: false, isToBeOpened: true, reassignOwned: false };
    let statementsInTime = 0;
    const hurried = async () => {
      await using superuser = await connectWith(database, login, () => (statementsInTime-- > 0 ? 30_000 : 1));
      return await superuser.alignClone(name, clone, options);
    };

    statementsInTime = 30;
    const failure = await hurried().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'CloneUnfinished',
      message: expect.stringMatching(/^Time was up when \d+ of 60 statements/),
      cause: { name: 'ConnectionTimedOut' },
    });
    const given = async () =>
      (await database.sql(`SELECT count(*) FROM mysql.db WHERE User = '${clone}'`))[0]?.[0];
    expect(Number(await given())).toBeGreaterThan(0);
    expect(await database.logsIn(clone, '').catch(() => false)).toBe(false);

    statementsInTime = Number.POSITIVE_INFINITY;
    await hurried();
    expect(Number(await given())).toBe(60);
    for (const user of [name, clone]) await database.dropUser(user);
  });
});
