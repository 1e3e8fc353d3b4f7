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
  /**
   * What has to succeed before the password may leave. The server can be connected to meanwhile, and learns no more than the
   * user's name.
   */
  readonly admission?: Promise<unknown> | undefined;
}

/** A kind of database server whose logins can be rotated. */
export interface Engine extends EngineFamily {
  /**
   * Logs in.
   * @throws LoginRejected when, and only when, the server answered and does not take the login; otherwise HostNotFound,
   * HostUnreachable, ConnectionTimedOut, TlsFailed, TlsNotOffered, UnknownDatabase or TooManyConnections; and
   * in any way when `admission` has failed
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

export interface PasswordOptions {
  /** Also to a user whose password was made to expire, which a new one ends. */
  readonly evenExpired?: boolean;
  /** Not in place of a password that the user has retained (dual passwords), which may be that of AWSCURRENT. */
  readonly besideRetained?: boolean;
}

/** The least that a server asks of a password, in characters; absent where it asks nothing or does not say. */
export interface PasswordPolicy {
  readonly length?: number;
  readonly digits?: number;
  readonly lowercase?: number;
  readonly uppercase?: number;
  /** Neither letters nor digits. */
  readonly punctuation?: number;
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
  /** What the server is, as in "PostgreSQL 18.1". */
  product(): Promise<string>;
  /**
   * Finds out, as far as it can be known without it, what changeOwnPassword would fail for, and changes nothing.
   * @throws ServerReadOnly, and what changeOwnPassword throws
   */
  rehearseOwnPassword(): Promise<void>;
  /** Gives the user that is logged in the password `next` in place of `present`. */
  changeOwnPassword(present: Password, next: Password): Promise<void>;
  /**
   * The same, but `present`, with which the session has logged in, goes on working beside `next` (dual passwords). Another
   * password that worked does so no more.
   * @param others passwords of which one may be the user's primary one, where `present` is not
   * @returns why the user can have only one password, and nothing has changed; undefined when it is done
   * @throws PrimaryPasswordUnknown
   */
  retainOwnPassword(
    present: Password,
    next: Password,
    others: AsyncIterable<Password>,
  ): Promise<string | undefined>;
  /** Why the user that is logged in can have only one password; undefined when it can have two. */
  whyOnePassword(): Promise<string | undefined>;
  /**
   * Makes `present` the only password of the user that is logged in with it.
   * @returns why that was not done; undefined when it was
   */
  discardOldPassword(present: Password): Promise<string | undefined>;
  /** What the server asks of passwords, as far as it says so. */
  passwordPolicy(): Promise<PasswordPolicy>;
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
   * Finds out, as far as it can be known without it, what `alignClone` would fail for, and changes nothing.
   * @returns of a clone that is not to be opened: whether `alignClone` would find nothing to change and nothing to tell
   * @throws PrivilegeMissing and UserNameRefused, as alignClone does
   */
  rehearseClone(original: string, clone: string, options: CloneOptions): Promise<boolean>;
  /** Gives a clone its password and lets it log in, at once. */
  openClone(clone: string, password: Password): Promise<void>;
  /**
   * Gives another user a password, its only one, and nothing else: one that may not log in still may not.
   * @throws PasswordLoginForbidden, AuthenticationUnsupported, AccountLocked or PasswordExpired when the password would be of no use
   */
  setPassword(username: string, password: Password, options?: PasswordOptions): Promise<void>;
  /**
   * Finds out, as far as it can be known without it, what setPassword would fail for, and changes nothing.
   * @throws PrivilegeMissing, and what setPassword throws
   */
  rehearsePassword(username: string, options?: PasswordOptions): Promise<void>;
  /** As retainOwnPassword for another user, whose password `present` is. */
  retainPassword(username: string, present: Password, next: Password): Promise<string | undefined>;
  /** As discardOldPassword for another user, whose password `present` is. */
  discardPasswordOf(username: string, present: Password): Promise<string | undefined>;
  /**
   * What the user that is logged in, or another user as this session sees it, is and may do: a phrase for each, worded alike
   * for equal users. Its name, its password and that it is a clone of `partner` or its original are left out.
   */
  traits(partner: string, username?: string): Promise<readonly string[]>;
}
