import type { Engine } from '../../functions/engines/engine.ts';
import { mysql } from '../../functions/engines/mysql/index.ts';
import { postgres } from '../../functions/engines/postgres/index.ts';
import type { DatabaseServer, RunningServer } from '../../local/servers/database-server.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startMySql } from '../../local/servers/mysql.ts';
import { logInToMySql } from '../../local/servers/mysql-login.ts';
import { startPostgres } from '../../local/servers/postgres.ts';
import { logInToPostgres } from '../../local/servers/postgres-login.ts';
import type { LogIn, Session } from '../../local/servers/server-engine.ts';
import { mysqlUsers } from './users-mysql.ts';
import { postgresUsers } from './users-postgres.ts';

export type EngineName = DatabaseServer['engine'];

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The users of a database, as its administrator and its applications see them: nothing here is code under test. */
export interface Users {
  /** Makes what all users share. */
  prepare(): Promise<void>;
  /** Creates a user with rights of several kinds. */
  create(user: Credentials): Promise<void>;
  /** Changes what a user is and may do, as its administrator does from time to time; none of it does `use` need. */
  manage(username: string): Promise<void>;
  /** Gives a user the right to have two passwords. On MySQL only. */
  allowTwoPasswords(username: string): Promise<void>;
  setPassword(user: Credentials): Promise<void>;
  /** Puts one that nobody has in the place of the password that was set last. */
  spoilPassword(username: string): Promise<void>;
  /** False for a user that does not exist or is locked. */
  mayLogIn(username: string): Promise<boolean>;
  /** Whether the server takes the login. Any other failure than a rejected login is thrown. */
  logsIn(login: Credentials): Promise<boolean>;
  /**
   * What the login comes to for an application that uses each of the rights that `original` was created with.
   * Any other failure than a rejected login or a missing right is thrown.
   */
  use(login: Credentials, original: string): Promise<'works' | 'rejected' | 'lacks rights'>;
  /** Whether two users have the same of what `create` and `manage` give and take. */
  areEqual(one: string, other: string): Promise<boolean>;
}

/** A server without TLS with users in it, for many cases at once. */
export interface World extends AsyncDisposable {
  readonly server: DatabaseServer;
  /** The implementation under test. */
  readonly engine: Engine;
  readonly users: Users;
  /** Logs in past the code under test, at the server's port or at another that leads to it. */
  logIn(as: Credentials, port?: number): Promise<Session>;
  /** A user name that no other case has. */
  nextName(): string;
}

interface Kind {
  readonly start: () => Promise<RunningServer>;
  readonly logIn: LogIn;
  readonly engine: Engine;
  readonly users: (logIn: (as: Credentials) => Promise<Session>, superuser: Session) => Users;
}

const KINDS: Readonly<Record<EngineName, Kind>> = {
  postgres: {
    // Thousands of logins: hashing is not what is tested here.
    start: () => startPostgres({ tls: 'off', settings: { scram_iterations: '32' } }),
    logIn: logInToPostgres,
    engine: postgres,
    users: postgresUsers,
  },
  mysql: {
    start: () => startMySql({ tls: 'off' }),
    logIn: logInToMySql,
    engine: mysql,
    users: (logIn, superuser) => mysqlUsers(logIn, superuser, 'mysql'),
  },
  mariadb: {
    start: () => startMariaDb({ tls: 'off' }),
    logIn: logInToMySql,
    engine: mysql,
    users: (logIn, superuser) => mysqlUsers(logIn, superuser, 'mariadb'),
  },
};

export async function openWorld(name: EngineName): Promise<World> {
  const kind = KINDS[name];
  const { server, stop } = await kind.start();
  const logIn: World['logIn'] = (as, port = server.port) =>
    kind.logIn({ ...server, port }, { ...as, tls: 'none' });
  try {
    const superuser = await logIn(server.superuser);
    const users = kind.users(logIn, inTurn(superuser));
    await users.prepare();
    let named = 0;
    return {
      server,
      users,
      logIn,
      engine: kind.engine,
      nextName: () => `app_${++named}_`,
      async [Symbol.asyncDispose]() {
        await superuser.close().catch(() => {});
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A session for many at once: its driver takes one statement at a time. */
function inTurn(session: Session): Session {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query(statement) {
      const rows = last.then(() => session.query(statement));
      // One statement's failure is no concern of the next.
      last = rows.catch(() => {});
      return rows;
    },
    close: () => session.close(),
  };
}
