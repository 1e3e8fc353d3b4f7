import { escape as mysqlLiteral } from 'mysql2';
import { escapeIdentifier as identifier, escapeLiteral as literal } from 'pg';
import type { Use } from './accounts.ts';

/** What administrators and applications say to a kind of server. */
export interface AccountStatements {
  /** A user and a table of its name, which only the user may read. */
  create(username: string, password: string): string[];
  setPassword(username: string, password: string): string[];
  /** Rows of `username`, `is_open` and `verifier`, for each user whose name begins with `original`. */
  list(original: string): string;
  drop(original: string, usernames: readonly string[]): string[];
  /** Reads the table. */
  use(original: string): string;
  /** What the server's error codes say of a login and what it may do. */
  readonly verdicts: Readonly<Record<string, Use>>;
}

export const postgresStatements: AccountStatements = {
  create: (username, password) => [
    `CREATE ROLE ${identifier(username)} LOGIN PASSWORD ${literal(password)}`,
    `CREATE TABLE ${identifier(username)} (id integer)`,
    `ALTER TABLE ${identifier(username)} OWNER TO ${identifier(username)}`,
  ],
  setPassword: (username, password) => [`ALTER ROLE ${identifier(username)} PASSWORD ${literal(password)}`],
  list: (original) => `
    SELECT rolname AS username, rolcanlogin::int AS is_open, rolpassword AS verifier
    FROM pg_authid WHERE starts_with(rolname, ${literal(original)}) ORDER BY rolname`,
  drop: (_original, usernames) => {
    const all = usernames.map((username) => identifier(username)).join(', ');
    return [`DROP OWNED BY ${all} CASCADE`, `DROP ROLE ${all}`];
  },
  use: (original) => `TABLE public.${identifier(original)}`,
  verdicts: {
    '28P01': 'rejected', // invalid_password
    '28000': 'rejected', // invalid_authorization_specification
    '42501': 'lacks rights', // insufficient_privilege
  },
};

export function mysqlStatements(engine: 'mysql' | 'mariadb'): AccountStatements {
  const account = (username: string) => `${mysqlLiteral(username)}@'%'`;
  return {
    create: (username, password) => [
      `CREATE USER ${account(username)} IDENTIFIED BY ${mysqlLiteral(password)}`,
      `CREATE DATABASE ${username}`,
      `CREATE TABLE ${username}.orders (id integer)`,
      `GRANT SELECT ON ${username}.orders TO ${account(username)}`,
    ],
    setPassword: (username, password) => [
      `ALTER USER ${account(username)} IDENTIFIED BY ${mysqlLiteral(password)}`,
    ],
    list: (original) => {
      const named = `LEFT(User, ${original.length}) = ${mysqlLiteral(original)} ORDER BY User`;
      return engine === 'mysql'
        ? `SELECT User AS username, account_locked = 'N' AS is_open, HEX(authentication_string) AS verifier
           FROM mysql.user WHERE ${named}`
        : `SELECT User AS username, COALESCE(JSON_VALUE(Priv, '$.account_locked'), 0) = 0 AS is_open,
             JSON_VALUE(Priv, '$.authentication_string') AS verifier
           FROM mysql.global_priv WHERE ${named}`;
    },
    drop: (original, usernames) => [
      `DROP USER ${usernames.map(account).join(', ')}`,
      `DROP DATABASE ${original}`,
    ],
    use: (original) => `SELECT * FROM ${original}.orders`,
    verdicts: {
      1045: 'rejected', // ER_ACCESS_DENIED_ERROR
      3118: 'rejected', // ER_ACCOUNT_HAS_BEEN_LOCKED
      4151: 'rejected', // MariaDB's
      1044: 'lacks rights', // ER_DBACCESS_DENIED_ERROR
      1142: 'lacks rights', // ER_TABLEACCESS_DENIED_ERROR
    },
  };
}
