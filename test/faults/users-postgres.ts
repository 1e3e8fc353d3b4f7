import { isDeepStrictEqual } from 'node:util';
import { escapeIdentifier as identifier, escapeLiteral as literal } from 'pg';
import type { Session } from '../../local/servers/server-engine.ts';
import type { Credentials, Users } from './world.ts';

const REJECTED = new Set(['28P01', '28000']); // invalid_password, invalid_authorization_specification
const LACKS_RIGHTS = '42501'; // insufficient_privilege

export function postgresUsers(logIn: (as: Credentials) => Promise<Session>, superuser: Session): Users {
  const run = (statement: string) => superuser.query(statement);
  return {
    async prepare() {
      await run(`
        CREATE TABLE archive (id integer);
        CREATE ROLE archive_reader;
        GRANT SELECT ON archive TO archive_reader`);
    },
    async create({ username, password }) {
      const user = identifier(username);
      await run(`
        CREATE ROLE ${user} LOGIN PASSWORD ${literal(password)} IN ROLE archive_reader;
        CREATE SCHEMA ${user} AUTHORIZATION ${user}`);
    },
    async manage(username) {
      const user = identifier(username);
      await run(`ALTER ROLE ${user} CREATEDB CONNECTION LIMIT 20; ALTER ROLE ${user} SET work_mem TO '8MB'`);
    },
    async allowTwoPasswords() {
      throw new Error('PostgreSQL knows no dual passwords.');
    },
    async setPassword({ username, password }) {
      await run(`ALTER ROLE ${identifier(username)} PASSWORD ${literal(password)}`);
    },
    async spoilPassword(username) {
      await run(`ALTER ROLE ${identifier(username)} PASSWORD 'nobody has this one'`);
    },
    async mayLogIn(username) {
      const [role] = await run(`SELECT rolcanlogin FROM pg_roles WHERE rolname = ${literal(username)}`);
      return role?.['rolcanlogin'] === true;
    },
    async areEqual(one, other) {
      const [first, second] = await Promise.all(
        [one, other].map((name) =>
          run(`
            SELECT rolcreatedb, rolconnlimit, ARRAY(
              SELECT line FROM pg_db_role_setting, unnest(setconfig) AS line
              WHERE setrole = pg_roles.oid AND line NOT LIKE 'role=%'
            ) AS settings
            FROM pg_roles WHERE rolname = ${literal(name)}`),
        ),
      );
      return isDeepStrictEqual(first, second);
    },
    async logsIn(login) {
      try {
        await (await logIn(login)).close();
        return true;
      } catch (error) {
        if (REJECTED.has(codeOf(error))) return false;
        throw error;
      }
    },
    async use(login, original) {
      try {
        const session = await logIn(login);
        try {
          // Through a role, and what only an owner may.
          await session.query(`TABLE archive; COMMENT ON SCHEMA ${identifier(original)} IS 'in use'`);
        } finally {
          await session.close();
        }
        return 'works';
      } catch (error) {
        if (REJECTED.has(codeOf(error))) return 'rejected';
        if (codeOf(error) === LACKS_RIGHTS) return 'lacks rights';
        throw error;
      }
    },
  };
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');
