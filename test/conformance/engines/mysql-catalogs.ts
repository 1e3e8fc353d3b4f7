import type { TestDatabase } from '../../support/test-database.ts';

/** The grant tables of either server, and the columns of them that name an account. */
const TABLES = {
  mysql: [
    ['db', 'User'],
    ['tables_priv', 'User'],
    ['columns_priv', 'User'],
    ['procs_priv', 'User'],
    ['proxies_priv', 'User'],
    ['global_grants', 'USER'],
    ['role_edges', 'TO_USER'],
    ['default_roles', 'USER'],
  ],
  mariadb: [
    ['db', 'User'],
    ['tables_priv', 'User'],
    ['columns_priv', 'User'],
    ['procs_priv', 'User'],
    ['proxies_priv', 'User'],
    ['roles_mapping', 'User'],
  ],
} as const;

/** What differs between any two accounts, who granted what when, and whether the account is locked. */
const OWN = [
  'account_locked',
  'authentication_string',
  'Password',
  'password_last_changed',
  'Timestamp',
  'Grantor',
  'HostUser',
];

/**
 * All that a server keeps of a user's accounts, read from its tables and its own statements without the code under test: with
 * the name replaced, without passwords and locks, in an order that does not depend on any of them.
 */
export async function catalogsOf(database: TestDatabase, user: string): Promise<Record<string, string[]>> {
  const kind = database.secretEngine === 'mariadb' ? 'mariadb' : 'mysql';
  const name = database.literal(user);
  const table = async (from: string, column: string) => {
    const columns = (await columnsOf(database, from)).filter((one) => one !== column);
    const rows = await database.sql(
      `SELECT ${columns.map((one) => `\`${one}\``).join(', ')} FROM mysql.${from} WHERE ${column} = ${name}`,
    );
    return rows.map((row) => JSON.stringify(row)).sort();
  };
  const hosts = (
    await database.sql(`SELECT Host FROM mysql.user WHERE User = ${name} AND Host <> '' ORDER BY Host`)
  ).flat();
  const printed = async (statement: string) => {
    const found: string[] = [];
    for (const host of hosts) {
      const rows = await database.sql(`${statement} ${name}@${database.literal(String(host))}`);
      found.push(
        ...rows
          .map(([line]) =>
            ownPartsLeftOut(String(line).replaceAll(`\`${user.replaceAll('`', '``')}\``, 'USER')),
          )
          .sort(),
      );
    }
    return found;
  };
  const catalogs: Record<string, string[]> = {
    user: await table('user', 'User'),
    'SHOW CREATE USER': await printed('SHOW CREATE USER'),
    'SHOW GRANTS': await printed('SHOW GRANTS FOR'),
  };
  for (const [from, column] of TABLES[kind]) catalogs[from] = await table(from, column);
  return catalogs;
}

const known = new Map<string, readonly string[]>();

/** The columns in which a clone is to be equal. */
async function columnsOf(database: TestDatabase, table: string): Promise<readonly string[]> {
  const key = `${database.secretEngine} ${table}`;
  const found =
    known.get(key) ??
    (await database.sql(`SHOW COLUMNS FROM mysql.${table}`))
      .map(([column]) => String(column))
      .filter((column) => !OWN.includes(column));
  known.set(key, found);
  return found;
}

/** A hash stands after AS, BY PASSWORD or USING, and may hold any character. */
function ownPartsLeftOut(line: string): string {
  return (
    line
      .replace(/ (AS|BY PASSWORD|USING) '(?:[^'\\]|''|\\.)*'/gs, ' $1 HASH')
      .replace(/ ACCOUNT (UN)?LOCK/, '')
      // MySQL shows an interval that has ended, until it reads its tables again: its table `user` says what is true.
      .replace(/(?<= WITH '.* PASSWORD EXPIRE) (DEFAULT|INTERVAL \d+ DAY)/, '')
  );
}
