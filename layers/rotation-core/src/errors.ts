/**
 * Every way a rotation can fail on purpose. Each error has a `name` that stays the same across releases (alarms and
 * runbooks match on it), says what happened, and ends with what the operator should do. None of them holds a password,
 * a verifier or a RotationToken, nor a library's error object, which may hold the statement that carried one.
 */
export abstract class RotationError extends Error {
  abstract override readonly name: string;
  readonly #happened: string;
  readonly #remedy: string;

  constructor(happened: string, remedy: string, cause?: unknown) {
    super(`${happened} ${remedy}`, cause === undefined ? undefined : { cause: faultOf(cause) });
    this.#happened = happened;
    this.#remedy = remedy;
  }

  /** The message without the remedy. */
  get happened(): string {
    return this.#happened;
  }

  /** What the operator should do: the end of the message. */
  get remedy(): string {
    return this.#remedy;
  }

  /** Names the step and version that failed at the front of the message, as Lambda and the log report it. */
  during(step: string, versionId: string): this {
    const frames = framesOf(this);
    this.message = `${step} of version ${versionId} failed: ${this.message}`;
    this.stack = `${this.name}: ${this.message}\n${frames}`;
    return this;
  }
}

/** Tells errors apart by name, because two bundles may hold two copies of one class. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** What a library's error said, without the object itself. `code` is the library's own, such as ECONNREFUSED or 28P01. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** Whose words quote what was sent or what was answered, which may be a value of the secret. */
const QUOTING = ['SyntaxError', 'SerializationException', 'ValidationException'];

function faultOf(cause: unknown): Error {
  if (cause instanceof Fault || cause instanceof RotationError) return cause;
  if (!(cause instanceof Error)) return new Fault('a value that is no Error was thrown');
  if (isNamed(cause, ...QUOTING)) return new Fault('words that may quote a value are left out', cause.name);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return new Fault(cause.message, code);
}

// The event and the secret's state

export class InvalidEvent extends RotationError {
  override readonly name = 'InvalidEvent';
  constructor(problem: string) {
    super(
      `The event is not a rotation event: ${problem}.`,
      'Only Secrets Manager should invoke this function; to try it by hand, send {"Step", "SecretId", "ClientRequestToken"} as in events/.',
    );
  }
}

export class InvalidConfiguration extends RotationError {
  override readonly name = 'InvalidConfiguration';
  constructor(variable: string, problem: string, cause?: unknown) {
    super(
      `The function's environment variable ${variable} ${problem}.`,
      'Correct it in the function and rotate again; nothing was changed.',
      cause,
    );
  }
}

export class RotationNotEnabled extends RotationError {
  override readonly name = 'RotationNotEnabled';
  constructor(secretArn: string) {
    super(
      `Rotation is turned off for ${secretArn}.`,
      'Turn it on with RotateSecret if it should rotate; nothing was changed.',
    );
  }
}

/** Its labels can still be read then, but no value of it, and nothing of it can be changed. */
export class SecretDeleted extends RotationError {
  override readonly name = 'SecretDeleted';
  constructor(secretArn: string) {
    super(
      `${secretArn} is marked for deletion.`,
      'Take that back with RestoreSecret if it should rotate; nothing was changed by this step.',
    );
  }
}

export class UnknownToken extends RotationError {
  override readonly name = 'UnknownToken';
  constructor(secretArn: string) {
    super(
      `${secretArn} has no labelled version with this ClientRequestToken: its rotation was cancelled, or never started.`,
      'Start a new rotation with RotateSecret; nothing was changed by this step.',
    );
  }
}

export class TokenNotPending extends RotationError {
  override readonly name = 'TokenNotPending';
  constructor(stages: readonly string[]) {
    super(
      `The version is not AWSPENDING (its labels: ${stages.join(', ') || 'none'}), so its rotation was cancelled or replaced.`,
      'Start a new rotation with RotateSecret; nothing was changed by this step.',
    );
  }
}

export class CurrentMoved extends RotationError {
  override readonly name = 'CurrentMoved';
  constructor() {
    super(
      'AWSCURRENT was moved to another version while the step was under way.',
      'Secrets Manager tries again by itself, from the version that it is on now; nothing was changed by this step.',
    );
  }
}

