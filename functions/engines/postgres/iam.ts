import { PasswordLoginForbidden } from '@rotation/core';
import pg from 'pg';
import type { Login } from '../engine.ts';
import type { Wire } from './connection.ts';

const { escapeIdentifier } = pg;

/** The role of which members may log in by IAM only, on Amazon RDS. */
const IAM_ROLE = 'rds_iam';

/**
 * RDS sends members of rds_iam to IAM, whatever password they have: a rotation would end without a login.
 * @throws PasswordLoginForbidden
 */
export async function assertMayUsePassword(wire: Wire, login: Login, username: string): Promise<void> {
  const [{ mayBeMember } = { mayBeMember: false }] = await wire.query<{ mayBeMember: boolean | null }>(
    `SELECT pg_has_role(to_regrole(quote_ident($1)), to_regrole('${IAM_ROLE}'), 'MEMBER') AS "mayBeMember"`,
    [username],
  );
  const member = mayBeMember ? await memberWithin(wire, username) : undefined;
  if (member === undefined) return;
  const revoke = `REVOKE ${escapeIdentifier(IAM_ROLE)} FROM ${escapeIdentifier(member)}`;
  throw new PasswordLoginForbidden(login, username, IAM_ROLE, revoke);
}

/**
 * The role that was granted rds_iam by which another is a member of it. Superusers, whom pg_has_role takes for members of every
 * role, are members of those granted to them alone, as pg_hba.conf has it.
 */
async function memberWithin(wire: Wire, username: string): Promise<string | undefined> {
  const [granted] = await wire.query<{ member: string }>(
    `WITH RECURSIVE self AS (
       SELECT oid FROM pg_roles WHERE rolname = $1
     ), within AS (
       SELECT oid AS member FROM self
       UNION
       SELECT roleid FROM within JOIN pg_auth_members AS membership USING (member)
     )
     SELECT pg_get_userbyid(member) AS member FROM within JOIN pg_auth_members AS membership USING (member)
     WHERE membership.roleid = to_regrole('${IAM_ROLE}')
     ORDER BY member = (SELECT oid FROM self) DESC LIMIT 1`,
    [username],
  );
  return granted?.member;
}
