import { createHash } from 'node:crypto';
import { Fault } from '@rotation/core';
import { escape as literal } from 'mysql2';
import type { Wire } from './connection.ts';
import { missesTable } from './faults.ts';
import { type GrantStatement, onMissingTable, sqlOf } from './grant-statement.ts';
import { identifiedBy, ownPasswordStatement, type PasswordForm, passwordOf } from './password-form.ts';
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
 * @throws Fault when there is none, as when a login under this name was taken by an anonymous account
 */
export async function accountsOf(wire: Wire, user: string): Promise<Account[]> {
  const accounts = await existingAccounts(wire, user);
  if (accounts.length === 0) throw new Fault(`mysql.user has no account of the name ${JSON.stringify(user)}`);
  return accounts;
}

/** A name of a lock may have 64 characters; a digest has them whatever it is made of. */
const lockName = (name: string) => createHash('sha256').update(name).digest('hex');

/**
 * Waits for a lock of the server, within @@lock_wait_timeout as other statements do, and holds it until the session ends.
 * @throws Fault when another session held it all that time
 */
export async function takeLock(wire: Wire, name: string): Promise<void> {
  const [[taken] = []] = await wire.query(`SELECT GET_LOCK(${literal(lockName(name))}, @@lock_wait_timeout)`);
  if (taken !== 1) throw new Fault('another session holds the lock');
}

/** Creates the accounts that are not there yet, locked. */
export async function createLocked(
  wire: Wire,
  accounts: readonly Account[],
  form: PasswordForm,
  password: string,
): Promise<void> {
  await wire.query(`CREATE USER IF NOT EXISTS ${withPassword(accounts, form, password)} ACCOUNT LOCK`);
}

/**
 * Gives accounts a password and changes nothing else of them.
 *
 * MySQL does so in one statement, which does all of it or nothing. MariaDB's ALTER USER would replace all the ways that an
 * account has to log in; its SET PASSWORD is for one account.
 */
export async function setPasswords(
  wire: Wire,
  accounts: readonly Account[],
  form: PasswordForm,
  password: string,
): Promise<void> {
  if (form === 'masked') {
    await wire.query(`ALTER USER ${withPassword(accounts, form, password)}`);
    return;
  }
  for (const account of accounts) {
    await wire.query(`SET PASSWORD FOR ${quoted(account)} = ${passwordOf(form, password)}`);
  }
}

/** The same, and lets them log in: at once on MySQL, afterwards on MariaDB. */
export async function openAccounts(
  wire: Wire,
  accounts: readonly Account[],
  form: PasswordForm,
  password: string,
): Promise<void> {
  if (form === 'masked') {
    await wire.query(`ALTER USER ${withPassword(accounts, form, password)} ACCOUNT UNLOCK`);
    return;
  }
  await setPasswords(wire, accounts, form, password);
  await wire.query(`ALTER USER ${accounts.map(quoted).join(', ')} ACCOUNT UNLOCK`);
}

function withPassword(accounts: readonly Account[], form: PasswordForm, password: string): string {
  const clause = identifiedBy(form, password);
  return accounts.map((account) => `${quoted(account)} ${clause}`).join(', ');
}

/** Changes the password of the account that is logged in, whatever its host part. */
export async function setOwnPassword(wire: Wire, form: PasswordForm, password: string): Promise<void> {
  await wire.query(ownPasswordStatement(form, password));
}

/** The same for an account of MySQL that must name its present password. */
export async function replaceOwnPassword(wire: Wire, present: string, password: string): Promise<void> {
  await wire.query(`${ownPasswordStatement('masked', password)} REPLACE ${literal(present)}`);
}

/** @param clauses what follows the account, none of it a secret that outlives the account's next password */
export async function alterAccount(wire: Wire, account: Account, clauses: string): Promise<void> {
  await wire.query(`ALTER USER ${quoted(account)} ${clauses}`);
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
export async function carryOut(
  wire: Wire,
  statement: GrantStatement,
  account: Account,
  isMariaDb: boolean,
): Promise<void> {
  const run = (what: GrantStatement) => wire.query(sqlOf(what, quoted(account), isMariaDb));
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
