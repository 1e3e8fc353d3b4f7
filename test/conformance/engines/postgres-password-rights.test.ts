import { Password, RotationError } from '@rotation/core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Session } from '../../../functions/engines/engine.ts';
import type { RunningServer } from '../../../local/servers/database-server.ts';
import { startPostgres15 } from '../../../local/servers/postgres.ts';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { startReplicatedPostgres } from '../../support/postgres-replication.ts';
import { type TestDatabase, testDatabase, uniqueName } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

const BOSS = 'Boss-password-1';
const NEXT = 'Next-password-1';

/*
 * What a preflight asks the catalogs, and what the server says to the change itself: each case is held to the same words by both.
 */
describe.each([
  ['18', undefined],
  ['15', startPostgres15],
] as const)('on PostgreSQL %s, whoever changes the password of another', (version, start) => {
  let running: RunningServer | undefined;
  let database: TestDatabase;
  let app: string;
  let boss: string;

  beforeAll(async () => {
    running = await start?.();
    database = testDatabase(running?.server ?? inject('servers').postgres);
  });
  afterAll(() => running?.stop());
  beforeEach(async () => {
    app = uniqueName();
    boss = uniqueName('boss');
    await database.createUser(app, 'Initial-password-1');
    await database.createUser(boss, BOSS);
    return async () => {
      await database.dropUser(app);
      await database.dropUser(boss);
    };
  });

  const asBoss = async (work: (session: Session) => Promise<void>) => {
    await using session = await connect(database, loginTo(database, boss, BOSS));
    return await work(session).then(
      () => 'may',
      (error: unknown) => (error instanceof RotationError ? [error.name, error.remedy] : error),
    );
  };
  const rehearsed = () => asBoss((session) => session.rehearsePassword(app));
  const changed = () => asBoss((session) => session.setPassword(app, new Password(NEXT)));

  const told = (statement: string) => [
    'PrivilegeMissing',
    `Run ${statement} as a user who may, then rotate again; no user was changed.`,
  ];
  const admin = 'GRANT "$app" TO "$boss" WITH ADMIN OPTION';
  const creates = 'ALTER ROLE "$boss" CREATEROLE';
  const since16 = version === '18';

  it.each<readonly [string, readonly string[], string]>([
    ['may, with CREATEROLE and the ADMIN OPTION', [creates, admin], 'may'],
    ['lacks both', [], creates],
    ['lacks the ADMIN OPTION, which it takes since 16', [creates], since16 ? admin : 'may'],
    ['lacks CREATEROLE', [admin], creates],
    [
      'has the ADMIN OPTION of a role that it is a member of',
      [
        creates,
        'CREATE ROLE "$boss_group"',
        'GRANT "$app" TO "$boss_group" WITH ADMIN OPTION',
        'GRANT "$boss_group" TO "$boss"',
      ],
      'may',
    ],
    [
      'is no superuser, as the other is',
      [creates, admin, 'ALTER ROLE "$app" SUPERUSER'],
      'ALTER ROLE "$boss" SUPERUSER',
    ],
    [
      'is no superuser, which REPLICATION took before 16',
      [creates, admin, 'ALTER ROLE "$app" REPLICATION'],
      since16 ? 'may' : 'ALTER ROLE "$boss" SUPERUSER',
    ],
    [
      'is a superuser, as the other is',
      ['ALTER ROLE "$boss" SUPERUSER', 'ALTER ROLE "$app" SUPERUSER'],
      'may',
    ],
    ['is a superuser, and nothing else', ['ALTER ROLE "$boss" SUPERUSER'], 'may'],
  ])('%s', async (_case, statements, outcome) => {
    const filled = (text: string) => text.replaceAll('$app', app).replaceAll('$boss', boss);
    for (const statement of statements) await database.sql(filled(statement));
    const expected = outcome === 'may' ? outcome : told(filled(outcome));
    expect(await rehearsed()).toEqual(expected);
    expect(await changed()).toEqual(expected);
    await database.dropUser(`${boss}_group`);
  });

  it('is told of a user that is not there', async () => {
    await database.dropUser(app);
    await database.sql(`ALTER ROLE "${boss}" SUPERUSER`);
    const gone = [
      'StatementFailed',
      "Look the cause up in the server's log; Secrets Manager tries again by itself.",
    ];
    expect(await rehearsed()).toEqual(gone);
    expect(await changed()).toEqual(gone);
  });

  it('is rehearsed without a command that an audit would take for a change', async () => {
    await database.sql(`ALTER ROLE "${boss}" SUPERUSER`);
    const before = logPosition(database.server.statementLog);
    expect(await rehearsed()).toBe('may');
    // That of other tests goes into the same log.
    expect(logSince(database.server.statementLog, before)).not.toMatch(new RegExp(`ALTER ROLE "?${app}`));
    expect(await changed()).toBe('may');
    expect(logSince(database.server.statementLog, before)).toMatch(new RegExp(`ALTER ROLE "?${app}`));
  });
});

it('whoever changes the password of another is told of a replica that takes no changes', async () => {
  await using servers = await startReplicatedPostgres();
  const { username, password } = servers.replica.server.superuser;
  await using session = await connect(servers.replica, loginTo(servers.replica, username, password));
  const readOnly = { name: 'ServerReadOnly', remedy: 'Set "host" in the secret to the writer.' };
  await expect(session.rehearsePassword(username)).rejects.toMatchObject(readOnly);
  await expect(session.setPassword(username, new Password(NEXT))).rejects.toMatchObject(readOnly);
});
