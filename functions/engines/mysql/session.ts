import { randomBytes } from 'node:crypto';
import type { Password } from '@rotation/core';
import type { Login, Session } from '../engine.ts';
import type { Wire } from './connection.ts';
import { asksForPresentPassword, passwordFault, statementFault } from './faults.ts';
import { describeGrant } from './grant.ts';
import { inSafestForm, isMariaDb } from './password-form.ts';
import {
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
} from './statements.ts';

/** The rotation's work in a MySQL or MariaDB session. */
export function openSession(wire: Wire, login: Login): Session {
  return {
    async changeOwnPassword(present, next) {
      try {
        await changeOwn(wire, present, next);
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    async alignUser(original, other) {
      try {
        await alignAccounts(wire, original, other);
      } catch (error) {
        throw statementFault(
          login,
          `make ${JSON.stringify(other)} equal to ${JSON.stringify(original)}`,
          error,
        );
      }
    },

    async setPassword(username, password) {
      try {
        const accounts = await accountsOf(wire, username);
        await inSafestForm(wire, (form) => setPasswordAndUnlock(wire, accounts, form, password.reveal()));
      } catch (error) {
        throw passwordFault(login, username, error);
      }
    },

    async rights() {
      try {
        const roles = (await rolesInUse(wire)).map((role) => `sessions that start with the role ${role}`);
        return [...(await grantsOf(wire)).map(describeGrant), ...roles];
      } catch (error) {
        throw statementFault(login, `list the rights of ${JSON.stringify(login.username)}`, error);
      }
    },

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
async function alignAccounts(wire: Wire, original: string, other: string): Promise<void> {
  const models = await accountsOf(wire, original);
  const twins = models.map(({ host }) => ({ user: other, host }));
  await inSafestForm(wire, (form) => createLocked(wire, twins, form, throwawayPassword()));
  for (const model of models) {
    for (const grant of await grantsOf(wire, model)) {
      await give(wire, { user: other, host: model.host }, grant);
    }
    // MariaDB's default role is a line of SHOW GRANTS, and was given with the others.
    const roles = (await isMariaDb(wire)) ? [] : await defaultRolesOf(wire, model);
    // A model without any may be a clone that AWS's functions made: the other user keeps its own.
    if (roles.length > 0) await setDefaultRoles(wire, { user: other, host: model.host }, roles);
  }
}

/** Nobody keeps it, and its account is locked. It only has to satisfy a server's policy: each kind of character, and length. */
function throwawayPassword(): string {
  return `aA1!${randomBytes(24).toString('base64url')}`;
}
