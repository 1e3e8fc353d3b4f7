import { UserNameRefused } from '@rotation/core';
import type { CloneOptions, Login } from '../engine.ts';
import { type Belongings, belongingsOf, described, reassigning } from './belongings.ts';
import { type Change, changesOf } from './clone-changes.ts';
import type { Wire } from './connection.ts';
import { statementFault } from './faults.ts';
import { assertMayUsePassword } from './iam.ts';
import { missingForChange } from './missing-privilege.ts';
import { type Role, readRoles, roleNamed, VERSION_16 } from './roles.ts';
import { type Ending, inTransaction } from './statements.ts';

/**
 * Makes a clone equal to its original. All of it is done or nothing, so that a role which exists without being a member of
 * the original was made by somebody else.
 * @returns what the clone still has of its own, in sentences
 */
export async function alignRole(
  wire: Wire,
  login: Login,
  original: string,
  clone: string,
  options: CloneOptions,
): Promise<readonly string[]> {
  const { changes, own, handsOver } = await planned(wire, login, original, clone, options);
  await makeChanges(wire, login, changes, 'COMMIT');
  return described(handsOver ? await belongingsOf(wire, clone) : own, original, clone);
}

/**
 * Does the same and takes it back, so that nothing comes of it but what is missing for it. What a clone owns is not handed over
 * even so: that would wait for whoever reads it, and have others wait.
 * @returns whether there is nothing to do, nor to tell
 */
export async function rehearseRole(
  wire: Wire,
  login: Login,
  original: string,
  clone: string,
  options: CloneOptions,
): Promise<boolean> {
  const { changes, own } = await planned(wire, login, original, clone, { ...options, reassignOwned: false });
  await makeChanges(wire, login, changes, 'ROLLBACK');
  return changes.length === 0 && own.length === 0;
}

interface Plan {
  readonly changes: readonly Change[];
  /** What the clone has of its own before. */
  readonly own: readonly Belongings[];
  readonly handsOver: boolean;
}

async function planned(
  wire: Wire,
  login: Login,
  original: string,
  clone: string,
  { known, reassignOwned }: CloneOptions,
): Promise<Plan> {
  const roles = await readRoles(wire, [original, clone]);
  const model = roleNamed(roles, original);
  const existing = roles.find(({ name }) => name === clone);
  await assertMayUsePassword(wire, login, original);
  if (existing !== undefined && !known) assertIsClone(existing, model);

  const options = wire.version >= VERSION_16;
  const changes = [...changesOf(model, clone, existing, options)];
  const own = existing === undefined ? [] : await belongingsOf(wire, clone);
  const handsOver = reassignOwned && own.some(({ owned, within }) => owned > 0 && within);
  if (handsOver) changes.push(handingOver(original, clone));
  return { changes, own, handsOver };
}

/** A clone that AWS's functions made is a member of its original. So might be a superuser's role, which is not ours to take. */
function assertIsClone(role: Role, original: Role): void {
  const isMember = role.memberships.some((membership) => membership.role === original.name);
  const isMore = role.attributes.includes('SUPERUSER') && !original.attributes.includes('SUPERUSER');
  if (isMember && !isMore) return;
  const problem = `is taken by a role that is no clone of ${JSON.stringify(original.name)}`;
  throw new UserNameRefused(role.name, problem);
}

function handingOver(original: string, clone: string): Change {
  return {
    task: `hand over what ${JSON.stringify(clone)} owns to ${JSON.stringify(original)}`,
    statements: [reassigning(original, clone)],
    needs: { createRole: false, rightsOf: [original, clone] },
  };
}

async function makeChanges(
  wire: Wire,
  login: Login,
  changes: readonly Change[],
  ending: Ending,
): Promise<void> {
  if (changes.length === 0) return;
  let failing: Change | undefined;
  try {
    await inTransaction(wire, ending, async () => {
      for (const change of changes) {
        failing = change;
        for (const statement of change.statements) await wire.query(statement);
      }
    });
  } catch (error) {
    if (failing === undefined) throw error;
    throw statementFault(login, failing.task, error, await missingForChange(wire, failing, error));
  }
}
