import { createHash, randomBytes } from 'node:crypto';
import { escape as literal } from 'mysql2';
import type { Wire } from './connection.ts';
import { asksForClearText } from './faults.ts';

/**
 * How a password stands in a statement.
 *
 * - `masked`: as clear text, which MySQL needs, to hash it with the account's plugin, and masks in every log that it writes
 * - `hashed`: MariaDB writes statements into its general and binary logs as they come, so it gets the hash
 * - `clear`: MariaDB with a password validation plugin and strict_password_validation wants to see what it checks
 */
export type PasswordForm = 'masked' | 'hashed' | 'clear';

/** Runs a statement that carries a password in the least revealing form that the server takes. */
export async function inSafestForm(wire: Wire, run: (form: PasswordForm) => Promise<void>): Promise<void> {
  if (!isMariaDb(wire)) return run('masked');
  try {
    await run('hashed');
  } catch (error) {
    if (!asksForClearText(error)) throw error;
    await run('clear');
  }
}

export function isMariaDb({ version }: Wire): boolean {
  return version.includes('MariaDB');
}

/** As in "MySQL 9.7.0" or "MariaDB 11.8.2". */
export function productOf({ version }: Wire): string {
  const [, number] = /([\d.]+)-MariaDB/.exec(version) ?? [];
  return number === undefined ? `MySQL ${version}` : `MariaDB ${number}`;
}

/** The clause of CREATE USER and ALTER USER. */
export function identifiedBy(form: PasswordForm, password: string): string {
  return form === 'hashed'
    ? `IDENTIFIED BY PASSWORD ${literal(nativeHash(password))}`
    : `IDENTIFIED BY ${literal(password)}`;
}

/** What MariaDB's SET PASSWORD sets. */
export function passwordOf(form: Exclude<PasswordForm, 'masked'>, password: string): string {
  return form === 'hashed' ? literal(nativeHash(password)) : `PASSWORD(${literal(password)})`;
}

/** The statement with which the account that is logged in changes its own password. Needs no privilege. */
export function ownPasswordStatement(form: PasswordForm, password: string): string {
  switch (form) {
    case 'masked':
      return `ALTER USER CURRENT_USER() ${identifiedBy(form, password)}`;
    // MariaDB lets nobody use ALTER USER on itself without the privilege to use it on everyone.
    case 'hashed':
    case 'clear':
      return `SET PASSWORD = ${passwordOf(form, password)}`;
    default:
      throw new TypeError(`unknown form ${form satisfies never}`);
  }
}

/** What MariaDB stores for mysql_native_password, the plugin of accounts that name none: `*` and SHA1(SHA1(password)) in hex. */
export function nativeHash(password: string): string {
  const once = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}

/** Nobody keeps it, and its account is locked. It only has to satisfy a server's policy: several of each kind, and length. */
export function throwawayPassword(): string {
  return 'aA1!'.repeat(4) + randomBytes(96).toString('base64url');
}
