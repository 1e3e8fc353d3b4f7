import { EngineMismatch, IdentityChanged, InvalidSecretValue } from './errors.ts';
import type { VersionId } from './event.ts';
import { Password } from './sensitive.ts';

/** What an engine declares about the secrets it can rotate. */
export interface EngineFamily {
  /** The name in logs and messages. */
  readonly name: string;
  /** The values of the secret's `engine` key that it takes. */
  readonly secretEngines: readonly string[];
  /** The port when the secret names none. */
  readonly defaultPort: number;
}

/** A stored value as GetSecretValue returns it: text, or bytes, which no database secret is. */
export type StoredValue =
  | { readonly kind: 'text'; readonly text: string; readonly versionId?: VersionId | undefined }
  | { readonly kind: 'binary' };

/**
 * The login that a secret's value holds.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export interface DatabaseSecret {
  /** Which version this is, as messages name it: AWSCURRENT, AWSPENDING, the superuser secret. */
  readonly version: string;
  /** The version's id, as GetSecretValue gave it. */
  readonly versionId: VersionId | undefined;
  readonly engine: string;
  readonly host: string;
  readonly port: number;
  readonly dbname: string | undefined;
  readonly username: string;
  readonly password: Password;
  /** Both users of a pair that was made beforehand; otherwise the second user is a clone that the rotation makes. */
  readonly usernames: readonly [string, string] | undefined;
  /** False only when the value says `"ssl": false`; then, and only then, the login goes without TLS. */
  readonly ssl: boolean;
  /** The ARN of the superuser secret, for alternating users. */
  readonly masterarn: string | undefined;
  /** The whole value with another login in it; every other key is kept as it was written. */
  withLogin(username: string, password: Password): string;
}

/** The largest value that Secrets Manager stores, in bytes. */
const MAXIMUM_VALUE_BYTES = 65_536;
const HIGHEST_PORT = 65_535;

/** What a value that holds no more than a user name and a password leaves to be found out elsewhere. */
type Whereabouts = Pick<DatabaseSecret, 'engine' | 'host' | 'port' | 'dbname'>;

/**
 * Reads a secret's value. Keys it does not know are kept.
 * @param version how messages name the value
 * @param whereabouts of a value that lacks them
 * @throws InvalidSecretValue naming the key that is missing or wrong, never its value; EngineMismatch
 */
export function parseSecretValue(
  stored: StoredValue,
  version: string,
  family: EngineFamily,
  whereabouts?: Whereabouts,
): DatabaseSecret {
  const invalid = complaintOf(version);
  assertText(stored, invalid);
  const value: Record<string, unknown> = { ...parseObject(stored.text, invalid), ...whereabouts };

  const engine = requiredText(value, 'engine', invalid);
  if (!family.secretEngines.includes(engine)) {
    throw new EngineMismatch(version, engine, family.secretEngines);
  }
  const username = requiredText(value, 'username', invalid);
  return {
    version,
    versionId: stored.versionId,
    engine,
    host: requiredText(value, 'host', invalid),
    port: portOf(value['port'], family, invalid),
    dbname: optionalText(value, 'dbname', invalid),
    username,
    usernames: usernamesOf(value['usernames'], username, invalid),
    password: new Password(requiredText(value, 'password', invalid)),
    ssl: sslOf(value['ssl'], invalid),
    masterarn: optionalText(value, 'masterarn', invalid),
    withLogin(username, password) {
      const text = rewrite(stored.text, { username, password: password.reveal() });
      if (Buffer.byteLength(text) > MAXIMUM_VALUE_BYTES) {
        throw invalid(`with a new login would exceed ${MAXIMUM_VALUE_BYTES} bytes`);
      }
      return text;
    },
  };
}

/**
 * Whether a value says which server it is for.
 * @throws InvalidSecretValue
 */
export function saysWhere(stored: StoredValue, version: string): boolean {
  const invalid = complaintOf(version);
  assertText(stored, invalid);
  return optionalText(parseObject(stored.text, invalid), 'host', invalid) !== undefined;
}

/** The keys, besides the login, in which two values differ. */
export function differingContents(one: DatabaseSecret, other: DatabaseSecret): string[] {
  const { username, password } = one;
  const contents = (secret: DatabaseSecret) =>
    JSON.parse(secret.withLogin(username, password)) as Record<string, unknown>;
  const [first, second] = [contents(one), contents(other)];
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...keys].filter((key) => JSON.stringify(first[key]) !== JSON.stringify(second[key]));
}

