import { randomBytes } from 'node:crypto';
import type { Password } from '@rotation/core';
import type { Login, Session } from '../engine.ts';
import type { Wire } from './connection.ts';
import { asksForPresentPassword, passwordFault, statementFault } from './faults.ts';
import { describeGrant, givesNothing } from './grant.ts';
import { inSafestForm, isMariaDb } from './password-form.ts';
import {
  type Account,
  accountsOf,
  createLocked,
  defaultRolesOf,
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

    alignUser: (original, other) => alignAccounts(wire, login, original, other),

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
        const roles = (await rolesInUse(wire)).map((role) => `sessions that start with the role ${role}`);
        return [...(await grantsOf(wire)).map(describeGrant), ...roles];
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
 * Gives `other` an account for each host part of `original`, and to each the grants and default roles of its model.
 *
 * Every statement can be repeated, and a crash between any two leaves accounts that cannot log in or that were complete before.
 */
async function alignAccounts(wire: Wire, login: Login, original: string, other: string): Promise<void> {
  const task = `make ${JSON.stringify(other)} equal to ${JSON.stringify(original)}`;
  const models = await explained(login, task, async () => {
    const accounts = await accountsOf(wire, original);
    const twins = accounts.map(({ host }) => ({ user: other, host }));
    await inSafestForm(wire, (form) => createLocked(wire, twins, form, throwawayPassword()));
    return accounts;
  });
  for (const model of models) {
    const twin = { user: other, host: model.host };
    for (const grant of await explained(login, task, () => grantsOf(wire, model))) {
      // Nobody may grant even nothing who may not grant everywhere.
      if (givesNothing(grant)) continue;
      // The server's words leave out which privilege it was that cannot be passed on.
      await explained(login, `${task} by ${describeGrant(grant)}`, () => give(wire, twin, grant));
    }
    await explained(login, task, () => alignDefaultRoles(wire, model, twin));
  }
}

async function alignDefaultRoles(wire: Wire, model: Account, twin: Account): Promise<void> {
  // MariaDB's default role is a line of SHOW GRANTS, and was given with the others.
  const roles = (await isMariaDb(wire)) ? [] : await defaultRolesOf(wire, model);
  // A model without any may be a clone that AWS's functions made: the other user keeps its own.
  if (roles.length > 0) await setDefaultRoles(wire, twin, roles);
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
