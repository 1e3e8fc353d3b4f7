import { createHash } from 'node:crypto';
import { Fault } from '@rotation/core';
import { escape as literal } from 'mysql2';
import type { Wire } from './connection.ts';
import { hidesItsReason, missesTable } from './faults.ts';
import { type GrantStatement, onMissingTable, sqlOf } from './grant-statement.ts';
import { identifiedBy, isMariaDb, type PasswordForm } from './password-form.ts';
import type { Right } from './right.ts';
import { rightsIn } from './show-grants.ts';

/*
 * Account statements take no parameters, so values stand in them as literals, made by the driver's escaping; the session's
 * sql_mode makes that escaping right.
 */

/** MySQL keeps a user once for each host part that may log in with its name. */
export interface Account {
  readonly user: string;
  readonly host: string;
}

/** The account as it stands in a statement. */
export const quoted = ({ user, host }: Account) => `${literal(user)}@${literal(host)}`;

/** The accounts of a user name, without roles, which MariaDB keeps in the same table with no host part. */
export async function existingAccounts(wire: Wire, user: string): Promise<Account[]> {
  const rows = await wire.query(
    `SELECT Host FROM mysql.user WHERE User = ${literal(user)} AND Host <> '' ORDER BY Host`,
  );
  return rows.map(([host]) => ({ user, host: String(host) }));
}

/**
 * The accounts of a user that is known to be there.
 * @throws Fault when there is none
 */
export async function accountsOf(wire: Wire, user: string): Promise<Account[]> {
  const accounts = await existingAccounts(wire, user);
  if (accounts.length === 0) throw new Fault(`mysql.user has no account of the name ${JSON.stringify(user)}`);
  return accounts;
}

/** For accounts of the same user: whether it is one of these. */
export function isAmong(accounts: readonly Account[]): (account: Account) => boolean {
  const hosts = new Set(accounts.map(({ host }) => host));
  return ({ host }) => hosts.has(host);
}

/** A name of a lock may have 64 characters; a digest has them whatever it is made of. */
const lockName = (name: string) => createHash('sha256').update(name).digest('hex');

/** Fails where the server is read-only to this session, as a statement that changes users would. */
export async function assertMayWrite(wire: Wire): Promise<void> {
  await wire.query('START TRANSACTION READ WRITE');
  await wire.query('ROLLBACK');
}

/**
 * Waits for a lock of the server, within @@lock_wait_timeout as other statements do, and holds it until the session ends.
 * @throws Fault when another session held it all that time
 */
export async function takeLock(wire: Wire, name: string): Promise<void> {
  const [[taken] = []] = await wire.query(`SELECT GET_LOCK(${literal(lockName(name))}, @@lock_wait_timeout)`);
  if (taken !== 1) throw new Fault('another session holds the lock');
}

/** Creates accounts, locked. One that another session has created meanwhile is left as it is. */
export async function createLocked(
  wire: Wire,
  accounts: readonly Account[],
  form: PasswordForm,
  password: string,
): Promise<void> {
  await wire.query(`CREATE USER IF NOT EXISTS ${withPassword(accounts, form, password)} ACCOUNT LOCK`);
}

/** @param clauses accounts, and what of them is changed */
export async function alterUsers(wire: Wire, clauses: string): Promise<void> {
  try {
    await wire.query(`ALTER USER ${clauses}`);
  } catch (error) {
    throw hidesItsReason(error) ? await firstError(wire, error) : error;
  }
}

/** The first error of the statement that has just failed: the others follow from it. */
async function firstError(wire: Wire, last: unknown): Promise<unknown> {
  const rows = await wire.query('SHOW WARNINGS');
  const [, code, message] = rows.find(([level]) => level === 'Error') ?? [];
  return code === undefined ? last : new Fault(String(message), String(code));
}

/** Each with the clause that gives it the password. */
export function withPassword(accounts: readonly Account[], form: PasswordForm, password: string): string {
  const clause = identifiedBy(form, password);
  return accounts.map((account) => `${quoted(account)} ${clause}`).join(', ');
}

