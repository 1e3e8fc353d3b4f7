import pg from 'pg';
import type { Change, Need } from './clone-changes.ts';
import type { Wire } from './connection.ts';
import { isDenied } from './faults.ts';
import { type Attribute, readRoles, VERSION_15, VERSION_16 } from './roles.ts';

const { escapeIdentifier } = pg;

/**
 * The one statement that gives the user that is logged in what a change took that has failed. Call it outside of a transaction.
 * @returns undefined when it was not for want of a privilege, or of none that the catalogs tell of
 */
export async function missingFor(wire: Wire, need: Need, failure: unknown): Promise<string | undefined> {
  if (!isDenied(failure)) return undefined;
  const version = wire.version;
  const [row] = await wire.query<{
    name: string;
    hasAdmin: boolean;
    isRds: boolean;
    lacksPasswords: boolean;
  }>(
    `SELECT session_user AS name,
            coalesce(pg_has_role(session_user, to_regrole(quote_ident($1)), 'MEMBER WITH ADMIN OPTION'), true)
              AS "hasAdmin",
            to_regrole('rds_superuser') IS NOT NULL AS "isRds",
            coalesce(current_setting('rds.restrict_password_commands', true) <> 'off'
              AND NOT pg_has_role(session_user, to_regrole('rds_password'), 'MEMBER'), false) AS "lacksPasswords"`,
    [need.adminOf ?? null],
  );
  const { name, hasAdmin, isRds, lacksPasswords } = row ?? {
    name: '',
    hasAdmin: true,
    isRds: false,
    lacksPasswords: false,
  };
  const [user] = await readRoles(wire, [name]);
  const has = (attribute: Attribute) => user?.attributes.includes(attribute) ?? false;
  const self = escapeIdentifier(name);

  if (need.createRole && !has('CREATEROLE')) return `ALTER ROLE ${self} CREATEROLE`;
  if (need.adminOf !== undefined && version >= VERSION_16 && !hasAdmin) {
    return `GRANT ${escapeIdentifier(need.adminOf)} TO ${self} WITH ADMIN OPTION`;
  }
  if (need.ofPassword && lacksPasswords) return `GRANT rds_password TO ${self}`;
  const isDelegable = version >= VERSION_16 && need.attribute !== 'SUPERUSER';
  if (need.attribute !== undefined && isDelegable && !has(need.attribute)) {
    return `ALTER ROLE ${self} ${need.attribute}`;
  }
  if (need.rightsOf !== undefined) {
    const inheriting = version >= VERSION_16 ? ' WITH INHERIT TRUE' : '';
    return `GRANT ${need.rightsOf.map(escapeIdentifier).join(', ')} TO ${self}${inheriting}`;
  }
  if (need.parameter !== undefined && version >= VERSION_15) {
    return `GRANT SET ON PARAMETER ${escapeIdentifier(need.parameter)} TO ${self}`;
  }
  // On Amazon RDS nobody is SUPERUSER but RDS itself.
  return has('SUPERUSER') || isRds ? undefined : `ALTER ROLE ${self} SUPERUSER`;
}

/**
 * The same for a change of a role. Where it takes the rights of a superuser, nobody is to become one for it: it is the
 * change's own statement that a superuser is to make.
 */
export async function missingForChange(
  wire: Wire,
  { needs, statements }: Change,
  failure: unknown,
): Promise<string | undefined> {
  const missing = await missingFor(wire, needs, failure);
  if (missing === undefined || needs.rightsOf === undefined) return missing;
  const needed = await readRoles(wire, needs.rightsOf);
  return needed.some(({ attributes }) => attributes.includes('SUPERUSER')) ? statements.join('; ') : missing;
}
