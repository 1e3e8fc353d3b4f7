import type { TestDatabase } from './test-database.ts';

/** All that PostgreSQL's catalogs say of a role but its name and its password, read without the code under test. */
export interface CataloguedRole {
  readonly attributes: unknown;
  readonly inherits: unknown;
  readonly comment: unknown;
  /** As pg_db_role_setting stores them, without `role`: what sessions act as is seen by logging in. */
  readonly settings: unknown;
  readonly memberships: unknown;
}

/** @param original whose members a clone's sessions are: that membership is what makes it a clone */
export async function catalogued(
  database: TestDatabase,
  name: string,
  original?: string,
): Promise<CataloguedRole> {
  const role = `(SELECT oid FROM pg_roles WHERE rolname = ${database.literal(name)})`;
  const except = database.literal(original ?? '');
  const [[inherits, ...attributes] = []] = await database.sql(
    `SELECT rolinherit, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin,
            rolconnlimit, coalesce(rolvaliduntil, 'infinity')::text FROM pg_roles WHERE oid = ${role}`,
  );
  const [comment] = await database.sql(`SELECT shobj_description(${role}, 'pg_authid')`);
  const settings = await database.sql(
    `SELECT setdatabase, line FROM pg_db_role_setting, unnest(setconfig) AS line
     WHERE setrole = ${role} AND line NOT LIKE 'role=%' ORDER BY 1, line COLLATE "C"`,
  );
  const memberships = await database.sql(
    `SELECT roleid::regrole::text, admin_option FROM pg_auth_members
     WHERE member = ${role} AND roleid <> coalesce(to_regrole(quote_ident(${except})), 0) ORDER BY 1`,
  );
  return { attributes, inherits, comment, settings, memberships };
}
