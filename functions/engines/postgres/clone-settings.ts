import pg from 'pg';
import type { Role, Setting } from './roles.ts';

const { escapeIdentifier, escapeLiteral } = pg;

interface SettingChange {
  readonly name: string;
  readonly statements: readonly string[];
}

/**
 * What gives a clone the settings of its original.
 * @param role the clone's name as an identifier
 */
export function settingChanges(
  original: Role,
  present: readonly Setting[],
  role: string,
): readonly SettingChange[] {
  const wanted = wantedSettings(original);
  const lacks = wanted.filter(
    (setting) => !present.some((other) => isSame(setting, other) && setting.value === other.value),
  );
  const surplus = present.filter((setting) => !wanted.some((other) => isSame(setting, other)));
  return [
    ...surplus.map(({ database, name }) => ({
      name,
      statements: [`${alterIn(role, database)} RESET ${escapeIdentifier(name)}`],
    })),
    ...lacks.map(({ database, name, value }) => ({
      name,
      statements: storedExactly(alterIn(role, database), name, value),
    })),
  ];
}

/** The original's own, and the role that its sessions act as: a clone's would act as the clone. */
function wantedSettings({ settings, actors }: Role): readonly Setting[] {
  const everywhere = actors.find(({ database }) => database === null);
  const assumed = actors.filter((actor) => actor === everywhere || actor.role !== everywhere?.role);
  return [
    ...settings.filter(({ name }) => name !== 'role'),
    ...assumed.map(({ database, role }) => ({ database, name: 'role', value: role })),
  ];
}

function isSame(one: Setting, other: Setting): boolean {
  return one.database === other.database && one.name === other.name;
}

function alterIn(role: string, database: string | null): string {
  return `ALTER ROLE ${role}${database === null ? '' : ` IN DATABASE ${escapeIdentifier(database)}`}`;
}

/**
 * Settings that are lists of names, whose literals the server quotes once more when it stores them. No extension can define
 * one.
 * @see variable_is_guc_list_quote in PostgreSQL's src/bin/pg_dump/dumputils.c
 */
const QUOTED_LISTS: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'temp_tablespaces',
]);

/** Stores a value byte by byte. */
function storedExactly(alter: string, name: string, value: string): readonly string[] {
  const identifier = escapeIdentifier(name);
  if (!QUOTED_LISTS.has(name)) return [`${alter} SET ${identifier} TO ${escapeLiteral(value)}`];
  return [
    `SELECT set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`,
    `${alter} SET ${identifier} FROM CURRENT`,
    // At once: under another search_path names could mean what the role has put there.
    'SET LOCAL search_path = pg_catalog',
  ];
}
