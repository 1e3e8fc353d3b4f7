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
  /** The rights of `model` that `rights` neither has nor implies, in words. */
  lacking(model: readonly Right[], rights: readonly Right[]): readonly string[];
}

/** Something that a user may do, worded alike for equal users. */
export interface Right {
  readonly text: string;
  /** The words of broader rights that include it. */
  readonly impliedBy?: readonly string[];
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
   * Makes `other` equal to `original` but for name and password. A user that it creates cannot log in before
   * `setPassword`, so that a login that works proves that all of this was done. `original` is not touched.
   * @param known whether `other` has been a login of the same secret. One that has not, but exists, may be somebody else's:
   * it is left alone where it is no clone of `original`
   * @throws UserNameRefused when it is left alone
   */
  alignUser(original: string, other: string, known: boolean): Promise<void>;
  /** Gives another user a password and lets it log in. */
  setPassword(username: string, password: Password): Promise<void>;
  /**
   * What the user that is logged in may do, seen with its own eyes, without what belongs to its name alone. `partner` is the
   * other user of its pair.
   */
  rights(partner: string): Promise<readonly Right[]>;
}