/** What two values of one rotation must have in common, so that no credential of one is sent to the host of the other. */
export type IdentityKey = 'engine' | 'host' | 'port' | 'ssl' | 'username';

/** The first of `keys` in which two values differ. */
export function differingKey(
  keys: readonly IdentityKey[],
  one: DatabaseSecret,
  other: DatabaseSecret,
): IdentityKey | undefined {
  // DNS names know no upper and lower case.
  const comparable = (secret: DatabaseSecret, key: IdentityKey) =>
    key === 'host' ? secret.host.toLowerCase() : secret[key];
  return keys.find((key) => comparable(one, key) !== comparable(other, key));
}

/** @throws IdentityChanged naming the first of `keys` in which two values differ */
export function assertSameIdentity(
  keys: readonly IdentityKey[],
  from: DatabaseSecret,
  to: DatabaseSecret,
): void {
  const key = differingKey(keys, from, to);
  if (key !== undefined) throw new IdentityChanged(key, from.version, to.version);
}

type Complaint = (problem: string) => InvalidSecretValue;

function complaintOf(version: string): Complaint {
  return (problem) => new InvalidSecretValue(version, problem);
}

function assertText(
  stored: StoredValue,
  invalid: Complaint,
): asserts stored is Extract<StoredValue, { kind: 'text' }> {
  if (stored.kind === 'binary') throw invalid('is binary, not JSON text');
}

function parseObject(text: string, invalid: Complaint): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which holds the password.
    throw invalid('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('is no JSON object');
  return value as Record<string, unknown>;
}

function requiredText(value: Record<string, unknown>, key: string, invalid: Complaint): string {
  const text = optionalText(value, key, invalid);
  if (text === undefined) throw invalid(`lacks the key "${key}"`);
  return text;
}

/** Absent, null and "" all mean that the key is not set, as consoles and templates write it. */
function optionalText(value: Record<string, unknown>, key: string, invalid: Complaint): string | undefined {
  const text = value[key] ?? '';
  if (typeof text !== 'string') throw invalid(`has a "${key}" that is no text`);
  // No server name, user name or password can hold a NUL, and the wire protocols would cut the text at it.
  if (text.includes('\0')) throw invalid(`has a "${key}" with a NUL character`);
  return text === '' ? undefined : text;
}

const isName = (name: unknown): name is string =>
  typeof name === 'string' && name !== '' && !name.includes('\0');

function usernamesOf(names: unknown, username: string, invalid: Complaint): [string, string] | undefined {
  if (names === undefined || names === null) return undefined;
  const [one, other, ...more]: unknown[] = Array.isArray(names) ? names : [];
  if (!isName(one) || !isName(other) || one === other || more.length > 0) {
    throw invalid('has "usernames" that are not the names of two users');
  }
  if (username !== one && username !== other) throw invalid('has "usernames" without its "username"');
  return [one, other];
}

/** A port may be a number or the digits of one, as CloudFormation templates produce. */
function portOf(port: unknown, family: EngineFamily, invalid: Complaint): number {
  if (port === undefined || port === null || port === '') return family.defaultPort;
  const number = typeof port === 'string' && /^\d{1,5}$/.test(port) ? Number(port) : port;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > HIGHEST_PORT) {
    throw invalid(`has a "port" that is no number from 1 to ${HIGHEST_PORT}`);
  }
  return number;
}

/** AWS's functions take the texts "true" and "false" too. What is neither must not be guessed at. */
function sslOf(ssl: unknown, invalid: Complaint): boolean {
  const flag = typeof ssl === 'string' ? ssl.toLowerCase() || true : (ssl ?? true);
  if (flag === true || flag === 'true') return true;
  if (flag === false || flag === 'false') return false;
  throw invalid('has an "ssl" that is neither true nor false');
}

/** What the runtime has and TypeScript's library does not declare yet. */
interface JsonWithSource {
  parse(text: string, revive: (key: string, value: unknown, context: { source: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}

/** Replaces keys of a JSON object. Numbers keep the very digits they were written with, which parsing alone would round. */
function rewrite(text: string, keys: Record<string, string>): string {
  const json = JSON as unknown as JsonWithSource;
  const value = json.parse(text, (_key, parsed, { source }) =>
    typeof parsed === 'number' ? json.rawJSON(source) : parsed,
  );
  return JSON.stringify({ ...(value as object), ...keys });
}
