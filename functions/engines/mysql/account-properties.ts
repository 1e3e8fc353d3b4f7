import { escape as literal } from 'mysql2';
import { attributePatch } from './attribute-patch.ts';
import type { Wire } from './connection.ts';
import {
  comparesNames,
  DEFAULTS,
  type PrintedProperties,
  parseShowCreateUser,
  type Setting,
} from './show-create-user.ts';
import { type Account, quoted } from './statements.ts';

const SETTINGS = Object.keys(DEFAULTS) as readonly Setting[];

/** What an account is, besides its name, its password, and what it was granted. Whether it is closed is nobody's trait. */
export interface AccountProperties extends Omit<PrintedProperties, 'hasAttribute'> {
  /** MySQL's comment and attribute, as a JSON object in the server's own writing. */
  readonly attribute: string | undefined;
}

/**
 * Reads them without the password's hash.
 * @param account the session's own when undefined, which needs no privilege but is not told all
 */
export async function propertiesOf(wire: Wire, account?: Account): Promise<AccountProperties> {
  const lines = await wire.query(`SHOW CREATE USER ${account ? quoted(account) : 'CURRENT_USER()'}`);
  const { hasAttribute, ...printed } = parseShowCreateUser(lines.map(([line]) => String(line)));
  return {
    ...printed,
    settings: {
      ...printed.settings,
      'PASSWORD EXPIRE':
        printed.settings['PASSWORD EXPIRE'] ?? (account && (await passwordExpiryOf(wire, account))),
    },
    attribute: hasAttribute ? await attributeOf(wire, account) : undefined,
  };
}

async function passwordExpiryOf(wire: Wire, account: Account): Promise<string> {
  const [[days = null] = []] = await wire.query(
    `SELECT password_lifetime FROM mysql.user WHERE ${isRowOf(account)}`,
  );
  if (days === null) return DEFAULTS['PASSWORD EXPIRE'];
  return Number(days) === 0 ? 'NEVER' : `INTERVAL ${Number(days)} DAY`;
}

/** SHOW CREATE USER prints question marks for characters outside of Unicode's first plane. */
async function attributeOf(wire: Wire, account?: Account): Promise<string> {
  const whose = account ? isRowOf(account) : "CONCAT(USER, '@', HOST) = CURRENT_USER()";
  const [[attribute] = []] = await wire.query(
    `SELECT ATTRIBUTE FROM information_schema.USER_ATTRIBUTES WHERE ${whose}`,
  );
  return String(attribute ?? '{}');
}

function isRowOf({ user, host }: Account): string {
  return `USER = ${literal(user)} AND HOST = ${literal(host)}`;
}

/**
 * What stands after ALTER USER and the account to make `clone` equal to `original`; undefined when it is already. No password
 * can be carried from one plugin to another: where they differ the clone's becomes `throwaway`, with which nobody can log in,
 * or the plugin stays as it is when there is none.
 *
 * An attribute that was ever set can be emptied, but never removed: `{}` is what remains of it.
 */
export function propertyChanges(
  original: AccountProperties,
  clone: AccountProperties,
  throwaway: string | undefined,
): string | undefined {
  const differing = SETTINGS.filter((name) => {
    const value = original.settings[name];
    return value !== undefined && value !== clone.settings[name];
  });
  const firstLimit = differing.find((name) => name.startsWith('MAX_'));
  // In the order of the grammar, which the servers insist on.
  const isOther = throwaway !== undefined && identification(original) !== identification(clone);
  const clauses = [
    ...(isOther ? [identification(original, throwaway)] : []),
    ...differing.map((name) => `${name === firstLimit ? 'WITH ' : ''}${settingClause(original, name)}`),
    // MariaDB shows the throwaway in its log: nobody is to use it before the clone is opened with another.
    ...(isOther ? ['ACCOUNT LOCK'] : []),
    ...attributeChange(original.attribute, clone.attribute),
  ];
  return clauses.length > 0 ? clauses.join(' ') : undefined;
}

/** A phrase for each property that is not what an account has by default; alike for equal accounts. */
export function propertyTraits(properties: AccountProperties): readonly string[] {
  const { settings, attribute = '{}' } = properties;
  return [
    identification(properties),
    ...SETTINGS.filter((name) => settings[name] !== undefined && settings[name] !== DEFAULTS[name]).map(
      (name) => settingClause(properties, name),
    ),
    ...(attribute === '{}' ? [] : [`ATTRIBUTE ${literal(attribute)}`]),
  ];
}

function settingClause({ settings }: AccountProperties, name: Setting): string {
  return `${name} ${settings[name] ?? ''}`.trim();
}

/** @param password what the plugins that have one get; left out when undefined */
function identification({ introducedBy, authentication }: AccountProperties, password?: string): string {
  const alternatives = authentication.map(({ plugin, as }) => {
    if (as !== undefined) return `${literal(plugin)} USING ${literal(as)}`;
    if (password === undefined || comparesNames(plugin)) return literal(plugin);
    return introducedBy === 'WITH'
      ? `${literal(plugin)} BY ${literal(password)}`
      : `${literal(plugin)} USING PASSWORD(${literal(password)})`;
  });
  return `IDENTIFIED ${introducedBy} ${alternatives.join(' OR ')}`;
}

function attributeChange(wanted: string | undefined, present: string | undefined): string[] {
  if (wanted === present || (wanted === undefined && present === '{}')) return [];
  return [`ATTRIBUTE ${literal(attributePatch(wanted ?? '{}', present ?? '{}'))}`];
}
