import { CloneUnfinished, DefinerInUse, Fault, isNamed } from '@rotation/core';
import type { Login } from '../engine.ts';
import { propertiesOf, propertyChanges } from './account-properties.ts';
import type { Wire } from './connection.ts';
import { statementsTowards } from './convergence.ts';
import { explained, missesObject, staleGrant } from './faults.ts';
import { describeStatement, type GrantStatement, sqlOf } from './grant-statement.ts';
import { isMariaDb, throwawayPassword } from './password-form.ts';
import type { Right } from './right.ts';
import type { Stage } from './stage.ts';
import {
  type Account,
  accountsOf,
  alterAccount,
  carryOut,
  defaultRolesOf,
  definedBy,
  dropAccount,
  existingAccounts,
  grantsOf,
  isAmong,
  quoted,
} from './statements.ts';

/** One round does it nearly always; a statement that took more than it says needs another, and so may what that one gave. */
const MOST_ROUNDS = 5;

/** Whose accounts are made equal to whose, and how. */
export interface Alignment {
  readonly wire: Wire;
  readonly login: Login;
  readonly original: string;
  readonly clone: string;
  readonly isToBeOpened: boolean;
  readonly stage: Stage;
}

/**
 * Gives `clone` an account for each host part of `original` and no others, and makes each equal to the account that it is a
 * clone of. One that is not to be opened gets no account: the server might pick it, with its lock, for the next login.
 *
 * Every statement can be repeated, and a crash between any two leaves accounts that cannot log in or that could before.
 * @returns what was dropped, in sentences
 */
export async function alignAccounts(alignment: Alignment): Promise<readonly string[]> {
  const { wire, login, original, clone, isToBeOpened, stage } = alignment;
  const [wanted, present] = await explained(login, taskOf(alignment), async () => {
    const accounts = (await accountsOf(wire, original)).map(({ host }) => ({ user: clone, host }));
    const existing = await existingAccounts(wire, clone);
    return [accounts, isToBeOpened ? await stage.create(wire, accounts, existing) : existing] as const;
  });
  const isPresent = isAmong(present);
  const isWanted = isAmong(wanted);
  for (const account of wanted) {
    // In a rehearsal one that is missing was not created either: it has nothing yet.
    if (isPresent(account)) await alignProperties(alignment, account);
    if (isPresent(account) || isToBeOpened) await alignRights(alignment, account, isPresent(account));
  }
  const surplus = present.filter((account) => !isWanted(account));
  for (const account of surplus) await drop(alignment, account);
  return surplus.map(
    ({ host }) =>
      `the account of ${JSON.stringify(clone)} for the host part ${JSON.stringify(host)} was dropped, because ` +
      `${JSON.stringify(original)} has none for it`,
  );
}

function taskOf({ original, clone }: Alignment): string {
  return `make ${JSON.stringify(clone)} equal to ${JSON.stringify(original)}`;
}

async function alignProperties(alignment: Alignment, clone: Account): Promise<void> {
  const { wire, login, original, isToBeOpened, stage } = alignment;
  await explained(login, `${taskOf(alignment)} by ALTER USER`, async () => {
    const changes = propertyChanges(
      await propertiesOf(wire, { ...clone, user: original }),
      await propertiesOf(wire, clone),
      isToBeOpened ? throwawayPassword() : undefined,
    );
    if (changes === undefined) return;
    await stage.changeAccount(clone, () => alterAccount(wire, clone, changes));
  });
}

/** @throws DefinerInUse: what an account has defined is of no use to anybody without it */
async function drop(alignment: Alignment, account: Account): Promise<void> {
  const { wire, login, stage } = alignment;
  await explained(login, `${taskOf(alignment)} by DROP USER`, async () => {
    const defined = await definedBy(wire, account);
    if (defined.length > 0) throw new DefinerInUse(login, `${account.user}@${account.host}`, defined);
    await stage.changeAccount(account, () => dropAccount(wire, account));
  });
}

async function alignRights(alignment: Alignment, clone: Account, isPresent: boolean): Promise<void> {
  const { wire, login, original, stage } = alignment;
  const rights = (account: Account) => explained(login, taskOf(alignment), () => rightsOf(wire, account));
  const wanted = await rights({ ...clone, user: original });
  const present = isPresent ? await rights(clone) : [];
  await explained(login, taskOf(alignment), async () => stage.assertMayChange(clone, present));
  let statements = statementsTowards(wanted, present);
  for (let round = 0; round < MOST_ROUNDS && statements.length > 0; round++) {
    for (const [done, statement] of statements.entries()) {
      try {
        await makeStatement(alignment, statement, clone);
      } catch (error) {
        const isLate = stage.changes && done > 0 && isNamed(error, 'ConnectionTimedOut');
        throw isLate ? new CloneUnfinished(login, clone.user, done, statements.length, error) : error;
      }
    }
    if (!stage.changes) return;
    statements = statementsTowards(wanted, await rights(clone));
  }
  if (statements.length === 0) return;
  await explained(login, taskOf(alignment), () => {
    throw new Fault(`the server did not follow ${statements.map(describeStatement).join('; ')}`);
  });
}

async function makeStatement(alignment: Alignment, statement: GrantStatement, clone: Account): Promise<void> {
  const { wire, login, original, stage } = alignment;
  const make = (part: GrantStatement) =>
    stage.changeRights(part, clone, (account) => carryOut(wire, part, account));
  // The server's words leave out which privilege it was that cannot be passed on.
  await explained(login, `${taskOf(alignment)} by ${describeStatement(statement)}`, async () => {
    try {
      await make(statement);
    } catch (error) {
      if (statement.verb !== 'GRANT' || !missesObject(error)) throw error;
      const stale = await staleIn(statement, make);
      const revoke = sqlOf(
        { ...stale, verb: 'REVOKE' },
        quoted({ ...clone, user: original }),
        isMariaDb(wire),
      );
      throw staleGrant(login, original, revoke, error);
    }
  });
}

/** What remains of a GRANT on something that is gone once each of its privileges that can be given is. */
async function staleIn(
  { option, ...statement }: GrantStatement,
  make: (statement: GrantStatement) => Promise<void>,
): Promise<GrantStatement> {
  const given: string[] = [];
  for (const privilege of statement.given) {
    try {
      await make({ ...statement, given: [privilege] });
    } catch (error) {
      if (!missesObject(error)) throw error;
      given.push(privilege);
    }
  }
  // An object of which something can be given takes the option too.
  const isOptionStale = option === 'GRANT OPTION' && given.length === statement.given.length;
  const privileges = given.filter((privilege) => privilege !== 'USAGE');
  return { ...statement, given: isOptionStale ? [...privileges, option] : privileges };
}

/** What an account was granted, and the roles that its sessions start with. */
export async function rightsOf(wire: Wire, account: Account): Promise<readonly Right[]> {
  return [
    ...(await grantsOf(wire, account)),
    ...(isMariaDb(wire) ? [] : await defaultRolesOf(wire, account)),
  ];
}
