import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type RotationStrategy, rotationHandler, type Step } from '@rotation/core';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as mysql from '../../functions/engines/mysql/faults.ts';
import * as postgres from '../../functions/engines/postgres/faults.ts';
import { loginOf } from '../../functions/strategies/login.ts';
import { CANARY, canariesIn, failureOf, witness } from './support/canaries.ts';
import { everyError, exportedErrors } from './support/every-error.ts';
import { strategyStub } from './support/invoke.ts';
import { lambdaContext, rotationEvent, SECRET_ARN } from './support/rotation-event.ts';
import { current } from './support/secret-values.ts';
import { begunRotation, pendingRotation, serve, service } from './support/secrets-manager.ts';

/*
 * Every error that a rotation can end with, caused by libraries that print all they know, on its way through the real handler
 * and the real logger: what Lambda, CloudWatch and whoever asked for a report get of it holds no password.
 */

/** Wherever a library's error may hold a statement, its parameters or an answer. */
const baggage = () => ({
  sql: `ALTER USER app IDENTIFIED BY '${CANARY.pending}'`,
  sqlMessage: `near '${CANARY.pending}'`,
  detail: `Failing row contains (${CANARY.current}).`,
  hint: CANARY.previous,
  where: `SQL statement "ALTER ROLE app PASSWORD '${CANARY.pending}'"`,
  internalQuery: CANARY.pending,
  query: { text: CANARY.pending, values: [CANARY.current] },
  parameters: [CANARY.superuser, CANARY.generated],
  $metadata: { token: CANARY.rotationToken },
  $response: { body: JSON.stringify({ RandomPassword: CANARY.generated }) },
  cause: new Error(CANARY.superuser, { cause: new Error(CANARY.rotationToken) }),
  stack: `Error: ${CANARY.current}\n    at query (driver.js:1:1)`,
});
const laden = <E extends Error>(error: E, more: object = {}): E => Object.assign(error, baggage(), more);

/** The words of a parser's error, and of a service that checks what it is sent, quote it. */
const quoting = (name: string) => laden(new Error(`Unexpected token: ${CANARY.generated}`), { name });

const CAUSES: Readonly<Record<string, () => unknown>> = {
  'PostgreSQL’s driver': () => laden(new pg.DatabaseError('no', 2, 'error'), { code: '28P01' }),
  'MySQL’s driver': () => laden(new Error('no'), { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045 }),
  'the SDK, of an answer': () => quoting('SyntaxError'),
  'the SDK, of a request': () => quoting('ValidationException'),
  'the service, of a request': () => quoting('SerializationException'),
  'several tries': () => laden(new AggregateError([laden(new Error(CANARY.current))], 'no')),
  'a text': () => CANARY.pending,
  'no error': () => baggage(),
};

