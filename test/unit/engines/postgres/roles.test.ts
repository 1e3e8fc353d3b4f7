import { describe, expect, it, vi } from 'vitest';
import type { Wire } from '../../../../functions/engines/postgres/connection.ts';
import { readRoles } from '../../../../functions/engines/postgres/roles.ts';

/** The `oid` of every role, and those of two. */
const [ALL, APP, CLONE] = [0, 10, 11];

interface Catalogs {
  readonly version?: number;
  readonly memberships?: readonly object[];
  readonly settings?: readonly object[];
  /** What the server says of the roles that it is asked about, of the form `10 other`. */
  readonly assumable?: readonly string[];
}

/** A server with the roles app and app_clone. */
function serverWith({ version = 180_000, memberships = [], settings = [], assumable = [] }: Catalogs) {
  const role = (oid: number, name: string) => ({
    oid,
    name,
    INHERIT: true,
    connectionLimit: -1,
    validUntil: 'infinity',
  });
  const roles = [role(APP, 'app'), role(CLONE, 'app_clone')];
  const query = vi.fn(async (_text: string, [oids = [], values = []]: [number[], string[], string]) =>
    oids
      .map((oid, index) => ({ oid, value: values[index] }))
      .filter(({ oid, value }) => assumable.includes(`${oid} ${value}`)),
  );
  const queryEach = async () => ({ roles, memberships, settings, comments: [], labels: [] });
  return { wire: { version, query, queryEach } as unknown as Wire, query };
}

const membership = (oid: number, role: string, set = true) => ({
  oid,
  role,
  grantor: 'postgres',
  admin: false,
  inherit: true,
  set,
});
const setting = (oid: number, database: string | null, ...lines: string[]) => ({ oid, database, lines });

async function actorsOf(catalogs: Catalogs) {
  const [app, clone] = await readRoles(serverWith(catalogs).wire, ['app', 'app_clone']);
  const told = (role: typeof app) => role?.actors.map((actor) => `${actor.database}: ${actor.role}`);
  return { app: told(app), clone: told(clone) };
}

describe('what sessions of a role act as', () => {
  it('is the role itself where nothing is set', async () => {
    expect(await actorsOf({ settings: [setting(APP, null, 'work_mem=1MB')] })).toEqual({
      app: ['null: app'],
      clone: ['null: app_clone'],
    });
  });

  const MEMBERS = ['a', 'b', 'c', 'd'].map((role) => membership(APP, role));
  it.each([
    ['its own for the database', [setting(APP, 'x', 'role=a'), setting(APP, null, 'role=b')], 'x: a'],
    [
      'its own, before that of the database',
      [setting(ALL, 'x', 'role=c'), setting(APP, null, 'role=b')],
      'x: b',
    ],
    ['that of the database', [setting(ALL, 'x', 'role=c'), setting(ALL, null, 'role=d')], 'x: c'],
    ['its own none', [setting(APP, 'x', 'role=none'), setting(ALL, 'x', 'role=c')], 'x: app'],
    [
      'what is left where it may not assume the first',
      [setting(APP, 'x', 'role=no'), setting(ALL, 'x', 'role=c')],
      'x: c',
    ],
    ['itself where it may assume none', [setting(APP, 'x', 'role=no')], 'x: app'],
  ])('is %s', async (_case, settings, actor) => {
    const { app } = await actorsOf({ settings, memberships: MEMBERS });
    expect(app).toContain(actor);
  });

  it('is told for all databases first, and for each that has a setting for it or for every role', async () => {
    const settings = [
      setting(ALL, 'x', 'role=a'),
      setting(APP, 'y', 'role=b'),
      setting(CLONE, 'z', 'role=none'),
    ];
    expect(await actorsOf({ settings, memberships: MEMBERS })).toEqual({
      app: ['null: app', 'x: a', 'y: b'],
      clone: ['null: app_clone', 'x: app_clone', 'z: app_clone'],
    });
  });

  it('follows from the memberships of this role, without a question', async () => {
    const { wire, query } = serverWith({
      settings: [setting(CLONE, null, 'role=app')],
      memberships: [membership(CLONE, 'app')],
    });
    expect((await readRoles(wire, []))[1]?.actors).toEqual([{ database: null, role: 'app' }]);
    expect(query).not.toHaveBeenCalled();
  });

  it.each([
    ['membership without SET', [membership(CLONE, 'app', false)]],
    ['membership of the other role', [membership(APP, 'app')]],
    ['membership in another role', [membership(CLONE, 'other')]],
  ])('is asked of the server where there is a %s', async (_case, memberships) => {
    const settings = [setting(CLONE, null, 'role=app')];
    expect((await actorsOf({ settings, memberships })).clone).toEqual(['null: app_clone']);
    expect((await actorsOf({ settings, memberships, assumable: [`${CLONE} app`] })).clone).toEqual([
      'null: app',
    ]);
  });

  it('is asked of the server for each role, in one question', async () => {
    const catalogs = { settings: [setting(ALL, null, 'role=group')], assumable: [`${APP} group`] };
    expect(await actorsOf(catalogs)).toEqual({ app: ['null: group'], clone: ['null: app_clone'] });
    const { wire, query } = serverWith(catalogs);
    await readRoles(wire, []);
    expect(query.mock.calls.map(([, values]) => values)).toEqual([[[APP, CLONE], ['group', 'group'], 'SET']]);
  });

  it('depends on membership alone before a membership has options', async () => {
    const { wire, query } = serverWith({ version: 150_004, settings: [setting(APP, null, 'role=group')] });
    await readRoles(wire, []);
    expect(query.mock.calls[0]?.[1][2]).toBe('MEMBER');
  });
});

it('the settings of a role are its own, whatever is in their values', async () => {
  const settings = [
    setting(APP, 'x', 'search_path="a=b", c', 'app.empty='),
    setting(ALL, null, 'work_mem=1MB'),
  ];
  const [app, clone] = await readRoles(serverWith({ settings }).wire, []);
  expect(app?.settings).toEqual([
    { database: 'x', name: 'search_path', value: '"a=b", c' },
    { database: 'x', name: 'app.empty', value: '' },
  ]);
  expect(clone?.settings).toEqual([]);
});
