import { randomBytes } from 'node:crypto';
import { type Password, UserNameRefused } from '@rotation/core';
import type { Login, Right, Session } from '../engine.ts';
import { lacking } from '../rights.ts';
import type { Wire } from './connection.ts';
import { asksForPresentPassword, passwordFault, statementFault } from './faults.ts';
import { describeGrant, givesNothing, rightsOf } from './grant.ts';
import { inSafestForm, isMariaDb } from './password-form.ts';
import {
  type Account,
  accountsOf,
  createLocked,
  defaultRolesOf,
  existingAccounts,
  give,
  grantsOf,
  replaceOwnPassword,
  rolesInUse,
  setDefaultRoles,
  setOwnPassword,
  setPasswordAndUnlock,
  takeLock,
} from './statements.ts';

/** The rotation's work in a MySQL or MariaDB session. */
export function openSession(wire: Wire, login: Login): Session {
  return {
    async lock(name) {
      try {
        await takeLock(wire, name);
      } catch (error) {
        throw statementFault(login, 'wait for another rotation of the same users', error);
      }
    },

    async changeOwnPassword(present, next) {
      try {
        await changeOwn(wire, present, next);
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    async alignUser(original, other, known) {
      if (!known) await assertNobodyElses(wire, login, original, other);
      await alignAccounts(wire, login, original, other);
    },

    async setPassword(username, password) {
      try {
        const accounts = await accountsOf(wire, username);
        await inSafestForm(wire, (form) => setPasswordAndUnlock(wire, accounts, form, password.reveal()));
      } catch (error) {
        throw passwordFault(login, username, error);
      }
    },

    rights: () =>
      explained(login, `list the rights of ${JSON.stringify(login.username)}`, async () => {
        const roles = (await rolesInUse(wire)).map((role) => ({
          text: `sessions that start with the role ${role}`,
        }));
        return [...(await grantsOf(wire)).flatMap(rightsOf), ...roles];
      }),

    [Symbol.asyncDispose]: () => wire.close(),
  };
}

/** An account with PASSWORD REQUIRE CURRENT wants its present password named, which older servers and MariaDB do not know. */
async function changeOwn(wire: Wire, present: Password, next: Password): Promise<void> {
  try {
    await inSafestForm(wire, (form) => setOwnPassword(wire, form, next.reveal()));
  } catch (error) {
    if (!asksForPresentPassword(error)) throw error;
    await replaceOwnPassword(wire, present.reveal(), next.reveal());
  }
}

/**
 * Refuses to take over accounts that may be somebody else's. A clone that AWS's functions made, or that a team made beforehand,
 * comes from nowhere else than its original and may do nothing more.
 */
async function assertNobodyElses(wire: Wire, login: Login, original: string, other: string): Promise<void> {
  const task = `compare ${JSON.stringify(other)} with ${JSON.stringify(original)}`;
  const surplus = await explained(login, task, async () => {
    const hosts = new Set((await accountsOf(wire, original)).map(({ host }) => host));
    const found: string[] = [];
    for (const account of await existingAccounts(wire, other)) {
      if (!hosts.has(account.host)) found.push(`it may come from ${account.host}`);
      else {
        const [model, rights] = [
          await accountRights(wire, { ...account, user: original }),
          await accountRights(wire, account),
        ];
        found.push(...lacking(rights, model).map((right) => `it has ${right}`));
      }
    }
    return found;
  });
  if (surplus.length > 0) {
    throw new UserNameRefused(
      other,
      `is taken by an account that is no clone of ${JSON.stringify(original)}: ${surplus.join('; ')}`,
    );
  }
}

async function accountRights(wire: Wire, account: Account): Promise<Right[]> {
  return (await grantsOf(wire, account)).flatMap(rightsOf);
}

/**
 * Gives `other` an account for each host part of `original`, and to each the grants and default roles of the account that it is a clone of.
 *
 * Every statement can be repeated, and a crash between any two leaves accounts that cannot log in or that were complete before.
 */
async function alignAccounts(wire: Wire, login: Login, original: string, other: string): Promise<void> {
  const task = `make ${JSON.stringify(other)} equal to ${JSON.stringify(original)}`;
  const accounts = await explained(login, task, async () => {
    const originals = await accountsOf(wire, original);
    const clones = originals.map(({ host }) => ({ user: other, host }));
    await inSafestForm(wire, (form) => createLocked(wire, clones, form, throwawayPassword()));
    return originals;
  });
  for (const account of accounts) {
    const clone = { user: other, host: account.host };
    for (const grant of await explained(login, task, () => grantsOf(wire, account))) {
      // Nobody may grant even nothing who may not grant everywhere.
      if (givesNothing(grant)) continue;
      // The server's words leave out which privilege it was that cannot be passed on.
      await explained(login, `${task} by ${describeGrant(grant)}`, () => give(wire, clone, grant));
    }
    await explained(login, task, () => alignDefaultRoles(wire, account, clone));
  }
}

async function alignDefaultRoles(wire: Wire, original: Account, clone: Account): Promise<void> {
  // MariaDB's default role is a line of SHOW GRANTS, and was given with the others.
  const roles = (await isMariaDb(wire)) ? [] : await defaultRolesOf(wire, original);
  // An original without any may be a clone that AWS's functions made: the other user keeps its own.
  if (roles.length > 0) await setDefaultRoles(wire, clone, roles);
}

/** @param task what is done, as in "failed to <task>" */
async function explained<T>(login: Login, task: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw statementFault(login, task, error);
  }
}

/** Nobody keeps it, and its account is locked. It only has to satisfy a server's policy: several of each kind, and length. */
function throwawayPassword(): string {
  return 'aA1!'.repeat(4) + randomBytes(96).toString('base64url');
}
