import { createHmac, randomBytes } from 'node:crypto';
import type { Wire } from './connection.ts';
import { privilegesOf } from './privileges.ts';
import {
  type Actor,
  type Membership,
  type Role,
  readRoles,
  roleNamed,
  type Setting,
  VERSION_16,
} from './roles.ts';

/**
 * What a user is and may do, in phrases that are alike for equal users.
 * @param actor what the user's sessions act as, where that is known better than the catalogs tell
 */
export async function traitsOf(
  wire: Wire,
  name: string,
  partner: string,
  actor?: string,
): Promise<readonly string[]> {
  const roles = await readRoles(wire, [name, partner]);
  const self = roleNamed(roles, name);
  const other = roles.find((role) => role.name === partner);
  const relation = relationOf(self, other);
  const usual = self.actors[0]?.role ?? name;
  const actors = [
    { database: null, role: actor ?? usual },
    ...self.actors.filter(({ database, role }) => database !== null && role !== usual),
  ];
  // Before 16 a clone inherits whatever its original does: see changesOf.
  const inherits = wire.version >= VERSION_16 || relation.kind === 'given';
  return [
    ...self.attributes
      .filter((attribute) => attribute !== 'INHERIT' || inherits)
      .map((attribute) => `the attribute ${attribute}`),
    ...(self.connectionLimit < 0 ? [] : [`a connection limit of ${self.connectionLimit}`]),
    ...(self.validUntil === 'infinity' ? [] : [`a password that is valid until ${self.validUntil}`]),
    ...(self.comment === null ? [] : [`the comment ${JSON.stringify(self.comment)}`]),
    ...self.labels.map(
      ({ provider, label }) => `the security label ${JSON.stringify(label)} of ${JSON.stringify(provider)}`,
    ),
    ...self.settings.filter((setting) => setting.name !== 'role').map(settingTrait),
    ...actors.map((actor) => actorTrait(actor, relation.kind === 'given' ? name : undefined)),
    ...membershipTraits(self, other, relation.kind),
    // Sessions of a clone act as its original, whose privileges they have whatever these are.
    ...(relation.kind === 'given' ? await privilegesOf(wire, name) : []),
  ];
}

type Relation = { readonly kind: 'clone' | 'original' | 'given' };

function relationOf(self: Role, partner: Role | undefined): Relation {
  const isMember = (role: Role, of: string) => role.memberships.some((membership) => membership.role === of);
  if (partner !== undefined && isMember(self, partner.name)) return { kind: 'clone' };
  return { kind: partner !== undefined && isMember(partner, self.name) ? 'original' : 'given' };
}

/** A new one in each process, whose two users are all that is ever compared. */
const SALT = randomBytes(32);

/** The values of custom settings may be secrets of an application: equal ones look alike, and say no more than that. */
function settingTrait({ database, name, value }: Setting): string {
  const shown = name.includes('.')
    ? `(value ${createHmac('sha256', SALT).update(value).digest('hex').slice(0, 8)})`
    : `= ${value}`;
  return `the setting ${name} ${shown} ${placeOf(database)}`;
}

/** @param itself a user's own name where its partner has another in its place */
function actorTrait({ database, role }: Actor, itself: string | undefined): string {
  const actor = role === itself ? 'the user itself' : JSON.stringify(role);
  return `sessions ${placeOf(database)} that act as ${actor}`;
}

function placeOf(database: string | null): string {
  return database === null ? 'in every database' : `in the database ${JSON.stringify(database)}`;
}

/** A clone has its original's, and should have none of its own. */
function membershipTraits(self: Role, partner: Role | undefined, kind: Relation['kind']): readonly string[] {
  const own = self.memberships.filter(({ role }) => kind !== 'clone' || role !== partner?.name);
  const model = kind === 'clone' ? (partner?.memberships ?? []) : [];
  const all = Map.groupBy([...model, ...own], ({ role }) => role);
  return [...all].map(([role, grants]) => `membership in ${JSON.stringify(role)}${optionsOf(grants)}`);
}

function optionsOf(grants: readonly Membership[]): string {
  return [
    grants.some(({ admin }) => admin) ? ' with ADMIN OPTION' : '',
    grants.some(({ inherit }) => inherit) ? '' : ' without INHERIT',
    grants.some(({ set }) => set) ? '' : ' without SET',
  ].join('');
}
