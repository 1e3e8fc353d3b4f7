import pg from 'pg';
import { settingChanges } from './clone-settings.ts';
import { ATTRIBUTES, type Attribute, type Role } from './roles.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** A step towards a clone that is equal to its original. */
export interface Change {
  /** As in "lacks the privilege to <task>". */
  readonly task: string;
  readonly statements: readonly string[];
  readonly needs: Need;
}

/** What a change takes of whoever makes it; a superuser has it all. */
export interface Need {
  readonly createRole: boolean;
  /** Since PostgreSQL 16: the ADMIN OPTION on this role. */
  readonly adminOf?: string;
  /** The attribute itself since PostgreSQL 16; CREATEROLE or SUPERUSER before. */
  readonly attribute?: Attribute;
  /** The right to set this parameter, which a user may have since PostgreSQL 15. */
  readonly parameter?: string;
  /** Whether it is of a password, or of how long one is valid: Amazon RDS can leave these to the members of a role. */
  readonly ofPassword?: boolean;
  /** The rights of these roles, as members inherit them. */
  readonly rightsOf?: readonly string[];
}

/** A role as CREATE ROLE makes it. */
const NEW_ROLE = {
  attributes: ['INHERIT'],
  connectionLimit: -1,
  validUntil: 'infinity',
  comment: null,
  labels: [],
  settings: [],
  memberships: [],
} satisfies Partial<Role>;

/**
 * What makes `clone` equal to `original` in all but name, password and the right to log in: nothing when it is.
 *
 * A clone is a member of its original, and of nothing else, and acts as it from the start of each session. So both have the
 * same rights, what either creates belongs to the original, and a privilege or role that is granted later needs no copying.
 * What follows the login and not the role that it acts as is copied.
 * @param existing undefined when there is no such role yet; it is created unable to log in
 * @param options whether a membership has options, as it does since PostgreSQL 16
 */
export function changesOf(
  original: Role,
  clone: string,
  existing: Role | undefined,
  options: boolean,
): readonly Change[] {
  const role = escapeIdentifier(clone);
  const alter = (what: string, task: string, needs: Partial<Need> = {}): Change => ({
    task,
    statements: [`ALTER ROLE ${role} ${what}`],
    needs: { createRole: true, adminOf: clone, ...needs },
  });
  const before = existing ?? NEW_ROLE;
  const of = ` of ${quoted(clone)}`;

  const changes: Change[] = [];
  if (existing === undefined) {
    const statements = [`CREATE ROLE ${role} NOLOGIN`];
    changes.push({ task: `create ${quoted(clone)}`, statements, needs: { createRole: true } });
  }
  for (const attribute of ATTRIBUTES) {
    // Before membership has options, a clone that inherits nothing could not even connect where its original may: that is
    // looked at before its session acts as the original.
    const wanted = (attribute === 'INHERIT' && !options) || original.attributes.includes(attribute);
    const has: readonly Attribute[] = before.attributes;
    if (wanted === has.includes(attribute)) continue;
    const task = wanted
      ? `give ${quoted(clone)} the attribute ${attribute} that ${quoted(original.name)} has`
      : `take the attribute ${attribute} from ${quoted(clone)}`;
    // INHERIT is anybody's.
    const needs = attribute === 'INHERIT' ? {} : { attribute };
    changes.push(alter(wanted ? attribute : `NO${attribute}`, task, needs));
  }
  if (before.connectionLimit !== original.connectionLimit) {
    changes.push(alter(`CONNECTION LIMIT ${original.connectionLimit}`, `set the connection limit${of}`));
  }
  if (before.validUntil !== original.validUntil) {
    const until = escapeLiteral(original.validUntil);
    const task = `set how long the password${of} is valid`;
    changes.push(alter(`VALID UNTIL ${until}`, task, { ofPassword: true }));
  }
  changes.push(...membershipChanges(original.name, clone, before.memberships, options));
  for (const { statements, name } of settingChanges(original, before.settings, role)) {
    const needs = { createRole: true, adminOf: clone, parameter: name };
    changes.push({ task: `change the setting ${name}${of}`, statements, needs });
  }
  const note = (statement: string, value: string | null, task: string) => {
    const statements = [`${statement} IS ${value === null ? 'NULL' : escapeLiteral(value)}`];
    changes.push({ task: `${task}${of}`, statements, needs: { createRole: true, adminOf: clone } });
  };
  if (before.comment !== original.comment) {
    note(`COMMENT ON ROLE ${role}`, original.comment, 'change the comment');
  }
  for (const provider of labelProviders(before.labels, original.labels)) {
    const { label = null } = original.labels.find((other) => other.provider === provider) ?? {};
    const statement = `SECURITY LABEL FOR ${escapeIdentifier(provider)} ON ROLE ${role}`;
    note(statement, label, `change the security label of ${quoted(provider)}`);
  }
  return changes;
}

/** The providers whose labels differ. */
function labelProviders(one: Role['labels'], other: Role['labels']): readonly string[] {
  const providers = new Set([...one, ...other].map(({ provider }) => provider));
  const of = (labels: Role['labels'], provider: string) =>
    labels.find((noted) => noted.provider === provider)?.label;
  return [...providers].filter((provider) => of(one, provider) !== of(other, provider));
}

function membershipChanges(
  original: string,
  clone: string,
  memberships: Role['memberships'],
  options: boolean,
): readonly Change[] {
  const changes: Change[] = [];
  const inOriginal = memberships.filter(({ role }) => role === original);
  if (!inOriginal.some(({ inherit }) => inherit) || !inOriginal.some(({ set }) => set)) {
    const grant = `GRANT ${escapeIdentifier(original)} TO ${escapeIdentifier(clone)}`;
    changes.push({
      task: `grant ${quoted(original)} to ${quoted(clone)}`,
      statements: [options ? `${grant} WITH INHERIT TRUE, SET TRUE` : grant],
      needs: { createRole: !options, adminOf: original },
    });
  }
  for (const { role, grantor, admin } of memberships) {
    if (role === original && !admin) continue;
    const what = role === original ? `ADMIN OPTION FOR ${escapeIdentifier(role)}` : escapeIdentifier(role);
    const revoke = `REVOKE ${what} FROM ${escapeIdentifier(clone)}`;
    changes.push({
      task: `take ${role === original ? 'the ADMIN OPTION on ' : ''}${quoted(role)} from ${quoted(clone)}`,
      statements: [options ? `${revoke} GRANTED BY ${escapeIdentifier(grantor)}` : revoke],
      needs: { createRole: !options, adminOf: role, ...(options && { rightsOf: [grantor] }) },
    });
  }
  return changes;
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
