import type { Wire } from './connection.ts';
import { VERSION_15 } from './roles.ts';

/**
 * Catalogs whose rows have an owner and privileges, what acldefault calls their kind, and the catalog that pg_shdepend names
 * in their place.
 */
const CATALOGS: readonly (readonly [
  catalog: string,
  owner: string,
  acl: string,
  kind: string,
  named?: string,
])[] = [
  ['pg_namespace', 'nspowner', 'nspacl', "'n'"],
  ['pg_proc', 'proowner', 'proacl', "'f'"],
  ['pg_type', 'typowner', 'typacl', "'T'"],
  ['pg_database', 'datdba', 'datacl', "'d'"],
  ['pg_tablespace', 'spcowner', 'spcacl', "'t'"],
  ['pg_language', 'lanowner', 'lanacl', "'l'"],
  ['pg_foreign_data_wrapper', 'fdwowner', 'fdwacl', "'F'"],
  ['pg_foreign_server', 'srvowner', 'srvacl', "'S'"],
  ['pg_largeobject_metadata', 'lomowner', 'lomacl', "'L'", 'pg_largeobject'],
];

/** Since PostgreSQL 15. */
const PARAMETERS = `UNION ALL
       SELECT classid, objid, objsubid, paracl
       FROM place JOIN pg_parameter_acl AS object ON classid = 'pg_parameter_acl'::regclass AND object.oid = objid`;

/**
 * What a role owns in the session's database and in the whole cluster; the privileges there that are granted to it, or are its
 * as the owner; the row security policies that are for it; and its user mappings. Whatever it has through another role or as
 * everybody is left out, and so are temporary objects.
 *
 * pg_shdepend has an entry, found by an index, for each object that a role owns or is named by.
 */
export async function privilegesOf(wire: Wire, role: string): Promise<readonly string[]> {
  const rows = await wire.query<{ trait: string }>(
    `WITH self AS (
       SELECT oid FROM pg_roles WHERE rolname = $1
     ), named AS MATERIALIZED (
       SELECT DISTINCT classid, objid, objsubid, deptype FROM pg_shdepend, self
       WHERE refclassid = 'pg_authid'::regclass AND refobjid = self.oid
       AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
     ), place AS (
       SELECT DISTINCT classid, objid, objsubid FROM named WHERE deptype IN ('a', 'o')
     ), acl AS (
       SELECT classid, objid, objsubid, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) AS acl
       FROM place JOIN pg_class ON classid = 'pg_class'::regclass AND pg_class.oid = objid AND objsubid = 0
       WHERE relpersistence <> 't'
       UNION ALL
       SELECT classid, objid, objsubid, attacl
       FROM place JOIN pg_attribute ON classid = 'pg_class'::regclass AND attrelid = objid AND attnum = objsubid
       WHERE objsubid <> 0
       ${CATALOGS.map(
         ([catalog, owner, acl, kind, named = catalog]) => `UNION ALL
       SELECT classid, objid, objsubid, coalesce(${acl}, acldefault(${kind}, ${owner}))
       FROM place JOIN ${catalog} AS object ON classid = '${named}'::regclass AND object.oid = objid`,
       ).join('\n       ')}
       ${wire.version >= VERSION_15 ? PARAMETERS : ''}
     ), kept AS (
       SELECT * FROM acl WHERE NOT (classid = 'pg_namespace'::regclass AND pg_is_other_temp_schema(objid))
     )
     SELECT privilege_type || ' on ' || pg_describe_object(classid, objid, objsubid)
            || CASE WHEN is_grantable THEN ' with GRANT OPTION' ELSE '' END AS trait
     FROM kept, self, aclexplode(acl) WHERE grantee = self.oid
     UNION
     SELECT privilege_type || ' on what ' || CASE defaclrole WHEN self.oid THEN 'it' ELSE pg_get_userbyid(defaclrole) END
            || ' will create: kind ' || defaclobjtype::text || coalesce(' in schema ' || nspname, '')
            || ', for ' || CASE grantee WHEN self.oid THEN 'itself' WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END
            || CASE WHEN is_grantable THEN ' with GRANT OPTION' ELSE '' END
     FROM pg_default_acl LEFT JOIN pg_namespace ON pg_namespace.oid = defaclnamespace, self, aclexplode(defaclacl)
     WHERE self.oid IN (defaclrole, grantee)
     UNION
     SELECT 'the ownership of ' || pg_describe_object(classid, objid, objsubid) FROM named
     WHERE deptype = 'o' AND classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
     AND NOT (classid = 'pg_namespace'::regclass AND pg_is_other_temp_schema(objid))
     AND NOT EXISTS (
       SELECT FROM pg_class WHERE classid = 'pg_class'::regclass AND pg_class.oid = objid AND relpersistence = 't'
     )
     UNION
     SELECT 'the ' || pg_describe_object(classid, objid, objsubid) FROM named WHERE deptype = 'r'
     UNION
     SELECT 'the user mapping for server ' || srvname FROM pg_user_mappings, self WHERE umuser = self.oid`,
    [role],
  );
  return rows.map(({ trait }) => trait);
}
