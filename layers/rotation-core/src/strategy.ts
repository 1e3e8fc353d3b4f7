import type { Deadline } from './deadline.ts';
import type { Environment } from './environment.ts';
import type { RotationEvent } from './event.ts';
import type { RotationLog } from './logger.ts';
import type { Preflight } from './preflight.ts';
import type { DatabaseSecret, EngineFamily } from './secret-value.ts';
import type { Trace } from './trace.ts';

/** One step of a rotation under way, as a strategy sees it. */
export interface Rotation {
  readonly event: RotationEvent;
  readonly deadline: Deadline;
  readonly environment: Environment;
  readonly log: RotationLog;
  readonly trace: Trace;
  /** The AWSPENDING value, whatever rotation it belongs to, or undefined when there is none that a login could be read from. */
  pending(): Promise<DatabaseSecret | undefined>;
  /** The AWSPREVIOUS value, read once, or undefined when the secret has none that a login could be read from. */
  previous(): Promise<DatabaseSecret | undefined>;
  /**
   * The values that no label points to any more, newest first, each read when it is asked for: what a cancelled rotation set
   * is among them.
   */
  unlabelled(): AsyncIterable<DatabaseSecret>;
  /**
   * Reads the labels again: to be called right before the database is changed, so that an invocation that outlived its
   * rotation changes nothing.
   * @param current the AWSCURRENT value that the step has read
   * @throws what a step is refused with, TokenNotPending when the rotation is over, and CurrentMoved when AWSCURRENT is on
   * another version than that of `current`
   */
  assertStillPending(current: DatabaseSecret): Promise<void>;
  /** To be called when the password of AWSCURRENT has stopped working, which it does until AWSCURRENT is moved. */
  loginGapBegins(): void;
  /**
   * Whether the rotation's version is AWSCURRENT, and no rotation is under way towards another: for what is changed once it
   * is, by an invocation that may come late.
   */
  isCurrent(): Promise<boolean>;
  /**
   * The AWSCURRENT value of another secret, read once: the superuser secret. Its host is that of `user`, or where changes are made that
   * the host of `user` replicates.
   * @param name how messages name it
   * @throws SuperuserSecretRefused when it is for another server
   */
  otherSecret(secretId: string, name: string, user: DatabaseSecret): Promise<DatabaseSecret>;
}

/**
 * A login that no other rotation changes until it is disposed of, or until the session ends that holds it. What is left to
 * chance is a move that Secrets Manager makes late, after that session has ended as well.
 */
export interface HeldLogin extends AsyncDisposable {
  /** @throws when the session has ended */
  assertHeld(): Promise<void>;
}

/** The values between which a rotation moves. */
export interface Versions {
  readonly current: DatabaseSecret;
  readonly pending: DatabaseSecret;
}

/** The versions of a rotation that has moved AWSCURRENT to the pending one. */
export interface Promoted extends Versions {
  /** Whether this very invocation has held the new login, and so knows that it works. */
  readonly isProven: boolean;
}

/**
 * How a login is rotated: what the new version holds and what that changes in the database. The state machine calls
 * these functions after it has made sure that the step may run, and moves the labels itself.
 *
 * Each may be called again after it succeeded, after it failed half-way, and while a twin of it is running.
 */
export interface RotationStrategy {
  /** The name in logs. */
  readonly name: string;
  readonly engine: EngineFamily;
  /** Whether createSecret or setSecret asks for AWSPREVIOUS in most rotations: it is read once for both then, beside AWSCURRENT. */
  readonly asksForPrevious: boolean;
  /** createSecret: the user that the new version names. */
  nextUsername(current: DatabaseSecret, rotation: Rotation): Promise<string>;
  /**
   * Throws unless `pending` is `current` with another login of this strategy's making. It is asked of every proposal that is
   * read, before a credential leaves for a host, so that a value put in from outside cannot send one somewhere else.
   */
  assertProposal(versions: Versions, environment: Environment): void;
  /**
   * setSecret: begins to read what it asks the rotation for besides the versions, while the labels are still looked at. What
   * this fails with is met again where it is needed.
   */
  readAhead(current: DatabaseSecret, rotation: Rotation): Promise<unknown>;
  /**
   * setSecret: makes the AWSPENDING login work.
   * @returns whether `settle` would find nothing to do
   * @throws PasswordRefused only after proof that the AWSPENDING login does not work: the version is given up then
   */
  setSecret(versions: Versions, rotation: Rotation): Promise<boolean>;
  /**
   * testSecret: proves that the AWSPENDING login works and lacks nothing that the AWSCURRENT one has.
   * @returns false when it has found something for `settle` to do
   */
  testSecret(versions: Versions, rotation: Rotation): Promise<boolean>;
  /**
   * finishSecret: proves once more that the AWSPENDING login works, and keeps every other rotation from changing it. Labels
   * know no condition but where they are themselves, so that without it AWSCURRENT could be moved to a login that a rotation
   * which has replaced this one has changed meanwhile.
   */
  hold(versions: Versions, rotation: Rotation): Promise<HeldLogin>;
  /**
   * finishSecret, once AWSCURRENT is on the new version and before AWSPENDING is taken off it: what can be changed only when
   * nobody reads the old login as AWSCURRENT any more. It is left out where the steps before have found nothing to do.
   */
  settle(promoted: Promoted, rotation: Rotation): Promise<void>;
  /**
   * Makes every password but that of AWSCURRENT be rejected, for a secret that has leaked.
   * @throws NothingToDiscard when that is not in this strategy's power
   */
  discardOldPassword(current: DatabaseSecret, rotation: Rotation): Promise<void>;
  /** All that can be known of the next rotation from the database without changing anything, check by check. */
  preflight(current: DatabaseSecret, preflight: Preflight, rotation: Rotation): Promise<void>;
}
