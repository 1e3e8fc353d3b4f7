import { type DatabaseSecret, isNamed, type Preflight, type Rotation } from '@rotation/core';
import type { Engine, Session } from '../engines/engine.ts';
import { logIn, logsIn, PLACE } from './login.ts';
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
  { check: 'port', errors: ['HostUnreachable', 'ConnectionTimedOut', 'HostBlocked', 'TooManyConnections'] },
  { check: 'TLS', errors: ['TlsFailed', 'TlsNotOffered'] },
  { check: 'login', errors: [] },
  { check: 'dbname', errors: ['UnknownDatabase'] },
] as const;
type Station = (typeof STATIONS)[number]['check'];

/**
 * Logs in as AWSCURRENT says, with a finding for each station on the way. Where the server rejects that login, the other
 * stored ones are tried as well: an operator wants to know which of them is the right one.
 */
export async function tryCurrent(trial: Trial): Promise<Session | undefined> {
  const { engine, current, preflight, rotation } = trial;
  const attempt = await attemptOf(() => logIn(engine, current, rotation));
  const end = 'error' in attempt ? stationOf(attempt.error) : undefined;
  let reached: boolean | undefined = true;
  for (const { check } of STATIONS) {
    reached = await preflight.check(check, [reached], async ({ note, warn }) => {
      if (check === end && 'error' in attempt) throw attempt.error;
      if (check === 'TLS' && !current.ssl) {
        warn(
          'TLS is turned off by "ssl": false.',
          'Take "ssl" out of the secret: then TLS is used, and verified.',
        );
      }
      if (check === 'login' && 'session' in attempt) note(`${await attempt.session.product()}.`);
      return true;
    });
  }
  if ('error' in attempt && isNamed(attempt.error, 'LoginRejected')) await tryOthers(trial);
  return 'session' in attempt ? attempt.session : undefined;
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

async function tryOthers({ engine, current, preflight, rotation }: Trial): Promise<void> {
  await preflight.check('other stored logins', [], async ({ warn, about }) => {
    for await (const secret of others(current, rotation)) {
      if (!(await logsIn(engine, secret, rotation))) continue;
      if (secret.versionId !== undefined) about(secret.versionId);
      warn(
        `The login of ${secret.version} works (version ${secret.versionId ?? 'unknown'}).`,
        '`rotation-doctor unstick` makes it AWSCURRENT.',
      );
      return;
    }
    warn(
      'None of them works either.',
      'Give the user the password of AWSCURRENT in the database, or store a login that works with PutSecretValue.',
    );
  });
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

/** Logs in as the superuser, whose secret may not be fit for this one. */
export async function trySuperuser(
  { engine, current, preflight, rotation }: Trial,
  logInAs: (superuser: DatabaseSecret) => Promise<Session> = (superuser) =>
    logIn(engine, superuser, rotation),
): Promise<Session | undefined> {
  const secret = await preflight.check('superuser secret', [], () => superuserOf(current, rotation));
  return preflight.check('superuser login', [secret], (_remarks, superuser: DatabaseSecret) =>
    logInAs(superuser),
  );
}

export async function tryPolicy(
  { current, preflight, rotation }: Trial,
  session: Session | undefined,
): Promise<void> {
  await preflight.check('password policy', [session], (_remarks, open: Session) =>
    assertGenerated(open, current, rotation),
  );
}
