import { randomBytes } from 'node:crypto';
import { manageAccounts, surelyAllow } from './authority.ts';
import type { Wire } from './connection.ts';
import { missesAccount } from './faults.ts';
import type { GrantStatement } from './grant-statement.ts';
import { inSafestForm, throwawayPassword } from './password-form.ts';
import type { Right } from './right.ts';
import { type Account, alterAccount, createLocked } from './statements.ts';

/** Where the statements of an alignment are made: in earnest, or only to see whether they may be. */
export interface Stage {
  /** Whether a statement has an effect. */
  readonly changes: boolean;
  /** Creates the accounts that are not there yet, locked. */
  create(wire: Wire, accounts: readonly Account[]): Promise<void>;
  /** @param run makes the statement, about the account that it is given in place of this one */
  changeAccount(account: Account, run: (account: Account) => Promise<void>): Promise<void>;
  /** The same for a statement about what the account may do. */
  changeRights(
    statement: GrantStatement,
    account: Account,
    run: (account: Account) => Promise<void>,
  ): Promise<void>;
}

export const IN_EARNEST: Stage = {
  changes: true,
  create: (wire, accounts) =>
    inSafestForm(wire, (form) => createLocked(wire, accounts, form, throwawayPassword())),
  changeAccount: (account, run) => run(account),
  changeRights: (_statement, account, run) => run(account),
};

/**
 * A stage on which nothing changes. What the session's own rights clearly allow is left out. The rest is for the server to
 * say, which looks at the privileges of who makes a statement before it looks for the account that it is about: one about an
 * account that does not exist fails for want of a privilege, or else for want of the account (seen on MySQL 9.7.4 and
 * MariaDB 11.8).
 *
 * In the second case MySQL reads all its accounts and grants again, and so forgets those on routines of users whose names are
 * not ASCII, as after a restart (seen on 9.7.4): not to be brought about without need.
 * @param own the session's rights
 */
export function rehearsal(own: readonly Right[]): Stage {
  const user = randomBytes(16).toString('hex');
  const attempt = async (run: (account: Account) => Promise<void>, { host }: Pick<Account, 'host'>) => {
    try {
      await run({ user, host });
    } catch (error) {
      if (!missesAccount(error)) throw error;
    }
  };
  const changeAccount: Stage['changeAccount'] = async (account, run) => {
    if (!manageAccounts(own)) await attempt(run, account);
  };
  return {
    changes: false,
    async create(wire, accounts) {
      // The privilege to alter an account is the one to create it.
      for (const account of accounts)
        await changeAccount(account, (standIn) => alterAccount(wire, standIn, 'ACCOUNT LOCK'));
    },
    changeAccount,
    async changeRights(statement, account, run) {
      if (!surelyAllow(own, statement)) await attempt(run, account);
    },
  };
}