/** Of what an operator asks for, which names the version that it is about. */
export class VersionNotCurrent extends RotationError {
  override readonly name = 'VersionNotCurrent';
  constructor(versionId: string) {
    super(
      `Version ${versionId} is not AWSCURRENT. Nothing was changed.`,
      'Give the id of the version that describe-secret shows as AWSCURRENT as ClientRequestToken.',
    );
  }
}

export class RotationUnderWay extends RotationError {
  override readonly name = 'RotationUnderWay';
  constructor(pending: string) {
    super(
      `AWSPENDING is on version ${pending}: a rotation is under way. Nothing was changed.`,
      'Wait for it to end, or cancel it with cancel-rotate-secret and take AWSPENDING off.',
    );
  }
}

export class NoCurrentVersion extends RotationError {
  override readonly name = 'NoCurrentVersion';
  constructor() {
    super(
      'The secret has no AWSCURRENT version to rotate from.',
      'Store a working login with PutSecretValue and rotate again.',
    );
  }
}

export class NoPendingValue extends RotationError {
  override readonly name = 'NoPendingValue';
  constructor() {
    super(
      'The AWSPENDING version has no value, so createSecret has not run for it.',
      'Let Secrets Manager run the rotation from its first step; nothing was changed.',
    );
  }
}

export class InvalidSecretValue extends RotationError {
  override readonly name = 'InvalidSecretValue';
  constructor(version: string, problem: string) {
    super(
      `The ${version} value ${problem}.`,
      'Store a JSON object with the keys engine, host, username and password (README: The secret) and rotate again.',
    );
  }
}

export class EngineMismatch extends RotationError {
  override readonly name = 'EngineMismatch';
  constructor(version: string, engine: string, accepted: readonly string[]) {
    super(
      `The ${version} value has "engine": ${JSON.stringify(engine)}, but this function rotates ${accepted.join(', ')}.`,
      'Attach the function of the right engine to the secret, or correct the key.',
    );
  }
}

export class IdentityChanged extends RotationError {
  override readonly name = 'IdentityChanged';
  constructor(key: string, from: string, to: string) {
    super(
      `${from} and ${to} differ in "${key}", and a rotation changes nothing but the login.`,
      'Start a new rotation with RotateSecret, and take AWSPENDING off this version first if it still has it; no credential was sent and nothing was changed by this step.',
    );
  }
}

/** Of the version that an operator wants to have back. */
export class RotationTargetRefused extends RotationError {
  override readonly name = 'RotationTargetRefused';
  /** @param problem a phrase */
  constructor(versionId: string, problem: string) {
    super(
      `Version ${versionId} bears ROTATION_TARGET, but no rotation can end with its login: ${problem}.`,
      'Take that label off it, or move it to another version; nothing was changed.',
    );
  }
}

export class SuperuserSecretRefused extends RotationError {
  override readonly name = 'SuperuserSecretRefused';
  constructor(
    problem: string,
    remedy = 'Set "masterarn" in the secret and SUPERUSER_SECRET_ARN of the function to the same secret; nothing was changed.',
  ) {
    super(`The superuser secret cannot be used: ${problem}.`, remedy);
  }
}

export class UserNameRefused extends RotationError {
  override readonly name = 'UserNameRefused';
  constructor(username: string, problem: string) {
    super(
      `The user name ${JSON.stringify(username)} ${problem}.`,
      'Choose another user name, or rotate this secret as a single user; nothing was changed.',
    );
  }
}

// Secrets Manager itself

export class SecretsManagerFailed extends RotationError {
  override readonly name = 'SecretsManagerFailed';
  constructor(operation: string, remedy: string, cause: unknown) {
    super(
      `Secrets Manager did not carry out ${operation} (${cause instanceof Error ? cause.name : 'unknown'}).`,
      remedy,
      cause,
    );
  }
}

// RDS

export class RdsFailed extends RotationError {
  override readonly name = 'RdsFailed';
  constructor(operation: string, remedy: string, cause: unknown) {
    super(
      `RDS did not carry out ${operation} (${cause instanceof Error ? cause.name : 'unknown'}), which tells where the superuser secret belongs.`,
      remedy,
      cause,
    );
  }
}

// The database server

/** Where a login was tried: enough to find the server, nothing that opens it. */
export interface LoginTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
}

const at = ({ host, port }: LoginTarget) => `${host}:${port}`;
const userAt = (target: LoginTarget) => `${JSON.stringify(target.username)} at ${at(target)}`;