/** All that the process wrote. */
let output = '';
beforeEach(() => {
  output = '';
  const keep = (chunk: unknown) => {
    output += witness(String(chunk));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  serve(pendingRotation());
});
afterEach(() => {
  vi.restoreAllMocks();
});

const run = (event: unknown, strategy = strategyStub()) =>
  rotationHandler(strategy, { environment: {} })(event, lambdaContext());

/** The name of the error that the step fails with, when the log has it as well. */
async function failing(event: unknown, strategy?: RotationStrategy): Promise<string> {
  const { name } = await failureOf(run(event, strategy));
  expect(output).toContain(`"name":"${name}"`);
  return name;
}

const throwing = (make: () => unknown) =>
  strategyStub({
    async setSecret() {
      throw make();
    },
    async preflight(_current, preflight) {
      await preflight.check('a check', [], async () => {
        throw make();
      });
    },
  });

describe('the audit', () => {
  it('would find each of these causes, were it printed', () => {
    for (const [library, make] of Object.entries(CAUSES)) expect(canariesIn(make()), library).not.toEqual([]);
  });

  it('has every class of error', () => {
    expect(Object.keys(everyError(() => undefined)).sort()).toEqual(exportedErrors());
  });
});

describe.each(Object.entries(CAUSES))('with a cause of %s', (_library, cause) => {
  it.each(Object.entries(everyError(cause)))(
    '%s shows no password where a step fails with it',
    async (name, make) => {
      expect(await failing(rotationEvent('setSecret'), throwing(make))).toBe(name);
    },
  );

  it.each(Object.entries(everyError(cause)))('%s shows no password in a report', async (name, make) => {
    const report = witness(await run({ Step: 'preflight', SecretId: SECRET_ARN }, throwing(make)));
    expect(report?.findings.at(-1)?.error).toBe(name);
    expect(output).toContain(`"error":"${name}"`);
  });

  it('shows no password as an error that nobody foresaw', async () => {
    expect(await failing(rotationEvent('setSecret'), throwing(cause))).toBe('UnexpectedFailure');
  });
});

describe('a call of Secrets Manager that fails shows no password', () => {
  const inquisitive = strategyStub({
    async setSecret(_versions, rotation) {
      for await (const _secret of rotation.unlabelled());
    },
  });
  const CALLS: {
    readonly command: string;
    readonly step: Step;
    readonly refuse: (error: Error) => unknown;
  }[] = [
    {
      command: 'DescribeSecret',
      step: 'setSecret',
      refuse: (e) => service.on(DescribeSecretCommand).rejects(e),
    },
    {
      command: 'GetSecretValue',
      step: 'setSecret',
      refuse: (e) => service.on(GetSecretValueCommand).rejects(e),
    },
    {
      command: 'ListSecretVersionIds',
      step: 'setSecret',
      refuse: (e) => service.on(ListSecretVersionIdsCommand).rejects(e),
    },
    {
      command: 'GetRandomPassword',
      step: 'createSecret',
      refuse: (e) => service.on(GetRandomPasswordCommand).rejects(e),
    },
    {
      command: 'PutSecretValue',
      step: 'createSecret',
      refuse: (e) => service.on(PutSecretValueCommand).rejects(e),
    },
    {
      command: 'UpdateSecretVersionStage',
      step: 'finishSecret',
      refuse: (e) => service.on(UpdateSecretVersionStageCommand).rejects(e),
    },
  ];

  it.each(CALLS)('$command', async ({ command, step, refuse }) => {
    if (step === 'createSecret') serve(begunRotation());
    for (const name of ['SyntaxError', 'ValidationException', 'SerializationException']) {
      refuse(quoting(name));
      expect(await failing(rotationEvent(step), inquisitive)).toBe('SecretsManagerFailed');
      expect(output).toContain(`did not carry out ${command} (${name})`);
    }
  });
});

describe('a server that fails shows no password', () => {
  const login = loginOf(current());
  const KINDS = [
    ['a login', (of: typeof postgres | typeof mysql, cause: unknown) => of.loginFault(login, cause)],
    [
      'a statement',
      (of: typeof postgres | typeof mysql, cause: unknown) => of.statementFault(login, 'do it', cause),
    ],
    [
      'a new password',
      (of: typeof postgres | typeof mysql, cause: unknown) => of.passwordFault(login, 'app', cause),
    ],
  ] as const;
  const near = `syntax error at or near "${CANARY.pending}"`;

  it.each(KINDS)('of PostgreSQL, at %s', async (_kind, faultOf) => {
    // Where a privilege is missing its detail is shown: that never quotes a statement.
    const SAID = [
      ['42601', near],
      ['28P01', 'no'],
      ['53300', 'no'],
      ['XX000', 'no'],
    ] as const;
    for (const [code, message] of SAID) {
      const answer = laden(new pg.DatabaseError(message, 1, 'error'), { code });
      await failing(
        rotationEvent('setSecret'),
        throwing(() => faultOf(postgres, answer)),
      );
    }
  });

  it.each(KINDS)('of MySQL and MariaDB, at %s', async (_kind, faultOf) => {
    const SAID = [
      [1064, near],
      [1045, 'no'],
      [1227, 'no'],
      [1819, 'no'],
      [9999, 'no'],
    ] as const;
    for (const [errno, message] of SAID) {
      const answer = laden(new Error(message), { errno });
      await failing(
        rotationEvent('setSecret'),
        throwing(() => faultOf(mysql, answer)),
      );
    }
  });
});

describe('what is not as it should be shows no password', () => {
  it.each([
    ['is cut off', `{"engine": "postgres", "password": "${CANARY.current}`],
    ['is a bare password', CANARY.current],
    [
      'has it in the place of another key',
      JSON.stringify({ engine: 'postgres', host: 7, password: CANARY.current }),
    ],
    [
      'has it as a list',
      JSON.stringify({ engine: 'postgres', host: 'db', username: 'app', password: [CANARY.current] }),
    ],
  ])('a value that %s', async (_case, text) => {
    serve(pendingRotation({ older: { stages: ['AWSPREVIOUS'], text: CANARY.previous } }));
    service.on(GetSecretValueCommand).resolves({ SecretString: text });
    expect(await failing(rotationEvent('setSecret'))).toBe('InvalidSecretValue');
  });

  it.each(['Step', 'SecretId', 'ClientRequestToken'])('an event whose %s is one', async (field) => {
    expect(await failing(rotationEvent('setSecret', { [field]: CANARY.pending }))).toBe('InvalidEvent');
  });
});
