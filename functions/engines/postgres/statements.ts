import pg from 'pg';
import type { Wire } from './connection.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** For a SELECT: the server takes no change, as a standby does. */
export const READ_ONLY = "current_setting('transaction_read_only') = 'on'";

/** For a SELECT: Amazon RDS leaves passwords to the members of rds_password. */
export const RESTRICTS_PASSWORDS =
  "coalesce(current_setting('rds.restrict_password_commands', true), '') IN ('on', '1')";

/** As in "18.1", or with what a distribution adds to it. */
export async function productVersion(wire: Wire): Promise<string> {
  const [{ version } = { version: '' }] = await wire.query<{ version: string }>(
    "SELECT current_setting('server_version') AS version",
  );
  return version;
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

/** How a transaction ends whose statements succeed: for good, or as if it had never been. */
export type Ending = 'COMMIT' | 'ROLLBACK';

/** Does all of it or, when a statement fails or the connection breaks, nothing. */
export async function inTransaction(wire: Wire, ending: Ending, work: () => Promise<void>): Promise<void> {
  await wire.query('BEGIN');
  try {
    await work();
    await wire.query(ending);
  } catch (error) {
    // On a connection that is gone the server has rolled back by itself.
    await wire.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
