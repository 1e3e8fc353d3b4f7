import { Fault } from '@rotation/core';
import pg from 'pg';
import type { Right } from '../engine.ts';
import type { Wire } from './connection.ts';
import { DEFAULT_SCRAM_ITERATIONS, type PasswordEncryption } from './password-verifier.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/**
 * How the server wants passwords stored, as this session's user sees it.
 * @param scram to store SCRAM verifiers even where the server wants md5
 */
export async function passwordEncryption(wire: Wire, scram: boolean): Promise<PasswordEncryption> {
  const rows = await wire.query<{ encryption: string; iterations: string | null }>(
    `SELECT current_setting('password_encryption') AS encryption,
            current_setting('scram_iterations', true) AS iterations`,
  );
  const [{ encryption, iterations } = { encryption: '', iterations: null }] = rows;
  if (encryption === 'md5' && !scram) return { kind: 'md5' };
  return {
    kind: 'scram-sha-256',
    iterations: iterations === null ? DEFAULT_SCRAM_ITERATIONS : Number(iterations),
  };
}

/** Waits, within lock_timeout, for an advisory lock of the database, and holds it until the session ends. */
export async function takeLock(wire: Wire, name: string): Promise<void> {
  await wire.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
}

/** Stores a password verifier. A role may do this to itself. */
export async function storeVerifier(wire: Wire, role: string, verifier: string): Promise<void> {
  await wire.query(`ALTER ROLE ${escapeIdentifier(role)} PASSWORD ${escapeLiteral(verifier)}`);
}

/** Stores a password verifier and lets the role log in, in one statement. */
export async function storeVerifierAndUnlock(wire: Wire, role: string, verifier: string): Promise<void> {
  await wire.query(`ALTER ROLE ${escapeIdentifier(role)} LOGIN PASSWORD ${escapeLiteral(verifier)}`);
}

export async function createLockedRole(wire: Wire, role: string): Promise<void> {
  await wire.query(`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`);
}

/** Makes `member` a member of `role`, with its rights. */
export async function grantMembership(wire: Wire, role: string, member: string): Promise<void> {
  await wire.query(`GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(member)}`);
}

/** Makes sessions of `login` act as `role` from their start, so that what they create belongs to `role`. */
export async function actAs(wire: Wire, login: string, role: string): Promise<void> {
  await wire.query(`ALTER ROLE ${escapeIdentifier(login)} SET role TO ${escapeIdentifier(role)}`);
}

/** Does all of it or, when a statement fails or the connection breaks, nothing. */
export async function inTransaction(wire: Wire, work: () => Promise<void>): Promise<void> {
  await wire.query('BEGIN');
  try {
    await work();
    await wire.query('COMMIT');
  } catch (error) {
    // On a connection that is gone the server has rolled back by itself.
    await wire.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** How two roles stand to each other. */
export interface Relation {
  readonly otherExists: boolean;
  /** `other` is the original and `role` its clone. */
  readonly roleIsMember: boolean;
  /** `role` is the original and `other` its clone. */
  readonly otherIsMember: boolean;
  readonly otherIsMoreThanRole: boolean;
  /** The role that sessions of `role` act as, which is itself unless it has a setting of its own. */
  readonly actsAs: string;
  /** The same of `other`; null when it has no setting. */
  readonly otherActsAs: string | null;
}

/** @throws Fault when there is no `role` */
export async function relationOf(wire: Wire, role: string, other: string): Promise<Relation> {
  const [relation] = await wire.query<Relation>(
    `WITH acting AS (
       SELECT setrole, substr(setting, length('role=') + 1) AS actor
       FROM pg_db_role_setting, unnest(setconfig) AS setting
       WHERE setdatabase = 0 AND starts_with(setting, 'role=')
     )
     SELECT other.oid IS NOT NULL AS "otherExists",
            EXISTS (SELECT FROM pg_auth_members WHERE roleid = other.oid AND member = role.oid) AS "roleIsMember",
            EXISTS (SELECT FROM pg_auth_members WHERE roleid = role.oid AND member = other.oid) AS "otherIsMember",
            coalesce(other.rolsuper AND NOT role.rolsuper, false) AS "otherIsMoreThanRole",
            coalesce((SELECT actor FROM acting WHERE setrole = role.oid), role.rolname) AS "actsAs",
            (SELECT actor FROM acting WHERE setrole = other.oid) AS "otherActsAs"
     FROM pg_roles AS role LEFT JOIN pg_roles AS other ON other.rolname = $2
     WHERE role.rolname = $1`,
    [role, other],
  );
  if (relation === undefined) throw new Fault(`there is no role ${JSON.stringify(role)}`);
  return relation;
}

/**
 * The roles whose rights the user that is logged in has, and the one that its sessions start as. A clone's own role is left
 * out: it is not what makes it equal to its original.
 */
export async function ownRights(wire: Wire, partner: string): Promise<readonly Right[]> {
  // RESET ROLE goes to what a fresh session starts as, not past it.
  await wire.query('RESET ROLE');
  return wire.query<{ text: string }>(
    `WITH own AS (
       SELECT oid FROM pg_roles WHERE rolname = session_user
     ), clone AS (
       SELECT 1 FROM own JOIN pg_auth_members ON member = own.oid
       JOIN pg_roles AS original ON original.oid = roleid AND original.rolname = $1
     ), rights AS (
       SELECT 'the rights of ' || rolname AS text, rolname FROM pg_roles
       WHERE pg_has_role(session_user, oid, 'MEMBER')
       UNION ALL
       SELECT 'sessions that act as ' || current_user, current_user
     )
     SELECT text FROM rights WHERE NOT (rolname = session_user AND EXISTS (TABLE clone))`,
    [partner],
  );
}
