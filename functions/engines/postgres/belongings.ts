import pg from 'pg';
import type { Wire } from './connection.ts';

const { escapeIdentifier } = pg;

/** What a clone has of its own, in one database. */
export interface Belongings {
  /** Null for what belongs to no database: databases and tablespaces themselves. */
  readonly database: string | null;
  /** Whether the session is in a place from which what is owned can be handed over. */
  readonly within: boolean;
  readonly owned: number;
  readonly granted: number;
}

/**
 * What a clone has of its own in all databases: objects made in its sessions before these acted as the original, and
 * privileges that somebody granted to it. Sessions of the original do not reach them. Default privileges and user mappings are
 * left out: they are nothing that could be handed over, and nothing to sessions that act as the original.
 */
export async function belongingsOf(wire: Wire, clone: string): Promise<readonly Belongings[]> {
  return wire.query<Belongings>(
    `SELECT datname AS database,
            coalesce(datname = current_database(), true) AS within,
            (count(*) FILTER (
              WHERE deptype = 'o' AND classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
            ))::int AS owned,
            (count(*) FILTER (WHERE deptype = 'a'))::int AS granted
     FROM pg_shdepend LEFT JOIN pg_database ON pg_database.oid = dbid
     WHERE refclassid = 'pg_authid'::regclass AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)
     AND deptype IN ('o', 'a') AND classid <> 'pg_auth_members'::regclass
     GROUP BY datname ORDER BY datname NULLS FIRST`,
    [clone],
  );
}

/** The same in sentences for an operator, each with what to do about it. */
export function described(
  belongings: readonly Belongings[],
  original: string,
  clone: string,
): readonly string[] {
  return belongings.flatMap(({ database, owned, granted }) => {
    const place =
      database === null ? 'outside of all databases' : `in the database ${JSON.stringify(database)}`;
    const there = database === null ? 'in any database' : 'there';
    const handOver = `To hand over what it owns, run ${there}: ${reassigning(original, clone)}`;
    const revoke = `Revoke them, or grant them to ${JSON.stringify(original)}.`;
    return [
      ...(owned > 0 ? [`${JSON.stringify(clone)} owns ${counted(owned)} ${place}. ${handOver}`] : []),
      ...(granted > 0
        ? [
            `${JSON.stringify(clone)} has privileges of its own on ${counted(granted)} ${place}, ` +
              `which its sessions have only after SET ROLE NONE. ${revoke}`,
          ]
        : []),
    ];
  });
}

/** Hands over what a clone owns in the session's database, and the databases and tablespaces that it owns. */
export function reassigning(original: string, clone: string): string {
  return `REASSIGN OWNED BY ${escapeIdentifier(clone)} TO ${escapeIdentifier(original)}`;
}

function counted(objects: number): string {
  return `${objects} object${objects === 1 ? '' : 's'}`;
}
