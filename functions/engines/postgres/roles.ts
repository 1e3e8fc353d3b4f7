import { Fault } from '@rotation/core';
import type { Wire } from './connection.ts';

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

/**
 * Reads roles; one that does not exist is left out.
 *
 * Any role may read these catalogs. Which `role` setting a session starts with is decided as ApplySetting in the server's
 * src/backend/utils/init/postinit.c does: the role's own for the database, its own, the database's, the cluster's; one that
 * the role may not assume is passed over with a warning.
 *
 * Names come from functions and not from joins: a session is new, and plans the query longer than it runs.
 */
export async function readRoles(wire: Wire, names: readonly string[]): Promise<readonly Role[]> {
  const hasOptions = wire.version >= VERSION_16;
  return wire.query<Role>(
    `WITH setting AS (
       SELECT setdatabase, setrole, split_part(line, '=', 1) AS name,
              substr(line, strpos(line, '=') + 1) AS value
       FROM pg_db_role_setting, unnest(setconfig) AS line
     )
     SELECT rolname AS name,
            array_remove(ARRAY[
              CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
              CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolinherit THEN 'INHERIT' END,
              CASE WHEN rolreplication THEN 'REPLICATION' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END
            ], NULL) AS attributes,
            rolconnlimit AS "connectionLimit",
            coalesce(
              to_json(rolvaliduntil AT TIME ZONE 'UTC') #>> '{}'
                || CASE WHEN isfinite(rolvaliduntil) THEN 'Z' ELSE '' END,
              'infinity'
            ) AS "validUntil",
            shobj_description(role.oid, 'pg_authid') AS comment,
            ARRAY(
              SELECT json_build_object('database', datname, 'name', name, 'value', value)
              FROM setting LEFT JOIN pg_database ON pg_database.oid = setdatabase
              WHERE setrole = role.oid ORDER BY datname, name
            ) AS settings,
            ARRAY(
              SELECT json_build_object(
                'role', pg_get_userbyid(roleid), 'grantor', pg_get_userbyid(grantor), 'admin', admin_option,
                'inherit', ${hasOptions ? 'inherit_option' : 'true'}, 'set', ${hasOptions ? 'set_option' : 'true'}
              )
              FROM pg_auth_members WHERE member = role.oid
              ORDER BY pg_get_userbyid(roleid), pg_get_userbyid(grantor)
            ) AS memberships,
            ARRAY(
              SELECT json_build_object('database', datname, 'role', coalesce((
                SELECT CASE value WHEN 'none' THEN role.rolname ELSE value END
                FROM setting
                WHERE name = 'role' AND setrole IN (role.oid, 0) AND setdatabase IN (place, 0)
                AND (value = 'none' OR pg_has_role(role.oid, to_regrole(quote_ident(value)), $2))
                ORDER BY setrole = 0, setdatabase = 0 LIMIT 1
              ), role.rolname))
              FROM (
                SELECT 0::oid AS place
                UNION SELECT setdatabase FROM setting WHERE name = 'role' AND setrole IN (role.oid, 0)
              ) AS places LEFT JOIN pg_database ON pg_database.oid = place
              ORDER BY datname NULLS FIRST
            ) AS actors,
            ARRAY(
              SELECT json_build_object('provider', provider, 'label', label) FROM pg_shseclabel
              WHERE classoid = 'pg_authid'::regclass AND objoid = role.oid ORDER BY provider
            ) AS labels
     FROM pg_roles AS role WHERE rolname = ANY ($1::text[])`,
    [names, hasOptions ? 'SET' : 'MEMBER'],
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
