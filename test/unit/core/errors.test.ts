import * as core from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { CANARY, witness } from '../support/canaries.ts';
import { everyError, exportedErrors } from '../support/every-error.ts';

const target = { host: 'db.example.com', port: 5432, username: 'app' };
const cause = () => Object.assign(new Error('the server said no'), { code: '28P01' });

const linesOf = ({ stack = '' }: Error) => stack.split('\n');

const ERRORS = everyError(cause);

describe('the errors of a rotation', () => {
  it('are all in this table', () => {
    expect(exportedErrors()).toEqual(Object.keys(ERRORS).sort());
  });

  it.each(Object.entries(ERRORS))('%s has the name of its class', (name, make) => {
    const error = make();
    expect(error.name).toBe(name);
    expect(error).toBeInstanceOf(Error);
    expect(core.isNamed(error, 'Other', name)).toBe(true);
    expect(core.isNamed(error, 'Other')).toBe(false);
  });

  it.each(Object.entries(ERRORS))('%s says what happened, and ends with what to do', (_name, make) => {
    const { message } = make();
    const sentences = message.split(/(?<=[.?]) (?=[A-Z])/);
    expect(sentences.length).toBeGreaterThanOrEqual(2);
    expect(sentences.at(-1)).toMatch(/^[A-Z].*[.?]$/s);
    expect(message).not.toMatch(/undefined|\[object/);
  });

  it.each(Object.entries(ERRORS))(
    '%s has no properties besides its name, message, stack and cause',
    (_name, make) => {
      const known = ['stack', 'message', 'cause', 'name'];
      expect(Object.getOwnPropertyNames(make()).filter((key) => !known.includes(key))).toEqual([]);
    },
  );

  it.each(Object.entries(ERRORS))('%s says what happened and then what to do', (_name, make) => {
    const { message, happened, remedy } = make();
    expect(message).toBe(`${happened} ${remedy}`);
    expect(remedy).not.toBe('');
  });

  it('name the step and the version once they have failed one', () => {
    const error = new core.NoPendingValue();
    const { message } = error;
    expect(error.during('setSecret', 'v1')).toBe(error);
    expect(error.message).toBe(`setSecret of version v1 failed: ${message}`);
  });

  it('have a stack that starts with the name and the whole message, and goes on with where they came from', () => {
    const error = new core.NoPendingValue();
    const { message } = error;
    const [first, ...frames] = linesOf(error.during('setSecret', 'v1'));
    expect(first).toBe(`NoPendingValue: setSecret of version v1 failed: ${message}`);
    expect(frames[0]).toMatch(/^ +at .*errors\.test\.ts:\d+:\d+/);
    for (const frame of frames) expect(frame).toMatch(/^ +at /);
  });

  it('have the message in the stack once, whatever lines it has', () => {
    const error = new core.NoStoredLoginWorks(['AWSCURRENT: no\n    at all', 'AWSPENDING: neither'], cause());
    const { message } = error;
    error.during('setSecret', 'v1');
    expect(error.stack?.startsWith(`NoStoredLoginWorks: setSecret of version v1 failed: ${message}\n`)).toBe(
      true,
    );
    expect(error.stack?.split('at all')).toHaveLength(2);
    expect(error.stack?.split('of version')).toHaveLength(2);
  });

  it('keep the frames of an error that nobody foresaw', () => {
    const thrown = cause();
    const [, ...frames] = linesOf(thrown);
    const error = new core.UnexpectedFailure(thrown);
    const { message } = error;
    expect(linesOf(error.during('testSecret', 'v1'))).toEqual([
      `UnexpectedFailure: testSecret of version v1 failed: ${message}`,
      ...frames,
    ]);
  });
});

describe('a Fault', () => {
  const foreign = Object.assign(new Error('the server said no'), {
    code: 'ER_SYNTAX',
    sql: `ALTER USER app IDENTIFIED BY '${CANARY.pending}'`,
    $response: { body: CANARY.current },
    cause: new Error(CANARY.superuser),
    stack: `Error\n    at ${CANARY.rotationToken}`,
  });

  it('keeps the message and the code of a library’s error, and nothing else', () => {
    const { cause: fault } = witness(new core.LoginRejected(target, foreign));
    expect(fault).toBeInstanceOf(core.Fault);
    expect(fault).toMatchObject({ name: 'Fault', message: 'the server said no', code: 'ER_SYNTAX' });
    expect(Object.getOwnPropertyNames(fault).sort()).toEqual(['code', 'message', 'name', 'stack']);
  });

  it.each([
    ['a number as its code', Object.assign(new RangeError('x'), { code: 7 }), 'RangeError'],
    ['no code', new TypeError('x'), 'TypeError'],
  ])('has the name of an error with %s', (_case, error, code) => {
    expect(new core.LoginRejected(target, error).cause).toMatchObject({ code });
  });

  it.each(['SyntaxError', 'SerializationException', 'ValidationException'])(
    'has no words of a %s, which quotes what it is about',
    (name) => {
      const quoting = Object.assign(new Error(`Unexpected token: ${CANARY.generated}`), { name });
      expect(witness(new core.SecretsManagerFailed('PutSecretValue', 'Do it.', quoting))).toMatchObject({
        message: `Secrets Manager did not carry out PutSecretValue (${name}). Do it.`,
        cause: { message: 'words that may quote a value are left out', code: name },
      });
    },
  );

  it.each([
    ['a text', CANARY.pending],
    ['an object', { message: CANARY.pending }],
    ['null', null],
  ])('says nothing of %s that was thrown', (_case, thrown) => {
    expect(witness(new core.LoginRejected(target, thrown)).cause).toMatchObject({
      message: 'a value that is no Error was thrown',
    });
  });

  it('is kept as it is, and so is an error of ours', () => {
    const fault = new core.Fault('x', 'y');
    const ours = new core.LoginRejected(target, fault);
    expect(ours.cause).toBe(fault);
    expect(new core.NoStoredLoginWorks([], ours).cause).toBe(ours);
  });
});
