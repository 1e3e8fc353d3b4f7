import { randomBytes } from 'node:crypto';
import { Fault } from '@rotation/core';
import { authorityOf, SYSTEM_USER, type Verdict } from './authority.ts';
import type { Wire } from './connection.ts';
import { missesAccount } from './faults.ts';
import { describeStatement, type GrantStatement } from './grant-statement.ts';
import { inSafestForm, isMariaDb, throwawayPassword } from './password-form.ts';
import { phraseOf, phrasesOf, type Right } from './right.ts';
import {
  type Account,
  alterAccount,
  createLocked,
  grantsOf,
  hasFragileGrants,
  isAmong,
} from './statements.ts';

/** Where the statements of an alignment are made: in earnest, or only to see whether they may be. */
export interface Stage {
  /** Whether a statement has an effect. */
  readonly changes: boolean;
  /**
   * Creates the accounts that are not there yet, locked.
   * @param existing those of the same user that are
   * @returns those that there are then
   */
  create(wire: Wire, accounts: readonly Account[], existing: readonly Account[]): Promise<readonly Account[]>;
  /** @param rights what the account has been granted, which may be what protects it */
  assertMayChange(account: Account, rights: readonly Right[]): void;
  /** @param run makes the statement that changes the account */
  changeAccount(account: Account, run: () => Promise<void>): Promise<void>;
  /**
   * The same for a statement about what the account may do.
   * @param run makes it about the account that it is given, which need not be this one
   */
  changeRights(
    statement: GrantStatement,
    account: Account,
    run: (account: Account) => Promise<void>,
  ): Promise<void>;
}

/** One that tells what it would have come to. */
export interface Rehearsal extends Stage {
  /** Whether something about an account would have changed, or about what it may do. */
  hasChanges(): boolean;
}

export const IN_EARNEST: Stage = {
  changes: true,
  async create(wire, accounts, existing) {
    const isThere = isAmong(existing);
    const missing = accounts.filter((account) => !isThere(account));
    if (missing.length === 0) return existing;
    await inSafestForm(wire, (form) => createLocked(wire, missing, form, throwawayPassword()));
    return [...existing, ...missing];
  },
  assertMayChange() {},
  changeAccount: (_account, run) => run(),
  changeRights: (_statement, account, run) => run(account),
};

/** Each costs MySQL a look through all its grants, 36 ms where there are 10,000 (seen on 9.7.4). */
const MOST_ASKED = 20;

/**
 * A stage on which nothing changes. Where the session's own rights tell what is allowed, they are believed. The rest is for the
 * server to say, which looks at the privileges of who makes a statement before it looks for the account that it is about: one
 * about an account that does not exist fails for want of a privilege, or else for want of the account (seen on MySQL 9.7.4 and
 * MariaDB 11.8).
 *
 * In the second case MySQL reads all its accounts and grants again. It then forgets those on routines of users whose names are
 * not ASCII, as it does when it starts (seen on 9.7.4): where there are any, or after some statements, it is not asked.
 */
export async function rehearsal(wire: Wire): Promise<Rehearsal> {
  const onMariaDb = isMariaDb(wire);
  const authority = authorityOf(await grantsOf(wire), onMariaDb);
  let asksLeft = onMariaDb ? Number.POSITIVE_INFINITY : MOST_ASKED;
  if (!onMariaDb && (await hasFragileGrants(wire))) asksLeft = 0;
  const user = randomBytes(16).toString('hex');
  let hasChanges = false;

  const ask = async (
    verdict: Verdict,
    what: string,
    host: string,
    run: (account: Account) => Promise<void>,
  ) => {
    if (verdict === 'no') throw new Fault(`nothing that the user was granted allows ${what}`, '1227');
    if (verdict === 'yes' || asksLeft === 0) return;
    asksLeft -= 1;
    try {
      await run({ user, host });
    } catch (error) {
      if (!missesAccount(error)) throw error;
    }
  };
  // The same privilege serves to create, alter and drop accounts.
  const askForAccounts = ({ host }: Account) =>
    ask(authority.managesAccounts, 'CREATE USER', host, (account) =>
      alterAccount(wire, account, 'ACCOUNT LOCK'),
    );

  return {
    changes: false,
    hasChanges: () => hasChanges,
    async create(_wire, accounts, existing) {
      // Also for those that are there: to open them takes the same privilege.
      for (const account of accounts) await askForAccounts(account);
      return existing;
    },
    assertMayChange(account, rights) {
      if (authority.isSystemUser || !phrasesOf(rights).has(phraseOf(SYSTEM_USER))) return;
      throw new Fault(
        `${account.user}@${account.host} has SYSTEM_USER, which whoever changes it must have`,
        '1227',
      );
    },
    async changeAccount(account) {
      hasChanges = true;
      await askForAccounts(account);
    },
    async changeRights(statement, { host }, run) {
      hasChanges = true;
      await ask(authority.allows(statement), describeStatement(statement), host, run);
    },
  };
}
