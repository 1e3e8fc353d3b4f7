import { Fault } from '@rotation/core';
import pg from 'pg';
import type { RowsOfEach, Wire } from './connection.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** What a role is, apart from its password and from what belongs to it or is granted to it. */
export interface Role {
  readonly name: string;
  /** Those that it has, of {@link ATTRIBUTES}. */
  readonly attributes: readonly Attribute[];
  /** -1 is none. */
  readonly connectionLimit: number;
  /** A moment in UTC, or `infinity`, which is also said of a role that has no such moment: nothing sets that again. */
  readonly validUntil: string;
  readonly comment: string | null;
  readonly settings: readonly Setting[];
  /** One for each grantor, as there may be since PostgreSQL 16. */
  readonly memberships: readonly Membership[];
  /** What its sessions start as: in every database, and in each for which something of its own is set. */
  readonly actors: readonly Actor[];
  readonly labels: readonly SecurityLabel[];
}

export const ATTRIBUTES = [
  'SUPERUSER',
  'CREATEROLE',
  'CREATEDB',
  'INHERIT',
  'REPLICATION',
  'BYPASSRLS',
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** What an extension has noted about a role, such as whose data it is to see masked. */
interface SecurityLabel {
  readonly provider: string;
  readonly label: string;
}

/** A line of ALTER ROLE .. SET. */
export interface Setting {
  /** Null is every database. */
  readonly database: string | null;
  readonly name: string;
  /** As the server stores it. */
  readonly value: string;
}

export interface Membership {
  readonly role: string;
  readonly grantor: string;
  readonly admin: boolean;
  /** This and `set` are true before PostgreSQL 16, which has no such options. */
  readonly inherit: boolean;
  readonly set: boolean;
}

export interface Actor {
  readonly database: string | null;
  readonly role: string;
}

/** Whose setting it is, where it is of all roles. */
const EVERYBODY = 0;

/** What the catalogs say; `oid` is that of the role that a row is about. */
interface Rows {
  readonly roles: Readonly<Record<Attribute, boolean>> &
    Pick<Role, 'name' | 'connectionLimit' | 'validUntil'> & { readonly oid: number };
  readonly memberships: Membership & { readonly oid: number };
  readonly settings: Pick<Setting, 'database'> & { readonly oid: number; readonly lines: readonly string[] };
  readonly comments: { readonly oid: number; readonly comment: string };
  readonly labels: SecurityLabel & { readonly oid: number };
}

/** A setting of a role or, as EVERYBODY's, of all. */
interface StoredSetting extends Setting {
  readonly oid: number;
}

/** What of a `role` setting decides whether the server heeds it. */
type RoleSetting = Pick<StoredSetting, 'oid' | 'value'>;

/**
 * Reads roles; one that does not exist is left out. Any role may read these catalogs.
 *
 * A statement for each catalog, put together here, takes a new session two thirds as long as one query over all of them, which
 * it plans longer than it runs.
 */
export async function readRoles(wire: Wire, names: readonly string[]): Promise<readonly Role[]> {
  const rows = await wire.queryEach<Rows>(catalogQueries(names, wire.version));
  const settings = rows.settings.flatMap(({ lines, ...place }) =>
    lines.map((line) => ({ ...place, ...settingIn(line) })),
  );
  const actorsOf = await actorsBy(wire, rows, settings);
  return rows.roles.map(({ oid, name, connectionLimit, validUntil, ...has }) => {
    const own = <Row extends { readonly oid: number }>(all: readonly Row[]) =>
      all.flatMap(({ oid: whose, ...row }) => (whose === oid ? [row] : []));
    return {
      name,
      attributes: ATTRIBUTES.filter((attribute) => has[attribute]),
      connectionLimit,
      validUntil,
      comment: own(rows.comments)[0]?.comment ?? null,
      settings: own(settings),
      memberships: own(rows.memberships),
      actors: actorsOf(oid, name),
      labels: own(rows.labels),
    };
  });
}

function catalogQueries(names: readonly string[], version: number): Readonly<Record<keyof Rows, string>> {
  const oids = names.map((name) => `to_regrole(${escapeLiteral(escapeIdentifier(name))})`).join(', ');
  const option = (column: string) => (version >= VERSION_16 ? column : 'true');
  return {
    roles: `
      SELECT oid, rolname AS name, rolsuper AS "SUPERUSER", rolcreaterole AS "CREATEROLE", rolcreatedb AS "CREATEDB",
             rolinherit AS "INHERIT", rolreplication AS "REPLICATION", rolbypassrls AS "BYPASSRLS",
             rolconnlimit AS "connectionLimit",
             coalesce(
               to_json(rolvaliduntil AT TIME ZONE 'UTC') #>> '{}'
                 || CASE WHEN isfinite(rolvaliduntil) THEN 'Z' ELSE '' END,
               'infinity'
             ) AS "validUntil"
      FROM pg_roles WHERE rolname IN (${names.map(escapeLiteral).join(', ')})`,
    memberships: `
      SELECT member AS oid, pg_get_userbyid(roleid) AS role, pg_get_userbyid(grantor) AS grantor,
             admin_option AS admin, ${option('inherit_option')} AS inherit, ${option('set_option')} AS set
      FROM pg_auth_members WHERE member IN (${oids}) ORDER BY role, grantor`,
    settings: `
      SELECT setrole AS oid, datname AS database, setconfig AS lines
      FROM pg_db_role_setting LEFT JOIN pg_database ON pg_database.oid = setdatabase
      WHERE setrole IN (${EVERYBODY}, ${oids}) ORDER BY database`,
    comments: `
      SELECT objoid AS oid, description AS comment FROM pg_shdescription
      WHERE classoid = 'pg_authid'::regclass AND objoid IN (${oids})`,
    labels: `
      SELECT objoid AS oid, provider, label FROM pg_shseclabel
      WHERE classoid = 'pg_authid'::regclass AND objoid IN (${oids})`,
  };
}

function settingIn(line: string): Pick<Setting, 'name' | 'value'> {
  const end = line.indexOf('=');
  return { name: line.slice(0, end), value: line.slice(end + 1) };
}

/**
 * Which `role` setting a session starts with is decided as ApplySetting in the server's src/backend/utils/init/postinit.c does:
 * the role's own for the database, its own, the database's, the cluster's; one that the role may not assume is passed over with
 * a warning.
 */
async function actorsBy(
  wire: Wire,
  { roles, memberships }: RowsOfEach<Rows>,
  settings: readonly StoredSetting[],
): Promise<(oid: number, name: string) => readonly Actor[]> {
  const stored = settings.filter(({ name }) => name === 'role');
  const isOf = (oid: number) => (setting: StoredSetting) => setting.oid === oid || setting.oid === EVERYBODY;
  const isClear = (oid: number, value: string) =>
    value === 'none' ||
    memberships.some((membership) => membership.oid === oid && membership.role === value && membership.set);
  // What a role's own memberships do not tell, such as those of its roles in turn, the server is asked.
  const asked = roles.flatMap(({ oid }) =>
    stored.filter(isOf(oid)).flatMap(({ value }) => (isClear(oid, value) ? [] : [{ oid, value }])),
  );
  const answered = asked.length === 0 ? [] : await assumable(wire, asked);
  const mayAssume = (oid: number, value: string) =>
    isClear(oid, value) || answered.some((answer) => answer.oid === oid && answer.value === value);

  return (oid, name) => {
    const its = stored.filter(isOf(oid));
    const places = new Set([null, ...its.map(({ database }) => database)]);
    return [...places].map((place) => {
      const inOrder = [oid, EVERYBODY].flatMap((whose) =>
        [place, null].flatMap((database) =>
          its.filter((setting) => setting.oid === whose && setting.database === database),
        ),
      );
      const value = inOrder.find((setting) => mayAssume(oid, setting.value))?.value ?? 'none';
      return { database: place, role: value === 'none' ? name : value };
    });
  };
}

/** @returns those that the role may assume */
async function assumable(wire: Wire, asked: readonly RoleSetting[]): Promise<readonly RoleSetting[]> {
  return wire.query(
    `SELECT oid, value FROM unnest($1::oid[], $2::text[]) AS asked (oid, value)
     WHERE pg_has_role(oid, to_regrole(quote_ident(value)), $3)`,
    [
      asked.map(({ oid }) => oid),
      asked.map(({ value }) => value),
      wire.version >= VERSION_16 ? 'SET' : 'MEMBER',
    ],
  );
}

/** Since then a membership has options, and changing a role takes the ADMIN OPTION on it. */
export const VERSION_16 = 160_000;

/** Since then the right to set a parameter can be granted. */
export const VERSION_15 = 150_000;

/** @throws Fault when it is not among them */
export function roleNamed(roles: readonly Role[], name: string): Role {
  const role = roles.find((one) => one.name === name);
  if (role === undefined) throw new Fault(`there is no role ${JSON.stringify(name)}`);
  return role;
}