const LOGIN_REMEDY =
  'Compare the secret with the database: is the password the one of this user, may the user log in from here, is it locked or expired?';

export class LoginRejected extends RotationError {
  override readonly name = 'LoginRejected';
  constructor(target: LoginTarget, cause: unknown, remedy = LOGIN_REMEDY) {
    super(`The database rejected the login of ${userAt(target)}.`, remedy, cause);
  }
}

/** A password would be set that no login can use. */
export class PasswordLoginForbidden extends RotationError {
  override readonly name = 'PasswordLoginForbidden';
  /** @param revoke the statement that takes the user out of `role` */
  constructor(target: LoginTarget, username: string, role: string, revoke: string) {
    super(
      `${JSON.stringify(username)} at ${at(target)} is a member of ${JSON.stringify(role)}, and so cannot log in with a password.`,
      `Run ${revoke}, or stop rotating this secret; nothing was changed.`,
    );
  }
}

export class NotReplicated extends RotationError {
  override readonly name = 'NotReplicated';
  constructor(target: LoginTarget, writer: LoginTarget, cause: unknown) {
    super(
      `The replica still rejects the login of ${userAt(target)}, which was set at ${at(writer)}.`,
      'Look up how far the replica lags behind; Secrets Manager tries again by itself.',
      cause,
    );
  }
}

/** The account is there but closed; trying other passwords would only make more failed logins. */
export class AccountLocked extends RotationError {
  override readonly name = 'AccountLocked';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `The account of ${userAt(target)} is locked.`,
      'Find out who locked it or which client failed to log in too often, unlock it, and rotate again.',
      cause,
    );
  }
}

export class AuthenticationUnsupported extends RotationError {
  override readonly name = 'AuthenticationUnsupported';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `${userAt(target)} identifies itself by a method that this function does not know.`,
      'Give the account a single password plugin that this function knows, such as caching_sha2_password, or mysql_native_password on MariaDB.',
      cause,
    );
  }
}

export class PasswordExpired extends RotationError {
  override readonly name = 'PasswordExpired';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `The password of ${userAt(target)} is right but expired.`,
      'Renew it in the database with the value of AWSCURRENT, and rotate more often than passwords expire.',
      cause,
    );
  }
}

export class NoStoredLoginWorks extends RotationError {
  override readonly name = 'NoStoredLoginWorks';
  constructor(rejections: readonly string[], cause: unknown) {
    super(
      `The database rejected every stored login (${rejections.join('; ')}).`,
      'Give the user the AWSCURRENT password in the database, or store a working login with PutSecretValue, and rotate again.',
      cause,
    );
  }
}

export class HostNotFound extends RotationError {
  override readonly name = 'HostNotFound';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `The host name ${JSON.stringify(target.host)} does not resolve.`,
      'Correct "host" in the secret, or the DNS settings of the VPC that the function runs in.',
      cause,
    );
  }
}

export class HostUnreachable extends RotationError {
  override readonly name = 'HostUnreachable';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `No connection to ${at(target)}: it was refused or cut off.`,
      'Check that the server runs, that "port" in the secret is its port, and that it accepts connections from the function.',
      cause,
    );
  }
}

export class ConnectionTimedOut extends RotationError {
  override readonly name = 'ConnectionTimedOut';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `${at(target)} did not answer in time.`,
      "Check the security groups and routes between the function's subnets and the database, and the function's timeout.",
      cause,
    );
  }
}

/** Told by Node's and OpenSSL's words, because the driver of MySQL replaces their codes by one of its own. */
const CERTIFICATE_FAULTS = [
  {
    words: /certificate has expired/,
    problem: 'has expired',
    remedy: "Renew the server's certificate.",
  },
  {
    words: /certificate is not yet valid/,
    problem: 'is not valid yet',
    remedy: "Set the server's clock or its certificate right.",
  },
  {
    words: /does not match certificate's altnames/,
    problem: 'is for another host',
    remedy:
      'Set "host" in the secret to a name that the certificate is for, or give the server one for this host.',
  },
  {
    words: /self-signed certificate|unable to (verify the first|get (local )?issuer) certificate/,
    problem: 'comes from an authority that the function does not know',
    remedy: "Give that authority's certificate in the function's DATABASE_CA.",
  },
] as const;
const ANY_CERTIFICATE_FAULT = {
  problem: 'could not be verified',
  remedy:
    "Use the host name that the certificate is for, renew the certificate, or give its CA in the function's DATABASE_CA.",
};

