import { AccountLocked, AuthenticationUnsupported, Fault, PasswordExpired } from '@rotation/core';
import { escape as literal } from 'mysql2';
import type { Login, PasswordOptions } from '../engine.ts';
import { type AccountProperties, propertiesOf } from './account-properties.ts';
import type { Wire } from './connection.ts';
import { ownPasswordStatement, type PasswordForm, passwordOf } from './password-form.ts';
import { comparesNames } from './show-create-user.ts';
import { type Account, accountsOf, alterUsers, quoted, withPassword } from './statements.ts';

/** An account that logs in with a password. */
interface PasswordAccount extends Account {
  /** MariaDB: whether it may log in without that password too, by another plugin. */
  readonly hasAlternatives: boolean;
  readonly isLocked: boolean;
  readonly isExpired: boolean;
}

/** The plugins that a password of ours works with. */
const PASSWORD_PLUGINS: readonly string[] = [
  'caching_sha2_password',
  'sha256_password',
  'mysql_native_password',
];

/** Reads them, of one user. */
export type PasswordAccountsOf = (wire: Wire, login: Login, username: string) => Promise<PasswordAccount[]>;

/**
 * The accounts of a user, all of which must log in with one password: a statement that gives one to an account that does not
 * changes how it logs in, or does nothing; and where there are two it replaces the first, while the other one stays valid.
 * @throws AuthenticationUnsupported
 */
export async function passwordAccountsOf(
  wire: Wire,
  login: Login,
  username: string,
): Promise<PasswordAccount[]> {
  const accounts: PasswordAccount[] = [];
  for (const account of await accountsOf(wire, username)) {
    const properties = await propertiesOf(wire, account);
    assertTakesPassword({ ...login, username }, named(account), properties);
    const { authentication, isLocked, isExpired } = properties;
    accounts.push({ ...account, hasAlternatives: authentication.length > 1, isLocked, isExpired });
  }
  return accounts;
}

/**
 * The same of a user that people manage, who may have closed one of its accounts: a password would not open that one, or would
 * against their will, and a clone of it would be open. A new password opens one whose password was let expire.
 * @throws AuthenticationUnsupported, AccountLocked, PasswordExpired
 */
export async function openAccountsOf(
  wire: Wire,
  login: Login,
  username: string,
  { evenExpired = false }: PasswordOptions = {},
): Promise<PasswordAccount[]> {
  const accounts = await passwordAccountsOf(wire, login, username);
  const target = { ...login, username };
  for (const account of accounts) {
    if (account.isLocked) throw new AccountLocked(target, new Fault(`${named(account)} is locked`));
    if (account.isExpired && !evenExpired)
      throw new PasswordExpired(target, new Fault(`the password of ${named(account)} was expired`));
  }
  return accounts;
}

function named({ user, host }: Account): string {
  return `${JSON.stringify(user)}@${host}`;
}

/** The same of the account that is logged in. */
export async function assertOwnTakesPassword(wire: Wire, login: Login): Promise<void> {
  assertTakesPassword(login, JSON.stringify(login.username), await propertiesOf(wire));
}

function assertTakesPassword(
  login: Login,
  account: string,
  { authentication, furtherFactors }: AccountProperties,
): void {
  const plugins = authentication.map(({ plugin }) => plugin);
  const [first = '', ...others] = plugins.filter((plugin) => !comparesNames(plugin));
  if (PASSWORD_PLUGINS.includes(first) && others.length === 0 && furtherFactors.length === 0) return;
  const has = [plugins.join(' or '), ...furtherFactors].join(' and ');
  throw new AuthenticationUnsupported(login, new Fault(`${account} has ${has}`));
}

/** Gives accounts a password and changes nothing else of them. */
export async function setPasswords(
  wire: Wire,
  accounts: readonly PasswordAccount[],
  form: PasswordForm,
  password: string,
): Promise<void> {
  const alone = await setWhereAlternatives(wire, accounts, form, password);
  if (alone.length > 0) await alterUsers(wire, withPassword(alone, form, password));
}

/**
 * The same, and lets them log in, in one statement for all host parts: MySQL does all of it or nothing.
 */
export async function openAccounts(
  wire: Wire,
  accounts: readonly PasswordAccount[],
  form: PasswordForm,
  password: string,
): Promise<void> {
  const alone = await setWhereAlternatives(wire, accounts, form, password);
  const others = accounts.filter((account) => !alone.includes(account)).map(quoted);
  const changed = [...others, ...(alone.length > 0 ? [withPassword(alone, form, password)] : [])];
  await alterUsers(wire, `${changed.join(', ')} ACCOUNT UNLOCK`);
}

/**
 * Sets the password where ALTER USER would replace all plugins by one. MariaDB's SET PASSWORD keeps them, but wants UPDATE on
 * the schema mysql, which ALTER USER does not.
 * @returns the accounts that are left
 */
async function setWhereAlternatives(
  wire: Wire,
  accounts: readonly PasswordAccount[],
  form: PasswordForm,
  password: string,
): Promise<readonly PasswordAccount[]> {
  if (form === 'masked') return accounts;
  for (const account of accounts.filter(({ hasAlternatives }) => hasAlternatives)) {
    await wire.query(`SET PASSWORD FOR ${quoted(account)} = ${passwordOf(form, password)}`);
  }
  return accounts.filter(({ hasAlternatives }) => !hasAlternatives);
}

/** Changes the password of the account that is logged in, whatever its host part. */
export async function setOwnPassword(wire: Wire, form: PasswordForm, password: string): Promise<void> {
  await wire.query(ownPasswordStatement(form, password));
}

/** The same for an account of MySQL that must name its present password. */
export async function replaceOwnPassword(wire: Wire, present: string, password: string): Promise<void> {
  await wire.query(`${ownPasswordStatement('masked', password)} REPLACE ${literal(present)}`);
}
