import { Fault, PrivilegeMissing, ServerReadOnly } from '@rotation/core';
import type { Login } from '../engine.ts';
import type { Wire } from './connection.ts';
import { READ_ONLY, RESTRICTS_PASSWORDS } from './statements.ts';

/**
 * A role may store a verifier of its own, but for these two. Asked for and not tried out in a transaction that is rolled back,
 * since the server would log a command that takes the password away.
 * @throws ServerReadOnly; PrivilegeMissing where Amazon RDS restricts password commands
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.RestrictPasswordMgmt.html
 */
export async function assertMayStoreOwn(wire: Wire, login: Login): Promise<void> {
  const [{ readOnly, restricted } = { readOnly: false, restricted: false }] = await wire.query<{
    readOnly: boolean;
    restricted: boolean;
  }>(
    `SELECT ${READ_ONLY} AS "readOnly",
            ${RESTRICTS_PASSWORDS}
            AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_password' AND pg_has_role(oid, 'MEMBER')) AS restricted`,
  );
  if (readOnly) throw new ServerReadOnly(login, new Fault('transaction_read_only is on', '25006'));
  if (restricted) {
    throw new PrivilegeMissing(
      login,
      'change its own password',
      'Grant it "rds_password", or give the function a superuser secret that may, then rotate again.',
      new Fault('rds.restrict_password_commands is on', '42501'),
    );
  }
}
