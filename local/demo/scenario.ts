import type { RotationFunction } from '../secrets-manager/index.ts';
import { failedLogins, logPosition, logSince } from '../servers/server-log.ts';
import { reasonOf } from './application.ts';
import { type Client, startClient } from './client.ts';
import { handoverOf } from './handover.ts';
import { inspect } from './inspection.ts';
import { leaksIn, redacted } from './leaks.ts';
import {
  durationOf,
  type Observation,
  type ObservedRotation,
  type ObservedStep,
  type Strategy,
} from './observation.ts';
import type { Audience } from './progress.ts';
import { openSecrets } from './secrets.ts';
import { setUp } from './set-up.ts';
import type { Stage } from './stage.ts';

/**
 * Rotates one application's secret again and again while its client keeps logging in, and tells all that was seen.
 * It stops at the first rotation that does not succeed.
 * @param welcome is given the client, and returns who is told of each step
 */
export async function runScenario(
  stage: Stage,
  strategy: Strategy,
  wanted: number,
  welcome: (client: Client) => Audience & Disposable,
): Promise<Observation> {
  const { server, secretsManager, calendar } = stage;
  using secrets = openSecrets(secretsManager);
  const subject = await setUp(stage, strategy, secrets);
  await using rotationFunction = subject.rotationFunction;
  const { application, secretArn, firstValue } = subject;
  // What was logged up to here, the first password among it, was our own setting up.
  const start = { errors: logPosition(server.errorLog), statements: logPosition(server.statementLog) };

  await using client = startClient(application, () => secrets.readCurrent(secretArn));
  using audience = welcome(client);
  /** What must stand in no log: from the value to a name that may be told. */
  const hidden = new Map([
    [server.superuser.password, "the superuser's password"],
    [firstValue.password, 'the first password'],
  ]);
  const rotations: ObservedRotation[] = [];
  let steps: ObservedStep[] = [];

  const lambdaArn = `arn:aws:lambda:${secretsManager.region}:123456789012:function:${strategy}`;
  secretsManager.rotations.register(lambdaArn, timed);
  await client.oneMoreLogin();
  for (let number = 1; number <= wanted; number++) {
    audience.rotationStarts(number);
    const rotation = await rotateOnce(number);
    rotations.push(rotation);
    audience.rotationEnds();
    calendar.nextDay();
    if (rotation.outcome !== 'succeeded') break;
  }
  await client[Symbol.asyncDispose]();

  return {
    handover: handoverOf(strategy, stage.database),
    wanted,
    rotations,
    client: client.observed(),
    rejectedByServer: failedLogins(server, start.errors),
    leaks: leaksIn(
      new Map([
        ["the function's log", rotationFunction.output()],
        ["the server's log of errors", logSince(server.errorLog, start.errors)],
        ["the server's log of statements", logSince(server.statementLog, start.statements)],
      ]),
      hidden,
    ),
  };

  /** What Secrets Manager invokes: the function, with a stop watch. */
  async function timed(event: Parameters<RotationFunction>[0]): Promise<void> {
    hidden.set(event.RotationToken, `the RotationToken of rotation ${rotations.length + 1}`);
    audience.stepStarts(event.Step);
    const from = performance.now();
    try {
      await rotationFunction.invoke(event);
    } finally {
      const step = { step: event.Step, from, to: performance.now() };
      steps.push(step);
      audience.stepEnds(event.Step, durationOf(step));
    }
  }

  async function rotateOnce(number: number): Promise<ObservedRotation> {
    steps = [];
    await secrets.rotate(secretArn, lambdaArn);
    const { kind, failures } = await secretsManager.rotations.settled(secretArn);
    const current = await secrets.readCurrent(secretArn);
    const passwordIsNew = !hidden.has(current.password);
    if (passwordIsNew) hidden.set(current.password, `the password of rotation ${number}`);
    const findings = await inspect(subject, strategy, secrets, {
      current,
      passwordIsNew,
      // Beyond the rows that the application began with.
      id: 1_000 + number,
    });
    // No login may reach from one rotation into the next but one, whose change would rightly make it fail.
    await client.oneMoreLogin();
    return {
      number,
      outcome: kind,
      failures: failures.map(({ attempt, step, error }) =>
        redacted(`attempt ${attempt}, ${step}: ${reasonOf(error)}`, hidden),
      ),
      steps,
      ...findings,
    };
  }
}