/** @param clauses what follows the account, none of it a secret that outlives the account's next password */
export async function alterAccount(wire: Wire, account: Account, clauses: string): Promise<void> {
  await alterUsers(wire, `${quoted(account)} ${clauses}`);
}

/** Whether the server has grants on routines of users whose names are not ASCII. */
export async function hasFragileGrants(wire: Wire): Promise<boolean> {
  const rows = await wire.query(
    'SELECT 1 FROM mysql.procs_priv WHERE LENGTH(User) <> CHAR_LENGTH(User) LIMIT 1',
  );
  return rows.length > 0;
}

/** What runs with the rights of an account, as far as this session may see it: each with its kind and its name. */
export async function definedBy(wire: Wire, { user, host }: Account): Promise<readonly string[]> {
  const named = (kind: string, view: string, schema: string, name: string) =>
    `SELECT CONCAT(${kind}, ' ', ${schema}, '.', ${name}) FROM information_schema.${view}
     WHERE CAST(DEFINER AS BINARY) = CAST(${literal(`${user}@${host}`)} AS BINARY)`;
  const rows = await wire.query(
    [
      named("'view'", 'VIEWS', 'TABLE_SCHEMA', 'TABLE_NAME'),
      named('LOWER(ROUTINE_TYPE)', 'ROUTINES', 'ROUTINE_SCHEMA', 'ROUTINE_NAME'),
      named("'trigger'", 'TRIGGERS', 'TRIGGER_SCHEMA', 'TRIGGER_NAME'),
      named("'event'", 'EVENTS', 'EVENT_SCHEMA', 'EVENT_NAME'),
    ].join(' UNION ALL '),
  );
  return rows.map(([what]) => String(what));
}

export async function dropAccount(wire: Wire, account: Account): Promise<void> {
  await wire.query(`DROP USER IF EXISTS ${quoted(account)}`);
}

/** @param account the session's own when undefined, which needs no privilege, and includes the roles that it has started with */
export async function grantsOf(wire: Wire, account?: Account): Promise<readonly Right[]> {
  const rows = await wire.query(`SHOW GRANTS FOR ${account ? quoted(account) : 'CURRENT_USER()'}`);
  return rows.flatMap(([line]) => rightsIn(String(line)));
}

/** The roles that sessions of an account of MySQL start with. MariaDB has that as a line of SHOW GRANTS. */
export async function defaultRolesOf(wire: Wire, { user, host }: Account): Promise<readonly Right[]> {
  const rows = await wire.query(
    `SELECT DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST FROM mysql.default_roles
     WHERE USER = ${literal(user)} AND HOST = ${literal(host)}`,
  );
  return rows.map(([role, roleHost]) => ({
    kind: 'default role',
    role: quoted({ user: String(role), host: String(roleHost) }),
  }));
}

/** Changes what an account may do. */
export async function carryOut(wire: Wire, statement: GrantStatement, account: Account): Promise<void> {
  const run = (what: GrantStatement) => wire.query(sqlOf(what, quoted(account), isMariaDb(wire)));
  try {
    await run(statement);
  } catch (error) {
    if (statement.verb !== 'GRANT' || !missesTable(error)) throw error;
    await run(onMissingTable(statement));
  }
}

/** A role as MySQL writes it. MariaDB's have no host part. */
const QUOTED_ROLE = /`(?:[^`]|``)*`@`(?:[^`]|``)*`/g;

/** The roles of MySQL that the session has started with. */
export async function rolesInUse(wire: Wire): Promise<readonly Right[]> {
  const [[roles] = []] = await wire.query('SELECT CURRENT_ROLE()');
  return (String(roles).match(QUOTED_ROLE) ?? []).map((role) => ({ kind: 'default role', role }));
}

/** The host part of the account that the session has logged in to. It may be another one than that of the session's user name. */
export async function ownHostPart(wire: Wire): Promise<string> {
  const [[host] = []] = await wire.query("SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', -1)");
  return String(host);
}
