import pg from 'pg';
import { DEFAULT_SCRAM_ITERATIONS, type PasswordEncryption } from './password-verifier.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/**
 * How the server wants passwords stored, as this session's user sees it.
 * @param scram to store SCRAM verifiers even where the server wants md5
 */
export async function passwordEncryption(client: pg.Client, scram: boolean): Promise<PasswordEncryption> {
  const { rows } = await client.query<{ encryption: string; iterations: string | null }>(
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
export async function takeLock(client: pg.Client, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
}

/** Stores a password verifier. A role may do this to itself. */
export async function storeVerifier(client: pg.Client, role: string, verifier: string): Promise<void> {
  await client.query(`ALTER ROLE ${escapeIdentifier(role)} PASSWORD ${escapeLiteral(verifier)}`);
}

/** Stores a password verifier and lets the role log in, in one statement. */
export async function storeVerifierAndUnlock(
  client: pg.Client,
  role: string,
  verifier: string,
): Promise<void> {
  await client.query(`ALTER ROLE ${escapeIdentifier(role)} LOGIN PASSWORD ${escapeLiteral(verifier)}`);
}

export async function createLockedRole(client: pg.Client, role: string): Promise<void> {
  await client.query(`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`);
}

/** Makes `member` a member of `role`, with its rights. */
export async function grantMembership(client: pg.Client, role: string, member: string): Promise<void> {
  await client.query(`GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(member)}`);
}

/** Makes sessions of `login` act as `role` from their start, so that what they create belongs to `role`. */
export async function actAs(client: pg.Client, login: string, role: string): Promise<void> {
  await client.query(`ALTER ROLE ${escapeIdentifier(login)} SET role TO ${escapeIdentifier(role)}`);
}

/** How two roles stand to each other. */
export interface Relation {
  readonly otherExists: boolean;
  /** `other` is the original and `role` its clone. */
  readonly roleIsMember: boolean;
  /** `role` is the original and `other` its clone. */
  readonly otherIsMember: boolean;
  /** Sessions of `other` act as `role`, in every database. */
  readonly otherActsAsRole: boolean;
}

export async function relationOf(client: pg.Client, role: string, other: string): Promise<Relation> {
  const { rows } = await client.query<Relation>(
    `SELECT other.oid IS NOT NULL AS "otherExists",
            EXISTS (SELECT FROM pg_auth_members WHERE roleid = other.oid AND member = role.oid) AS "roleIsMember",
            EXISTS (SELECT FROM pg_auth_members WHERE roleid = role.oid AND member = other.oid) AS "otherIsMember",
            EXISTS (SELECT FROM pg_db_role_setting, unnest(setconfig) AS setting
                    WHERE setrole = other.oid AND setdatabase = 0
                      AND setting = 'role=' || role.rolname) AS "otherActsAsRole"
     FROM pg_roles AS role LEFT JOIN pg_roles AS other ON other.rolname = $2
     WHERE role.rolname = $1`,
    [role, other],
  );
  return rows[0] ?? { otherExists: false, roleIsMember: false, otherIsMember: false, otherActsAsRole: false };
}

/**
 * The roles whose rights the user that is logged in has, and the one that its sessions start as. A clone's own role is left
 * out: it is not what makes it equal to its original.
 */
export async function ownRights(client: pg.Client, partner: string): Promise<readonly string[]> {
  // RESET ROLE goes to what a fresh session starts as, not past it.
  await client.query('RESET ROLE');
  const { rows } = await client.query<{ right: string }>(
    `WITH own AS (
       SELECT oid FROM pg_roles WHERE rolname = session_user
     ), clone AS (
       SELECT 1 FROM own JOIN pg_auth_members ON member = own.oid
       JOIN pg_roles AS original ON original.oid = roleid AND original.rolname = $1
     ), rights AS (
       SELECT 'the rights of ' || rolname AS "right", rolname FROM pg_roles
       WHERE pg_has_role(session_user, oid, 'MEMBER')
       UNION ALL
       SELECT 'sessions that act as ' || current_user, current_user
     )
     SELECT "right" FROM rights WHERE NOT (rolname = session_user AND EXISTS (TABLE clone))`,
    [partner],
  );
  return rows.map(({ right }) => right);
}
