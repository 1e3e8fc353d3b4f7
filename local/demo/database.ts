import type { DatabaseServer, RunningServer, ServerOptions } from '../servers/database-server.ts';

/** A login as the secret has it. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** One login with the bare driver, over verified TLS. */
export interface Session extends AsyncDisposable {
  query(statement: string): Promise<readonly Record<string, unknown>[]>;
}

/**
 * A kind of database server, as the demo uses it. An application is a user, a database and a schema of one name, with a
 * table `orders` in it: `<application>.orders` is then its name everywhere.
 */
export interface Database {
  readonly title: string;
  /** The value of the secret's key `engine`. */
  readonly secretEngine: string;
  /** Which built functions rotate it: the first part of their names. */
  readonly functions: 'postgres' | 'mysql';
  /** How passwords are proved, for display. */
  readonly authentication: string;
  start(options?: ServerOptions): Promise<RunningServer>;
  /** Rejects with the driver's own error. */
  logIn(server: DatabaseServer, credentials: Credentials, database?: string): Promise<Session>;
  /** Whether the server answered a login and did not take the password. */
  isRejection(error: unknown): boolean;
  createApplication(server: DatabaseServer, application: string, password: string): Promise<void>;
  /** Lets a user give itself a new password beside the one that it has. Absent where no user can have two. */
  allowDualPasswords?(server: DatabaseServer, username: string): Promise<void>;
  /** What the server says that a user may do in an application, without the user's name in it. */
  rights(server: DatabaseServer, application: string, username: string): Promise<readonly string[]>;
}
