import { type Password, UserNameRefused } from '@rotation/core';
import type { CloneOptions, Login, PasswordOptions, Session } from '../engine.ts';
import { propertiesOf, propertyTraits } from './account-properties.ts';
import { beyond } from './adoption.ts';
import { alignAccounts, rightsOf } from './alignment.ts';
import type { Wire } from './connection.ts';
import { discardOf, discardOwn, forgetRetained, retainOf, retainOwn, whyOne } from './dual-passwords.ts';
import { asksForPresentPassword, explained, passwordFault } from './faults.ts';
import { inSafestForm, productOf } from './password-form.ts';
import { passwordPolicyOf } from './password-policy.ts';
import {
  assertOwnTakesPassword,
  openAccounts,
  openAccountsOf,
  type PasswordAccountsOf,
  passwordAccountsOf,
  replaceOwnPassword,
  setOwnPassword,
  setPasswords,
} from './passwords.ts';
import { phraseOf } from './right.ts';
import { IN_EARNEST, rehearsal, type Stage } from './stage.ts';
import {
  accountsOf,
  assertMayWrite,
  existingAccounts,
  grantsOf,
  ownHostPart,
  rolesInUse,
  takeLock,
} from './statements.ts';

/** The rotation's work in a MySQL or MariaDB session. */
export function openSession(wire: Wire, login: Login): Session {
  return {
    lock: (name) =>
      explained(login, 'wait for another rotation of the same users', () => takeLock(wire, name)),

    product: async () => productOf(wire),

    rehearseOwnPassword: () =>
      explained(login, `set the password of ${JSON.stringify(login.username)}`, async () => {
        await assertOwnTakesPassword(wire, login);
        await assertMayWrite(wire);
      }),

    async changeOwnPassword(present, next) {
      try {
        await assertOwnTakesPassword(wire, login);
        await changeOwn(wire, present, next);
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    async retainOwnPassword(present, next, others) {
      try {
        await assertOwnTakesPassword(wire, login);
        return await retainOwn(wire, login, present, next, others);
      } catch (error) {
        throw passwordFault(login, login.username, error);
      }
    },

    whyOnePassword: () =>
      explained(login, 'find out whether its user can have two passwords', () => whyOne(wire)),

    discardOldPassword: (present) =>
      explained(login, `discard the old password of ${JSON.stringify(login.username)}`, () =>
        discardOwn(wire, present),
      ),

    async retainPassword(username, present, next) {
      try {
        const accounts = await openAccountsOf(wire, login, username, { evenExpired: true });
        return await retainOf(wire, accounts, present, next);
      } catch (error) {
        throw passwordFault(login, username, error);
      }
    },

    discardPasswordOf: (username, present) =>
      explained(login, `discard the old password of ${JSON.stringify(username)}`, async () =>
        discardOf(wire, await accountsOf(wire, username), present),
      ),

    passwordPolicy: () => explained(login, 'read the password policy', () => passwordPolicyOf(wire)),

    alignClone: (...clone) => align(IN_EARNEST, ...clone),

    async rehearseClone(...clone) {
      const stage = await explained(login, 'list its own rights', () => rehearsal(wire));
      await align(stage, ...clone);
      return !stage.hasChanges();
    },

    rehearsePassword: (username, options = {}) =>
      explained(login, `set the password of ${JSON.stringify(username)}`, async () => {
        const stage = await rehearsal(wire);
        for (const account of await openAccountsOf(wire, login, username, options)) {
          stage.assertMayChange(account, await grantsOf(wire, account));
          await stage.changeAccount(account, async () => {});
        }
      }),

    openClone: (clone, password) => changeAccounts(passwordAccountsOf, clone, password, openAccounts),
    setPassword: (username, password, options = {}) =>
      changeAccounts(
        (...user) => openAccountsOf(...user, options),
        username,
        password,
        setPasswords,
        options,
      ),

    traits: (_partner, username) =>
      explained(login, `list the rights of ${JSON.stringify(username ?? login.username)}`, () =>
        username === undefined ? ownTraits(wire) : traitsOf(wire, username),
      ),

    [Symbol.asyncDispose]: () => wire.close(),
  };

  async function align(
    stage: Stage,
    original: string,
    clone: string,
    { known, isToBeOpened }: CloneOptions,
  ): Promise<readonly string[]> {
    // Before anything is created, and in the name of the user that people manage.
    await explained(login, `read the accounts of ${JSON.stringify(original)}`, () =>
      openAccountsOf(wire, login, original),
    );
    if (!known) await assertNobodyElses(wire, login, original, clone);
    return alignAccounts({ wire, login, original, clone, isToBeOpened, stage });
  }

  async function changeAccounts(
    read: PasswordAccountsOf,
    username: string,
    password: Password,
    change: typeof setPasswords,
    { besideRetained = false }: PasswordOptions = {},
  ) {
    try {
      const accounts = await read(wire, login, username);
      await inSafestForm(wire, (form) => change(wire, accounts, form, password.reveal()));
      if (!besideRetained) await forgetRetained(wire, accounts);
    } catch (error) {
      throw passwordFault(login, username, error);
    }
  }
}

async function ownTraits(wire: Wire): Promise<readonly string[]> {
  return [
    `logins from the host part ${JSON.stringify(await ownHostPart(wire))}`,
    ...propertyTraits(await propertiesOf(wire)),
    ...[...(await grantsOf(wire)), ...(await rolesInUse(wire))].map(phraseOf),
  ];
}

async function traitsOf(wire: Wire, username: string): Promise<readonly string[]> {
  const traits: string[] = [];
  for (const account of await accountsOf(wire, username)) {
    const phrases = [
      ...propertyTraits(await propertiesOf(wire, account)),
      ...(await rightsOf(wire, account)).map(phraseOf),
    ];
    const place = `logins from the host part ${JSON.stringify(account.host)}`;
    traits.push(place, ...phrases.map((phrase) => `${place} with ${phrase}`));
  }
  return traits;
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
 * comes from nowhere else than its original and may do nothing more. One that is locked counts as half made by an earlier try,
 * which may have got more than it was to keep: nobody logs in with it, and all that is taken before it is opened.
 */
async function assertNobodyElses(wire: Wire, login: Login, original: string, clone: string): Promise<void> {
  const task = `compare ${JSON.stringify(clone)} with ${JSON.stringify(original)}`;
  const more = await explained(login, task, async () => {
    const hosts = new Set((await accountsOf(wire, original)).map(({ host }) => host));
    const found: string[] = [];
    for (const account of await existingAccounts(wire, clone)) {
      const { isLocked, isExpired } = await propertiesOf(wire, account);
      // MySQL's roles are locked accounts too, with passwords that are expired from the start.
      if (isLocked && !isExpired) continue;
      if (!hosts.has(account.host)) found.push(`it may come from ${account.host}`);
      else {
        const model = await grantsOf(wire, { ...account, user: original });
        found.push(...beyond(await grantsOf(wire, account), model).map((right) => `it has ${right}`));
      }
    }
    return found;
  });
  if (more.length > 0) {
    throw new UserNameRefused(
      clone,
      `is taken by an account that is no clone of ${JSON.stringify(original)}: ${more.join('; ')}`,
    );
  }
}
