import { Fault } from '@rotation/core';
import type { Login } from '../engine.ts';
import { propertiesOf, propertyChanges } from './account-properties.ts';
import type { Wire } from './connection.ts';
import { statementsTowards } from './convergence.ts';
import { explained, missesObject, staleGrant } from './faults.ts';
import { describeStatement, type GrantStatement, sqlOf } from './grant-statement.ts';
import { inSafestForm, isMariaDb, throwawayPassword } from './password-form.ts';
import type { Right } from './right.ts';
import {
  type Account,
  accountsOf,
  alterAccount,
  carryOut,
  createLocked,
  defaultRolesOf,
  dropAccount,
  existingAccounts,
  grantsOf,
  quoted,
} from './statements.ts';

/** One round does it nearly always; a statement that took more than it says needs another, and so may what that one gave. */
const MOST_ROUNDS = 5;

/**
 * Gives `clone` an account for each host part of `original` and no others, and makes each equal to the account that it is a
 * clone of. One that is not to be opened gets no account: the server might pick it, with its lock, for the next login.
 *
 * Every statement can be repeated, and a crash between any two leaves accounts that cannot log in or that could before.
 * @returns what was dropped, in sentences
 */
export async function alignAccounts(
  wire: Wire,
  login: Login,
  original: string,
  clone: string,
  isToBeOpened: boolean,
): Promise<readonly string[]> {
  const task = `make ${JSON.stringify(clone)} equal to ${JSON.stringify(original)}`;
  const [onMariaDb, accounts, surplus] = await explained(login, task, async () => {
    const wanted = (await accountsOf(wire, original)).map(({ host }) => ({ user: clone, host }));
    if (isToBeOpened)
      await inSafestForm(wire, (form) => createLocked(wire, wanted, form, throwawayPassword()));
    const hosts = new Set(wanted.map(({ host }) => host));
    const present = await existingAccounts(wire, clone);
    return [
      await isMariaDb(wire),
      present.filter(({ host }) => hosts.has(host)),
      present.filter(({ host }) => !hosts.has(host)),
    ] as const;
  });
  for (const account of accounts) {
    const model = { ...account, user: original };
    await explained(login, `${task} by ALTER USER`, () =>
      alignProperties(wire, model, account, isToBeOpened),
    );
    await alignRights(wire, login, { task, onMariaDb }, model, account);
  }
  for (const account of surplus) {
    await explained(login, `${task} by DROP USER`, () => dropAccount(wire, account));
  }
  return surplus.map(
    ({ host }) =>
      `the account of ${JSON.stringify(clone)} for the host part ${JSON.stringify(host)} was dropped, because ` +
      `${JSON.stringify(original)} has none for it`,
  );
}

async function alignProperties(
  wire: Wire,
  original: Account,
  clone: Account,
  isToBeOpened: boolean,
): Promise<void> {
  const changes = propertyChanges(
    await propertiesOf(wire, original),
    await propertiesOf(wire, clone),
    isToBeOpened ? throwawayPassword() : undefined,
  );
  if (changes !== undefined) await alterAccount(wire, clone, changes);
}

async function alignRights(
  wire: Wire,
  login: Login,
  { task, onMariaDb }: { readonly task: string; readonly onMariaDb: boolean },
  original: Account,
  clone: Account,
): Promise<void> {
  const rights = (account: Account) => explained(login, task, () => rightsOf(wire, account, onMariaDb));
  const wanted = await rights(original);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const statements = statementsTowards(wanted, await rights(clone));
    if (statements.length === 0) return;
    for (const statement of statements) {
      // The server's words leave out which privilege it was that cannot be passed on.
      await explained(login, `${task} by ${describeStatement(statement)}`, async () => {
        try {
          await carryOut(wire, statement, clone, onMariaDb);
        } catch (error) {
          if (statement.verb !== 'GRANT' || !missesObject(error)) throw error;
          const stale = await staleIn(wire, statement, clone, onMariaDb);
          const revoke = sqlOf({ ...stale, verb: 'REVOKE' }, quoted(original), onMariaDb);
          throw staleGrant(login, original.user, revoke, error);
        }
      });
    }
  }
  const left = statementsTowards(wanted, await rights(clone)).map(describeStatement);
  if (left.length === 0) return;
  await explained(login, task, () => {
    throw new Fault(`the server did not follow ${left.join('; ')}`);
  });
}

/** What remains of a GRANT on something that is gone once each of its privileges that can be given is. */
async function staleIn(
  wire: Wire,
  { option, ...statement }: GrantStatement,
  clone: Account,
  onMariaDb: boolean,
): Promise<GrantStatement> {
  const given: string[] = [];
  for (const privilege of statement.given) {
    try {
      await carryOut(wire, { ...statement, given: [privilege] }, clone, onMariaDb);
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
export async function rightsOf(wire: Wire, account: Account, onMariaDb: boolean): Promise<readonly Right[]> {
  return [...(await grantsOf(wire, account)), ...(onMariaDb ? [] : await defaultRolesOf(wire, account))];
}
