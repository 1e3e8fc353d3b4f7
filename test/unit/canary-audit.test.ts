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

// The words of a driver's error are the server's, and told on: what of them may hold a password is left out before, see below.
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
      return true;
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
  const ENGINES = [
    {
      of: postgres,
      answered: (code: string | number, words: string) =>
        laden(new pg.DatabaseError(words, 1, 'error'), { code }),
    },
    { of: mysql, answered: (errno: string | number, words: string) => laden(new Error(words), { errno }) },
  ] as const;
  const [POSTGRES, MYSQL] = ENGINES;
  const asked = (fault: () => unknown) => failing(rotationEvent('setSecret'), throwing(fault));

  /** Everything that a server raises with words of its statement, its data, or of whoever wrote what checks passwords. */
  const QUOTING = [
    ['22021', POSTGRES, `invalid byte sequence for encoding "UTF8": ${CANARY.pending}`],
    ['22023', POSTGRES, `password "${CANARY.pending}" is too short`],
    ['22P02', POSTGRES, `invalid input syntax: "${CANARY.pending}"`],
    ['23514', POSTGRES, `new row violates check constraint (${CANARY.pending})`],
    ['28000', POSTGRES, `${CANARY.pending} is too simple`],
    ['28P01', POSTGRES, `${CANARY.pending} was used before`],
    ['P0001', POSTGRES, `${CANARY.pending} is a word of the dictionary`],
    ['XX000', POSTGRES, `cannot check ${CANARY.pending}`],
    [1105, MYSQL, `Unknown error: ${CANARY.pending}`],
    [1300, MYSQL, `Invalid utf8mb4 character string: '${CANARY.pending}'`],
    [1366, MYSQL, `Incorrect string value: '${CANARY.pending}' for column 'authentication_string'`],
    [1819, MYSQL, `${CANARY.pending} is a word of the dictionary`],
    [3854, MYSQL, `Cannot convert string '${CANARY.pending}' from utf8mb4 to binary`],
    [9999, MYSQL, `something new about ${CANARY.pending}`],
  ] as const;

  it.each(QUOTING)('%s, at a new password', async (code, { of, answered }, words) => {
    await asked(() => of.passwordFault(login, 'app', answered(code, words)));
    expect(output).toContain('what the server said may quote the password, and is left out');
    expect(output).toContain(`"code":"${code}"`);
  });

  /** In what is told on the server names users, hosts, databases, privileges and its own files: it has no password to put there. */
  const NAMING = [
    ['40P01', POSTGRES, 'deadlock detected'],
    ['42704', POSTGRES, 'role "app" does not exist'],
    ['53100', POSTGRES, 'could not write to file "base/1": No space left on device'],
    ['55P03', POSTGRES, 'canceling statement due to lock timeout'],
    ['57014', POSTGRES, 'canceling statement due to statement timeout'],
    [
      1227,
      MYSQL,
      'Access denied; you need (at least one of) the CREATE USER privilege(s) for this operation',
    ],
    [
      1290,
      MYSQL,
      'The MySQL server is running with the --read-only option so it cannot execute this statement',
    ],
    [1396, MYSQL, "Operation ALTER USER failed for 'app'@'%'"],
    [
      3638,
      MYSQL,
      "Cannot use these credentials for 'app@%' because they contradict the password history policy",
    ],
  ] as const;

  it.each(NAMING)('%s, whose words are told on', async (code, { of, answered }, words) => {
    await asked(() => of.passwordFault(login, 'app', answered(code, words)));
    expect(output).toContain(JSON.stringify(words).slice(1, -1));
  });

  // At a login the server gets a proof of the password, or what it only hashes, and its other statements hold none. A syntax
  // error is the exception: where a name breaks out of its quotes, anything may follow.
  it.each(ENGINES)('by a syntax error, wherever it comes', async ({ of, answered }) => {
    const near = `syntax error at or near "${CANARY.pending}"`;
    const cause = answered(of === postgres ? '42601' : 1064, near);
    await asked(() => of.passwordFault(login, 'app', cause));
    await asked(() => of.loginFault(login, cause));
    await asked(() => of.statementFault(login, 'do it', cause));
    expect(output).toContain('"message":"syntax error"');
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
