import type { Deadline, EngineFamily, Environment, Password } from '@rotation/core';

/** Where to log in, and as whom. */
export interface Login {
  readonly host: string;
  readonly port: number;
  /** The engine's own default when undefined. */
  readonly database: string | undefined;
  readonly username: string;
  readonly password: Password;
  /** When true the server's certificate and its host name are verified before any credential leaves; false means plaintext. */
  readonly tls: boolean;
}

/** What a connection is bounded and configured by. */
export interface Surroundings {
  readonly deadline: Deadline;
  readonly environment: Environment;
}

/** A kind of database server whose logins can be rotated. */
export interface Engine extends EngineFamily {
  /**
   * Logs in.
   * @throws LoginRejected when, and only when, the server answered and does not take the login; otherwise HostNotFound,
   * HostUnreachable, ConnectionTimedOut, TlsFailed, TlsNotOffered, UnknownDatabase or TooManyConnections
   */
  connect(login: Login, surroundings: Surroundings): Promise<Session>;
  /**
   * @param secretEngine the secret's `engine` key
   * @throws UserNameRefused when the server cannot have a user of this name
   */
  assertUsername(username: string, secretEngine: string): void;
}

export interface CloneOptions {
  /**
   * Whether the clone has been a login of the same secret. One that has not, but exists, may be somebody else's: it is left
   * alone where it is no clone of the original.
   */
  readonly known: boolean;
  /**
   * Whether `openClone` follows, with a new password. What costs a clone its present login is left until then: a change of the
   * plugin that stores its password, and on MySQL an account for a host part that the original has gained, which the server
   * may pick in place of the one that has the password.
   */
  readonly isToBeOpened: boolean;
  /** PostgreSQL: whether what the clone owns is handed over to the original. */
  readonly reassignOwned: boolean;
}

/**
 * One login to a server, until it is disposed of. Disposing never throws and takes a bounded time.
 *
 * Every function may be repeated, also after a call whose answer was lost.
 * @throws PrivilegeMissing, PasswordRefused, TooManyConnections, ConnectionTimedOut, HostUnreachable, StatementFailed
 */
export interface Session extends AsyncDisposable {
  /**
   * Waits until no other session holds the lock of this name, then holds it until the session ends, so that invocations that
   * change the same users do so one after the other.
   */
  lock(name: string): Promise<void>;
  /** Gives the user that is logged in the password `next` in place of `present`. */
  changeOwnPassword(present: Password, next: Password): Promise<void>;
  /**
   * Makes `clone` equal to `original` in all but name and password, by what they differ in: what it lacks is given, and what it
   * has too much is taken. A clone that it creates cannot log in before `openClone`, so that a login that works proves that
   * all of this was done. `original` is not touched.
   * @returns what an operator should know about it, in sentences
   * @throws UserNameRefused when it is left alone, PrivilegeMissing naming what is missing; and for the original, before
   * anything is done, what setPassword throws
   */
  alignClone(original: string, clone: string, options: CloneOptions): Promise<readonly string[]>;
  /**
   * Finds out what `alignClone` would fail for, and changes nothing.
   * @throws what alignClone throws
   */
  rehearseClone(original: string, clone: string, options: CloneOptions): Promise<void>;
  /** Gives a clone its password and lets it log in, at once. */
  openClone(clone: string, password: Password): Promise<void>;
  /**
   * Gives another user a password, and nothing else: one that may not log in still may not.
   * @throws PasswordLoginForbidden, AuthenticationUnsupported, AccountLocked or PasswordExpired when the password would be of no use
   */
  setPassword(username: string, password: Password): Promise<void>;
  /**
   * What the user that is logged in, or another user as this session sees it, is and may do: a phrase for each, worded alike
   * for equal users. Its name, its password and that it is a clone of `partner` or its original are left out.
   */
  traits(partner: string, username?: string): Promise<readonly string[]>;
}
