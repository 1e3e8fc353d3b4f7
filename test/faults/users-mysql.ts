import { isDeepStrictEqual } from 'node:util';
import { escape as literal } from 'mysql2';
import type { Session } from '../../local/servers/server-engine.ts';
import type { Credentials, Users } from './world.ts';

/** ER_ACCESS_DENIED_ERROR; that the account is locked, of MySQL and of MariaDB, whose name the driver does not know. */
const REJECTED = new Set([1045, 3118, 4151]);
const LACKS_RIGHTS = new Set([1044, 1142]); // ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR

export function mysqlUsers(
  logIn: (as: Credentials) => Promise<Session>,
  superuser: Session,
  engine: 'mysql' | 'mariadb',
): Users {
  const run = (statement: string) => superuser.query(statement);
  const account = (username: string) => `${literal(username)}@'%'`;

  async function grantsAndLimit(username: string): Promise<unknown[]> {
    const [user] = await run(`SELECT max_user_connections FROM mysql.user WHERE User = ${literal(username)}`);
    const grants = await run(`SHOW GRANTS FOR ${account(username)}`);
    const withoutName = (line: unknown) =>
      String(line)
        .replaceAll(username, 'USER')
        .replace(/ IDENTIFIED BY PASSWORD '[^']*'/, '');
    return [user, grants.flatMap(Object.values).map(withoutName).sort()];
  }
  return {
    async prepare() {
      await run('CREATE DATABASE shop');
      await run('CREATE TABLE shop.orders (id integer)');
      await run('CREATE TABLE shop.archive (id integer)');
      await run('CREATE ROLE archive_reader');
      await run('GRANT SELECT ON shop.archive TO archive_reader');
    },
    async create({ username, password }) {
      const user = account(username);
      await run(`CREATE USER ${user} IDENTIFIED BY ${literal(password)}`);
      await run(`GRANT INSERT, DELETE ON shop.orders TO ${user}`);
      await run(`GRANT archive_reader TO ${user}`);
      const all = engine === 'mysql' ? 'TO' : 'FOR';
      await run(`SET DEFAULT ROLE archive_reader ${all} ${user}`);
    },
    async manage(username) {
      const user = account(username);
      await run(`GRANT UPDATE ON shop.orders TO ${user}`);
      await run(`REVOKE DELETE ON shop.orders FROM ${user}`);
      await run(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS 50`);
    },
    async allowTwoPasswords(username) {
      await run(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${account(username)}`);
    },
    async setPassword({ username, password }) {
      await run(`ALTER USER ${account(username)} IDENTIFIED BY ${literal(password)}`);
    },
    async spoilPassword(username) {
      await run(`ALTER USER ${account(username)} IDENTIFIED BY 'nobody has this one'`);
    },
    async mayLogIn(username) {
      const [found] = await run(
        engine === 'mysql'
          ? `SELECT account_locked = 'N' AS is_open FROM mysql.user WHERE User = ${literal(username)}`
          : `SELECT COALESCE(JSON_VALUE(Priv, '$.account_locked'), 0) = 0 AS is_open
             FROM mysql.global_priv WHERE User = ${literal(username)}`,
      );
      return Number(found?.['is_open'] ?? 0) === 1;
    },
    async areEqual(one, other) {
      const [first, second] = await Promise.all([one, other].map(grantsAndLimit));
      return isDeepStrictEqual(first, second);
    },
    async logsIn(login) {
      try {
        await (await logIn(login)).close();
        return true;
      } catch (error) {
        if (REJECTED.has(numberOf(error))) return false;
        throw error;
      }
    },
    async use(login) {
      try {
        const session = await logIn(login);
        try {
          // A privilege of its own, and one through its default role.
          await session.query('INSERT INTO shop.orders VALUES (1)');
          await session.query('SELECT * FROM shop.archive');
        } finally {
          await session.close();
        }
        return 'works';
      } catch (error) {
        if (REJECTED.has(numberOf(error))) return 'rejected';
        if (LACKS_RIGHTS.has(numberOf(error))) return 'lacks rights';
        throw error;
      }
    },
  };
}

const numberOf = (error: unknown) => (error instanceof Error && 'errno' in error ? Number(error.errno) : 0);
