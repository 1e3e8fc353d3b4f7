import {
  type DatabaseSecret,
  differingContents,
  isNamed,
  now,
  type Preflight,
  type Rotation,
} from '@rotation/core';
import type { Engine, Session } from '../engines/engine.ts';
import { logIn, PLACE } from './login.ts';
import { assertGenerated } from './password-policy.ts';
import { agreeing, formerLogins } from './stored-logins.ts';
import { superuserOf } from './superuser-secret.ts';

/** A preflight of one secret's database. */
export interface Trial {
  readonly engine: Engine;
  readonly current: DatabaseSecret;
  readonly preflight: Preflight;
  readonly rotation: Rotation;
}

/** What a login passes on its way, each with the errors that say that it got no further; any other is one of the login itself. */
const STATIONS = [
  { check: 'host name', errors: ['HostNotFound'] },
  {
    check: 'port',
    errors: ['HostUnreachable', 'ConnectionTimedOut', 'HostBlocked', 'TooManyConnections'],
  },
  { check: 'TLS', errors: ['TlsFailed', 'TlsNotOffered'] },
  { check: 'login', errors: [] },
  { check: 'dbname', errors: ['UnknownDatabase'] },
] as const;
type Station = (typeof STATIONS)[number]['check'];

/** What the server says a secret's `engine` is; it matters for nothing but who reads the secret. */
const PRODUCTS: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  'aurora-postgresql': 'PostgreSQL',
  mysql: 'MySQL',
  'aurora-mysql': 'MySQL',
  mariadb: 'MariaDB',
};

/** What came of the login that AWSCURRENT names. */
interface Standing {
  readonly session: Session | undefined;
  /** There when a login of the secret is proven to be its owner's: only then a superuser is used for its user. */
  readonly proven: true | undefined;
}

/**
 * Logs in as AWSCURRENT says, with a finding for each station on the way. Where the server rejects that login, the other
 * stored ones are tried as well: an operator wants to know which of them is the right one.
 * @param renewsExpired whether an expired password is the superuser's to renew, and nothing that a rotation fails for
 */
export async function tryCurrent(trial: Trial, renewsExpired: boolean): Promise<Standing> {
  const { engine, current, preflight, rotation } = trial;
  const started = now();
  const attempt = await attemptOf(() => logIn(engine, current, rotation));
  const elapsed = now() - started;
  const isRenewed = renewsExpired && 'error' in attempt && isNamed(attempt.error, 'PasswordExpired');
  const end = 'error' in attempt ? stationOf(attempt.error) : undefined;
  let reached: boolean | undefined = true;
  for (const { check } of STATIONS) {
    reached = await preflight.check(check, [reached], async ({ note, warn, took }) => {
      // One attempt passes all of them: its time is that of the station where it ended, or of the login.
      if (check === (end ?? 'login')) took(elapsed);
      if (check === end && 'error' in attempt) {
        if (!isRenewed) throw attempt.error;
        warn('The password is right, but has expired.', 'Rotate: the superuser gives the user another one.');
        return undefined;
      }
      if (check === 'TLS' && !current.ssl) {
        warn(
          'TLS is turned off by "ssl": false.',
          'Take "ssl" out of the secret: then TLS is used, and verified.',
        );
      }
      if (check === 'login' && 'session' in attempt) {
        const product = await attempt.session.product();
        note(`${product}.`);
        if (!product.startsWith(PRODUCTS[current.engine] ?? '')) {
          warn(
            `The secret says "engine": ${JSON.stringify(current.engine)}.`,
            'Correct "engine" in the secret, for whoever reads it.',
          );
        }
      }
      return true;
    });
  }
  if ('session' in attempt) return { session: attempt.session, proven: true };
  const isRejected = isNamed(attempt.error, 'LoginRejected');
  const other = isRejected ? await tryOthers(trial) : undefined;
  return { session: undefined, proven: isRenewed ? true : other };
}

type Attempt = { readonly session: Session } | { readonly error: unknown };

async function attemptOf(connect: () => Promise<Session>): Promise<Attempt> {
  try {
    return { session: await connect() };
  } catch (error) {
    return { error };
  }
}

function stationOf(error: unknown): Station {
  return STATIONS.find(({ errors }) => isNamed(error, ...errors))?.check ?? 'login';
}

/** @returns whether one of them works that is of the same user */
async function tryOthers({ engine, current, preflight, rotation }: Trial): Promise<true | undefined> {
  return preflight.check('other stored logins', [], async ({ warn, about }) => {
    for await (const secret of others(current, rotation)) {
      if (!(await isAccepted(engine, secret, rotation))) continue;
      const differs = differingContents(current, secret);
      if (secret.versionId !== undefined) about(secret.versionId, differs);
      const besides = differs.length > 0 ? ` It is not as AWSCURRENT in ${differs.join(', ')}.` : '';
      warn(
        `The login of ${secret.version} works (version ${secret.versionId ?? 'unknown'}).${besides}`,
        '`rotation-doctor unstick` makes it AWSCURRENT.',
      );
      return secret.username === current.username ? true : undefined;
    }
    warn(
      'None of them works either.',
      'Give the user the password of AWSCURRENT in the database, or store a login that works with PutSecretValue.',
    );
    return undefined;
  });
}

/** An account that gets locked by failed logins ends the search: each further one would be rejected, and make matters worse. */
async function isAccepted(engine: Engine, secret: DatabaseSecret, rotation: Rotation): Promise<boolean> {
  try {
    await using _session = await logIn(engine, secret, rotation);
    return true;
  } catch (error) {
    if (isNamed(error, 'LoginRejected')) return false;
    throw error;
  }
}

/** Each login but that of AWSCURRENT, once. */
async function* others(current: DatabaseSecret, rotation: Rotation): AsyncGenerator<DatabaseSecret> {
  const seen = [current];
  for await (const secret of stored(current, rotation)) {
    const { username, password } = secret;
    if (seen.some((other) => other.username === username && other.password.equals(password))) continue;
    seen.push(secret);
    yield secret;
  }
}

/** For the same server, whichever of two users it names: no credential goes to another. */
async function* stored(current: DatabaseSecret, rotation: Rotation): AsyncGenerator<DatabaseSecret> {
  const pending = await rotation.pending();
  if (pending !== undefined) yield* agreeing(PLACE, current, [pending]);
  yield* formerLogins(current, rotation, PLACE);
}

/** Logs in as the superuser, whose secret may not be fit for this one, once the secret's owner is proven to be who it says. */
export async function trySuperuser(
  { current, preflight, rotation }: Trial,
  { proven }: Standing,
  logInAsSuperuser: () => Promise<Session | undefined>,
): Promise<Session | undefined> {
  const secret = await preflight.check('superuser secret', [], () => superuserOf(current, rotation));
  return preflight.check('superuser login', [secret, proven], logInAsSuperuser);
}

export async function tryPolicy(
  { current, preflight, rotation }: Trial,
  session: Session | undefined,
): Promise<void> {
  await preflight.check('password policy', [session], (_remarks, open: Session) =>
    assertGenerated(open, current, rotation),
  );
}