export class TlsFailed extends RotationError {
  override readonly name = 'TlsFailed';
  constructor(target: LoginTarget, cause: unknown) {
    const said = cause instanceof Error ? cause.message : '';
    const { problem, remedy } =
      CERTIFICATE_FAULTS.find(({ words }) => words.test(said)) ?? ANY_CERTIFICATE_FAULT;
    super(
      `The TLS certificate of ${at(target)} ${problem}, so no password was sent.`,
      `${remedy} Only "ssl": false in the secret turns TLS off.`,
      cause,
    );
  }
}

export class TlsNotOffered extends RotationError {
  override readonly name = 'TlsNotOffered';
  constructor(target: LoginTarget, cause?: unknown) {
    super(
      `${at(target)} does not offer TLS, so no password was sent.`,
      'Turn TLS on in the server, or set "ssl": false in the secret to allow plaintext.',
      cause,
    );
  }
}

export class HostBlocked extends RotationError {
  override readonly name = 'HostBlocked';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `${at(target)} takes no more connections from this function's address, after too many that were broken off.`,
      'Empty performance_schema.host_cache (FLUSH HOSTS on MariaDB), and find out what breaks its connections off.',
      cause,
    );
  }
}

export class ServerReadOnly extends RotationError {
  override readonly name = 'ServerReadOnly';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `${at(target)} is read-only, as a replica is; nothing was changed.`,
      'Set "host" in the secret to the writer.',
      cause,
    );
  }
}

export class StorageFull extends RotationError {
  override readonly name = 'StorageFull';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `${at(target)} has no room left on its disk; AWSCURRENT was not moved.`,
      'Free space or enlarge the volume; Secrets Manager tries again by itself.',
      cause,
    );
  }
}

export class UnknownDatabase extends RotationError {
  override readonly name = 'UnknownDatabase';
  constructor(target: LoginTarget, database: string | undefined, cause: unknown) {
    super(
      `${userAt(target)} cannot use the database ${JSON.stringify(database ?? '')}: it does not exist or is closed to this user.`,
      'Correct "dbname" in the secret, or create the database or its privilege.',
      cause,
    );
  }
}

export class TooManyConnections extends RotationError {
  override readonly name = 'TooManyConnections';
  constructor(target: LoginTarget, cause: unknown) {
    super(
      `${at(target)} has no connection left for ${JSON.stringify(target.username)}.`,
      'Close idle sessions or raise the connection limit; Secrets Manager tries again by itself.',
      cause,
    );
  }
}

export class PrivilegeMissing extends RotationError {
  override readonly name = 'PrivilegeMissing';
  constructor(target: LoginTarget, task: string, remedy: string, cause: unknown) {
    super(`${userAt(target)} lacks the privilege to ${task}.`, remedy, cause);
  }
}

/** Servers keep grants on what was dropped, but give them to nobody else. */
export class StaleGrant extends RotationError {
  override readonly name = 'StaleGrant';
  /** @param revoke the statement that takes it from the user */
  constructor(target: LoginTarget, username: string, revoke: string, cause: unknown) {
    super(
      `${JSON.stringify(username)} at ${at(target)} has a grant on something that is gone, which its clone cannot be given.`,
      `Run ${revoke}, then rotate again; the cause names what is gone.`,
      cause,
    );
  }
}

/** Unlike most failures half-way, one that is sure to get further next time. */
export class CloneUnfinished extends RotationError {
  override readonly name = 'CloneUnfinished';
  constructor(target: LoginTarget, clone: string, done: number, statements: number, cause: unknown) {
    super(
      `Time was up when ${done} of ${statements} statements had been made that ${JSON.stringify(clone)} at ${at(target)} is to be equal by.`,
      'Secrets Manager tries again by itself, and goes on from there; a longer timeout of the function takes fewer tries.',
      cause,
    );
  }
}

/** Of a view, routine, trigger or event that runs with the rights of an account, nothing works once that account is gone. */
export class DefinerInUse extends RotationError {
  override readonly name = 'DefinerInUse';
  /** @param defined each with its kind and its name */
  constructor(target: LoginTarget, account: string, defined: readonly string[]) {
    const [first, ...others] = defined;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    super(
      `${account} at ${at(target)} has no counterpart any more and is to be dropped, but is the definer of the ${first}${more}.`,
      'Give them another definer or drop them, then rotate again.',
    );
  }
}

