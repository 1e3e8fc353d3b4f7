import { Fault } from '@rotation/core';
import type { Wire } from './connection.ts';
import { VERSION_16 } from './roles.ts';
import { READ_ONLY, RESTRICTS_PASSWORDS } from './statements.ts';

/**
 * What the server would say to a change of another role's password, as AlterRole in its src/backend/commands/user.c decides.
 * Asked for and not tried out in a transaction that is rolled back, since that would put a command into the server's log that
 * takes a password away, and would have others wait for the role.
 * @throws Fault with the SQLSTATE of the real change
 */
export async function assertMayStoreFor(wire: Wire, username: string): Promise<void> {
  const [found] = await wire.query<{
    readOnly: boolean;
    isRestricted: boolean;
    isSuperuser: boolean;
    createsRoles: boolean;
    target: { isSuperuser: boolean; replicates: boolean; isAdministered: boolean; isOwn: boolean } | null;
  }>(
    `SELECT ${READ_ONLY} AS "readOnly",
            ${RESTRICTS_PASSWORDS}
            AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_password' AND NOT pg_has_role(oid, 'MEMBER'))
              AS "isRestricted",
            self.rolsuper AS "isSuperuser", self.rolcreaterole AS "createsRoles",
            (
              SELECT json_build_object(
                'isSuperuser', other.rolsuper, 'replicates', other.rolreplication,
                'isAdministered', pg_has_role(self.oid, other.oid, 'MEMBER WITH ADMIN OPTION'),
                'isOwn', other.oid = self.oid
              )
              FROM pg_roles AS other WHERE other.rolname = $1
            ) AS target
     FROM pg_roles AS self WHERE self.rolname = session_user`,
    [username],
  );
  if (found === undefined) throw new Fault('the role of the session is gone', '42704');
  const { readOnly, isRestricted, isSuperuser, createsRoles, target } = found;
  const name = JSON.stringify(username);
  if (readOnly) throw new Fault('transaction_read_only is on', '25006');
  if (target === null) throw new Fault(`role ${name} does not exist`, '42704');
  if (isRestricted) throw new Fault('rds.restrict_password_commands is on', '42501');
  if (isSuperuser) return;

  const hasOptions = wire.version >= VERSION_16;
  if (target.isSuperuser) throw new Fault(`only a superuser may alter ${name}, which is one`, '42501');
  if (!hasOptions && target.replicates) {
    throw new Fault(`only a superuser may alter ${name}, which has REPLICATION`, '42501');
  }
  if (target.isOwn || (createsRoles && (!hasOptions || target.isAdministered))) return;
  const option = hasOptions ? ` and the ADMIN OPTION on ${name}` : '';
  throw new Fault(`it takes CREATEROLE${option}`, '42501');
}
