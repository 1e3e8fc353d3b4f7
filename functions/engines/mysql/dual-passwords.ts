import { Fault, type Password, PrimaryPasswordUnknown } from '@rotation/core';
import { escape as literal } from 'mysql2';
import type { Login } from '../engine.ts';
import type { Wire } from './connection.ts';
import {
  asksForPresentPassword,
  contradictsHistory,
  DUAL_PRIVILEGE,
  DUAL_PRIVILEGE_MISSING,
  isEmptyBesideAnother,
  isNotPrimary,
  violatesPolicy,
  whyOnlyOne,
} from './faults.ts';
import { isMariaDb, ownPasswordStatement } from './password-form.ts';
import { everywhere, ofKind } from './right.ts';
import { type Account, alterUsers, grantsOf, quoted, withPassword } from './statements.ts';
import { isHashOf } from './stored-password.ts';

/*
 * An account of MySQL may have two passwords, either of which logs in: the primary one, and one that was retained when the
 * primary one was last changed. RETAIN CURRENT PASSWORD makes the primary one the retained one, and forgets the one that was
 * retained before. REPLACE says what the primary one is to be, and the statement fails where it is another: together they keep
 * a password valid that was the primary one, and otherwise change nothing. A change without RETAIN leaves the retained
 * password as it is. Seen on 9.7.4; https://dev.mysql.com/doc/refman/9.7/en/password-management.html#dual-passwords
 */

const MARIADB_HAS_NONE = 'MariaDB knows no dual passwords';

/**
 * Gives the account that is logged in a new primary password beside `present`, which works and goes on working.
 * @param others one of which may be the primary password, where `present` is the retained one and the account has to name it
 * @returns why it cannot have two passwords, and nothing has changed; undefined when it has
 * @throws PrimaryPasswordUnknown when none of them is the primary one
 */
export async function retainOwn(
  wire: Wire,
  login: Login,
  present: Password,
  next: Password,
  others: AsyncIterable<Password>,
): Promise<string | undefined> {
  if (isMariaDb(wire)) return MARIADB_HAS_NONE;
  try {
    return await unlessOnlyOne(() => wire.query(`${replacing(present, next)} RETAIN CURRENT PASSWORD`));
  } catch (error) {
    if (!isNotPrimary(error)) throw error;
  }
  await replacePrimary(wire, login, next, others);
  return undefined;
}

async function replacePrimary(
  wire: Wire,
  login: Login,
  next: Password,
  others: AsyncIterable<Password>,
): Promise<void> {
  try {
    await wire.query(ownPasswordStatement('masked', next.reveal()));
    return;
  } catch (error) {
    if (!asksForPresentPassword(error)) throw error;
  }
  for await (const other of others) {
    try {
      await wire.query(replacing(other, next));
      return;
    } catch (error) {
      if (!isNotPrimary(error)) throw error;
    }
  }
  throw new PrimaryPasswordUnknown(login);
}

function replacing(present: Password, next: Password): string {
  return `${ownPasswordStatement('masked', next.reveal())} REPLACE ${literal(present.reveal())}`;
}

/**
 * The same for accounts of another user, who needs no privilege for it, in one statement: where `present` is the primary
 * password it is retained, and where it is the retained one it stays that.
 */
export async function retainOf(
  wire: Wire,
  accounts: readonly Account[],
  present: Password,
  next: Password,
): Promise<string | undefined> {
  if (isMariaDb(wire)) return MARIADB_HAS_NONE;
  const clauses = (await storedPasswordsOf(wire, accounts))
    // An earlier try has set it.
    .filter(({ primary }) => !isHashOf(primary, next.reveal()))
    .map(({ account, primary }) => {
      const change = withPassword([account], 'masked', next.reveal());
      return isHashOf(primary, present.reveal()) ? `${change} RETAIN CURRENT PASSWORD` : change;
    });
  if (clauses.length === 0) return undefined;
  return unlessOnlyOne(() => alterUsers(wire, clauses.join(', ')));
}

/** @returns why there is only one password, where that is what the statement fails for; undefined when it succeeds */
async function unlessOnlyOne(make: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await make();
    return undefined;
  } catch (error) {
    const reason = whyOnlyOne(error);
    if (reason === undefined) throw error;
    return reason;
  }
}

interface StoredPasswords {
  readonly account: Account;
  readonly primary: Buffer;
  readonly hasRetained: boolean;
}