export class PasswordRefused extends RotationError {
  override readonly name = 'PasswordRefused';
  constructor(target: LoginTarget, username: string, cause: unknown) {
    super(
      `${at(target)} does not accept the new password of ${JSON.stringify(username)}; AWSCURRENT is as it was.`,
      "Align PASSWORD_LENGTH and the EXCLUDE_ settings of the function with the server's policy; the next rotation starts with a new password.",
      cause,
    );
  }
}

/** Of a user with two passwords, of which AWSCURRENT is not the primary one. */
export class PrimaryPasswordUnknown extends RotationError {
  override readonly name = 'PrimaryPasswordUnknown';
  constructor(target: LoginTarget) {
    super(
      `${userAt(target)} has two passwords, must name the primary one to change it, and no version of the secret holds that one.`,
      'As an administrator, give the user the password of AWSCURRENT, which makes it the primary one, then rotate again.',
    );
  }
}

export class DualPasswordsUnavailable extends RotationError {
  override readonly name = 'DualPasswordsUnavailable';
  constructor(target: LoginTarget, reason: string) {
    super(
      `${userAt(target)} cannot have two passwords: ${reason}. Nothing was changed.`,
      "Make it possible, or set the function's DUAL_PASSWORDS to prefer.",
    );
  }
}

export class NothingToDiscard extends RotationError {
  override readonly name = 'NothingToDiscard';
  constructor(reason: string) {
    super(
      `No old password was discarded: ${reason}. Nothing was changed.`,
      'Rotate the secret instead: that gives it a new password.',
    );
  }
}

export class PasswordPolicyUnmet extends RotationError {
  override readonly name = 'PasswordPolicyUnmet';
  /** @param problems a phrase for each */
  constructor(target: LoginTarget, problems: readonly string[]) {
    super(
      `${at(target)} would refuse the passwords that the function's settings lead to: ${problems.join('; ')}.`,
      "Change the function's settings, or the server's policy.",
    );
  }
}

/** The one failure that leaves nobody logging in, and that no rotation can mend by itself. */
export class PasswordNotPutBack extends RotationError {
  override readonly name = 'PasswordNotPutBack';
  constructor(target: LoginTarget, username: string, cause: unknown) {
    super(
      `${at(target)} took the new password of ${JSON.stringify(username)} but does not accept it, and did not take the old one back.`,
      'As an administrator, give the user the password of AWSCURRENT, then rotate again.',
      cause,
    );
  }
}

/** What one user lacks that another has, and what it has besides: a phrase for each. */
export type UserDifferences = Readonly<Record<'lacks' | 'hasBesides', readonly string[]>>;

export class UsersDiffer extends RotationError {
  override readonly name = 'UsersDiffer';
  constructor(username: string, model: string, { lacks, hasBesides }: UserDifferences) {
    const differences = [
      ...(lacks.length > 0 ? [`lacks ${lacks.join('; ')}`] : []),
      ...(hasBesides.length > 0 ? [`has besides ${hasBesides.join('; ')}`] : []),
    ];
    super(
      `${JSON.stringify(username)} is not equal to ${JSON.stringify(model)}: it ${differences.join(', and ')}.`,
      'Let the rotation run again from setSecret, which brings a clone in line, or make users equal that the function does not manage; AWSCURRENT was not moved.',
    );
  }
}

export class StatementFailed extends RotationError {
  override readonly name = 'StatementFailed';
  constructor(target: LoginTarget, task: string, cause: unknown) {
    super(
      `${at(target)} failed to ${task}.`,
      "Look the cause up in the server's log; Secrets Manager tries again by itself.",
      cause,
    );
  }
}

// Ourselves

/** An error that nobody foresaw. It keeps the original's class and stack, but not its message, which nobody has vetted. */
export class UnexpectedFailure extends RotationError {
  override readonly name = 'UnexpectedFailure';
  constructor(error: unknown) {
    const kind = error instanceof Error ? error.name : typeof error;
    super(
      `An unforeseen ${kind} was thrown.`,
      'Report it with the stack; Secrets Manager tries again by itself.',
    );
    if (error instanceof Error) this.stack = `${this.name}: ${this.message}\n${framesOf(error)}`;
  }
}

function framesOf(error: Error): string {
  // The message comes first in a stack, and may have lines of its own that look like frames.
  return (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
