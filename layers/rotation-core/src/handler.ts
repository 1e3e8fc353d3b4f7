import type { Context } from 'aws-lambda';
import { now } from './clock.ts';
import { type Deadline, deadlineOf } from './deadline.ts';
import type { Environment } from './environment.ts';
import { CurrentMoved, RotationError, TokenNotPending, UnexpectedFailure } from './errors.ts';
import { parseEvent, type RotationEvent } from './event.ts';
import { type Inherited, openHandover } from './handover.ts';
import { invocationLog, type LogFields, type RotationLog } from './logger.ts';
import { loginGapAtFailure, loginGapBegins } from './login-gap.ts';
import { stepMetrics } from './metrics.ts';
import { onceEach } from './once.ts';
import type { PreflightReport } from './preflight.ts';
import { openRds, type RdsDirectory } from './rds.ts';
import { openSecretStore, type SecretStore } from './secret-store.ts';
import { type DatabaseSecret, parseSecretValue, type StoredValue } from './secret-value.ts';
import { type Outcome, steps } from './steps.ts';
import type { Rotation, RotationStrategy } from './strategy.ts';
import { superuserLogin } from './superuser-login.ts';
import { openTrace } from './trace.ts';
import {
  CURRENT,
  decide,
  holderOf,
  isAtRest,
  mayRun,
  PENDING,
  PREVIOUS,
  type VersionStage,
} from './version-stages.ts';

/*
 * The words of the domain, as Secrets Manager uses them:
 *
 *   secret         an entry of Secrets Manager; here its value is JSON that holds one database login
 *   version        one value that the secret has or had; never changed once it is stored
 *   version stage  a label on at most one version of a secret: AWSCURRENT (what applications read), AWSPENDING (what a
 *                  rotation is making), AWSPREVIOUS (what AWSCURRENT was before)
 *   rotation       four invocations of this function, one per step, that make a new version and move AWSCURRENT to it;
 *                  after a failed step the service runs all of them again with the same ClientRequestToken
 *   RotationToken  proof for the service that a write belongs to the rotation it started
 *   single user    a rotation that changes the password of the user that applications log in as
 *   alternating users  a rotation that gives applications the other of two equal users, whose password nobody uses
 *   superuser secret   the secret with a login that may change other users, for alternating users
 */

/** What a handler is made of besides its strategy. Tests replace a part of it. */
export interface Dependencies {
  readonly environment: Environment;
  openStore(event: RotationEvent, deadline: Deadline): SecretStore;
  openRds(deadline: Deadline): RdsDirectory;
  openLog(context: Context, fields: LogFields): RotationLog;
}

const defaults: Dependencies = {
  environment: process.env,
  openStore: openSecretStore,
  openRds,
  openLog: invocationLog,
};

/**
 * The Lambda handler of one rotation function.
 *
 * It resolves when the step has been carried out, or had been before; a preflight resolves to its report. Whatever goes wrong
 * is logged once and thrown as a RotationError, which tells Secrets Manager that the step failed.
 */
export function rotationHandler(strategy: RotationStrategy, replaced: Partial<Dependencies> = {}) {
  const { environment, openStore, openRds, openLog } = { ...defaults, ...replaced };
  const handover = openHandover();

  return async (input: unknown, context: Context): Promise<PreflightReport | undefined> => {
    const started = now();
    const durationMs = () => Math.round(now() - started);
    const kind: LogFields = { engine: strategy.engine.name, strategy: strategy.name };

    let event: RotationEvent;
    try {
      event = parseEvent(input);
    } catch (error) {
      const failure = rotationErrorOf(error);
      const { remedy } = failure;
      openLog(context, kind).error('invocation refused', failure, { remedy, durationMs: durationMs() });
      throw failure;
    }

    const { step, secretArn, versionId } = event;
    const inherited = handover.take(event);
    const leave = (found: Inherited) => handover.leave(event, found);
    const log = openLog(context, { ...kind, step, secretArn, versionId });
    const deadline = deadlineOf(context);
    const trace = openTrace();
    const store = trace.timed('secretsManager', openStore(event, deadline));
    const course = (ending: 'StepSucceeded' | 'StepFailed', loginGap?: number) => {
      const duration = durationMs();
      return { durationMs: duration, ...trace.fields(), ...stepMetrics(ending, duration, loginGap) };
    };
    try {
      const rds = trace.timed('rds', openRds(deadline));
      const rotation = rotationOf(event, strategy, { store, rds }, { deadline, environment, log, trace });
      const answer: Outcome = await steps[step]({ rotation, store, strategy, inherited, leave });
      const isReport = typeof answer === 'object';
      log.info('step succeeded', { outcome: isReport ? answer.outcome : answer, ...course('StepSucceeded') });
      return isReport ? answer : undefined;
    } catch (error) {
      const failure = rotationErrorOf(error).during(step, versionId);
      const { remedy } = failure;
      const gap = loginGapAtFailure(versionId, failure);
      log.error('step failed', failure, { outcome: 'failed', remedy, ...course('StepFailed', gap) });
      throw failure;
    }
  };
}

interface Services {
  readonly store: SecretStore;
  readonly rds: RdsDirectory;
}

function rotationOf(
  event: RotationEvent,
  { engine }: RotationStrategy,
  { store, rds }: Services,
  surroundings: Pick<Rotation, 'deadline' | 'environment' | 'log' | 'trace'>,
): Rotation {
  /** What is neither AWSCURRENT nor AWSPENDING may be anything, and a rotation does not depend on it. */
  const readable = (value: StoredValue, version: string): DatabaseSecret | undefined => {
    try {
      return parseSecretValue(value, version, engine);
    } catch (error) {
      if (!(error instanceof RotationError)) throw error;
      surroundings.log.warn('a value is left out of account', { version, reason: error.message });
      return undefined;
    }
  };
  const labelled = async (stage: VersionStage) => {
    const value = await store.read({ stage });
    return value && readable(value, stage);
  };
  const previousOnce = onceEach<DatabaseSecret | undefined>();
  const otherOnce = onceEach<DatabaseSecret>();
  return {
    event,
    ...surroundings,
    pending: () => labelled(PENDING),
    previous: () => previousOnce(PREVIOUS, () => labelled(PREVIOUS)),
    async *unlabelled() {
      for (const id of await store.unlabelled()) {
        const value = await store.read({ id });
        const secret = value && readable(value, `version ${id}`);
        if (secret !== undefined) yield secret;
      }
    },
    async assertStillPending(current) {
      const description = await store.describe();
      if (!mayRun(decide(event, description))) throw new TokenNotPending([CURRENT]);
      if (holderOf(CURRENT, description) !== current.versionId) throw new CurrentMoved();
    },
    loginGapBegins: () => loginGapBegins(event.versionId),
    async isCurrent() {
      return isAtRest(event.versionId, await store.describe());
    },
    otherSecret(secretId, name, user) {
      const { host, port, dbname } = user;
      return otherOnce(JSON.stringify([secretId, host, port, dbname]), () =>
        superuserLogin(secretId, name, user, { store, rds, engine }),
      );
    },
  };
}

function rotationErrorOf(error: unknown): RotationError {
  return error instanceof RotationError ? error : new UnexpectedFailure(error);
}