async function storedPasswordsOf(wire: Wire, accounts: readonly Account[]): Promise<StoredPasswords[]> {
  const stored: StoredPasswords[] = [];
  for (const account of accounts) {
    const [[primary, hasRetained] = []] = await wire.query(
      `SELECT CAST(authentication_string AS BINARY),
              JSON_EXTRACT(User_attributes, '$.additional_password') IS NOT NULL
       FROM mysql.user WHERE User = ${literal(account.user)} AND Host = ${literal(account.host)}`,
    );
    stored.push({
      account,
      primary: Buffer.isBuffer(primary) ? primary : Buffer.of(),
      hasRetained: Number(hasRetained) === 1,
    });
  }
  return stored;
}

/**
 * Why the account that is logged in can have only one password; undefined when it can have two. Nothing is tried out: a
 * statement about an account that fails has MySQL read all its grants again.
 */
export async function whyOne(wire: Wire): Promise<string | undefined> {
  if (isMariaDb(wire)) return MARIADB_HAS_NONE;
  const own = await grantsOf(wire);
  const mayRetain =
    everywhere(own).has('CREATE USER') ||
    ofKind(own, 'dynamic privilege').some(({ privilege }) => privilege === DUAL_PRIVILEGE);
  return mayRetain ? undefined : DUAL_PRIVILEGE_MISSING;
}

const NOT_CLEARLY_PRIMARY =
  'its primary password may be another than that of AWSCURRENT, which must not be discarded';

/**
 * Makes the retained password of the account that is logged in be rejected from now on, if there is one. `present` works on.
 * @returns why that was not done
 */
export async function discardOwn(wire: Wire, present: Password): Promise<string | undefined> {
  const reason = await whyOne(wire);
  if (reason !== undefined) return reason;
  try {
    // Whichever of the two it was, it is the primary one then.
    await wire.query(ownPasswordStatement('masked', present.reveal()));
  } catch (error) {
    if (!isRefused(error) && !asksForPresentPassword(error)) throw error;
    if (!(await isPrimary(wire, present))) return NOT_CLEARLY_PRIMARY;
  }
  return unlessOnlyOne(() => wire.query('ALTER USER CURRENT_USER() DISCARD OLD PASSWORD'));
}

/**
 * Whether `present` is surely the primary password of the account that is logged in: that is looked at before an empty one is
 * refused, which is never given beside another. A password policy may refuse it before.
 */
async function isPrimary(wire: Wire, present: Password): Promise<boolean> {
  const empty = `${ownPasswordStatement('masked', '')} REPLACE ${literal(present.reveal())}`;
  try {
    await wire.query(`${empty} RETAIN CURRENT PASSWORD`);
  } catch (error) {
    if (isEmptyBesideAnother(error)) return true;
    if (isNotPrimary(error) || violatesPolicy(error)) return false;
    throw error;
  }
  throw new Fault('the server gave an account an empty password beside another');
}

/** The same for accounts of another user. */
export async function discardOf(
  wire: Wire,
  accounts: readonly Account[],
  present: Password,
): Promise<string | undefined> {
  if (isMariaDb(wire)) return MARIADB_HAS_NONE;
  const having = await retainingOf(wire, accounts);
  if (having.some(({ primary }) => !isHashOf(primary, present.reveal()))) return NOT_CLEARLY_PRIMARY;
  await discard(wire, having);
  return undefined;
}

/**
 * Makes what accounts have retained be rejected, such as the last password from before they became alternating users: a change
 * that retains nothing leaves it valid for ever.
 */
export async function forgetRetained(wire: Wire, accounts: readonly Account[]): Promise<void> {
  if (isMariaDb(wire)) return;
  await discard(wire, await retainingOf(wire, accounts));
}

async function retainingOf(wire: Wire, accounts: readonly Account[]): Promise<StoredPasswords[]> {
  return (await storedPasswordsOf(wire, accounts)).filter(({ hasRetained }) => hasRetained);
}

async function discard(wire: Wire, having: readonly StoredPasswords[]): Promise<void> {
  if (having.length === 0) return;
  await alterUsers(wire, having.map(({ account }) => `${quoted(account)} DISCARD OLD PASSWORD`).join(', '));
}

/** Whether a password that works is not set again: it contradicts a history, or the policy that has come since. */
function isRefused(error: unknown): boolean {
  return contradictsHistory(error) || violatesPolicy(error);
}
