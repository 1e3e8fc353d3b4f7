import type { DatabaseServer } from '../../local/servers/database-server.ts';
import { logInToMySql } from '../../local/servers/mysql-login.ts';
import { logInToPostgres } from '../../local/servers/postgres-login.ts';
import type { LogIn, Session } from '../../local/servers/server-engine.ts';
import { type AccountStatements, mysqlStatements, postgresStatements } from './account-statements.ts';
import type { Login } from './world.ts';

/** A user as the server has it. */
export interface Account {
  readonly username: string;
  readonly isOpen: boolean;
  /** Changes with the password. */
  readonly verifier: string;
}

export type Use = 'works' | 'rejected' | 'lacks rights';

/** The users of a server, as its administrator and its applications see them: nothing here is code under test. */
export interface Accounts extends AsyncDisposable {
  /** Creates a user with a right that is its own. */
  create(login: Login): Promise<void>;
  setPassword(login: Login): Promise<void>;
  /** The user, and those whose names are longer. */
  list(original: string): Promise<readonly Account[]>;
  /** Drops all of these. */
  drop(original: string): Promise<void>;
  /** Logs in and uses the right that `original` was created with. Any other failure is thrown. */
  use(login: Login, original: string): Promise<Use>;
  /** After the server has ended all sessions. */
  reconnect(): Promise<void>;
}

interface Dialect {
  readonly logIn: LogIn;
  readonly statements: AccountStatements;
}

const DIALECTS: Readonly<Record<DatabaseServer['engine'], Dialect>> = {
  postgres: { logIn: logInToPostgres, statements: postgresStatements },
  mysql: { logIn: logInToMySql, statements: mysqlStatements('mysql') },
  mariadb: { logIn: logInToMySql, statements: mysqlStatements('mariadb') },
};

export async function openAccounts(server: DatabaseServer): Promise<Accounts> {
  const { logIn, statements } = DIALECTS[server.engine];
  const open = (login: Login): Promise<Session> => logIn(server, { ...login, tls: 'none' });
  let superuser = await open(server.superuser);
  const run = async (all: readonly string[]) => {
    for (const statement of all) await superuser.query(statement);
  };
  const list = async (original: string): Promise<Account[]> => {
    const rows = await superuser.query(statements.list(original));
    return rows.map((row) => ({
      username: String(row['username']),
      isOpen: Number(row['is_open']) === 1,
      verifier: String(row['verifier']),
    }));
  };

  return {
    list,
    create: ({ username, password }) => run(statements.create(username, password)),
    setPassword: ({ username, password }) => run(statements.setPassword(username, password)),
    async drop(original) {
      const usernames = (await list(original)).map(({ username }) => username);
      if (usernames.length > 0) await run(statements.drop(original, usernames));
    },
    async use(login, original) {
      try {
        const session = await open(login);
        try {
          await session.query(statements.use(original));
        } finally {
          await session.close();
        }
        return 'works';
      } catch (error) {
        const { code, errno } = error as { code?: string; errno?: number };
        const verdict = statements.verdicts[String(errno ?? code)];
        if (verdict === undefined) throw error;
        return verdict;
      }
    },
    async reconnect() {
      await superuser.close().catch(() => {});
      superuser = await open(server.superuser);
    },
    [Symbol.asyncDispose]: () => superuser.close(),
  };
}
