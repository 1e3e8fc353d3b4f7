import {
  DefinerInUse,
  Fault,
  LoginRejected,
  PasswordPolicyUnmet,
  parseEvent,
  TlsFailed,
  UnexpectedFailure,
  UnknownDatabase,
  UsersDiffer,
} from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { CANARY, thrownBy, witness } from '../support/canaries.ts';
import { rotationEvent } from '../support/rotation-event.ts';

const target = { host: 'db.example.com', port: 5432, username: 'o"app' };
const fault = new Fault('no');

describe('the message of an error', () => {
  it.each([
    [
      'whose login it is, and where',
      () => new LoginRejected(target, fault),
      'The database rejected the login of "o\\"app" at db.example.com:5432.',
    ],
    [
      'the database',
      () => new UnknownDatabase(target, 'orders', fault),
      '"o\\"app" at db.example.com:5432 cannot use the database "orders": ',
    ],
    [
      'no database where the secret has none',
      () => new UnknownDatabase(target, undefined, fault),
      'cannot use the database "": it',
    ],
    [
      'each trait that is missing',
      () => new UsersDiffer('app_clone', 'app', { lacks: ['SELECT ON `a`', 'the role `b`'], hasBesides: [] }),
      '"app_clone" is not equal to "app": it lacks SELECT ON `a`; the role `b`.',
    ],
    [
      'each trait that is too much',
      () => new UsersDiffer('app_clone', 'app', { lacks: [], hasBesides: ['CREATEDB', 'the role `b`'] }),
      '"app_clone" is not equal to "app": it has besides CREATEDB; the role `b`.',
    ],
    [
      'what is missing and what is too much',
      () => new UsersDiffer('app_clone', 'app', { lacks: ['CREATEDB'], hasBesides: ['the role `b`'] }),
      'it lacks CREATEDB, and has besides the role `b`.',
    ],
  ])('says %s', (_what, make, expected) => {
    expect(make().message).toContain(expected);
  });

  it.each([
    ['certificate has expired', 'has expired, so no password was sent. Renew'],
    ['certificate is not yet valid', 'is not valid yet, so'],
    [
      "Hostname/IP does not match certificate's altnames: Host: db. is not in the cert's altnames: DNS:other",
      'is for another host, so no password was sent. Set "host" in the secret to a name',
    ],
    ["Hostname/IP does not match certificate's altnames: Cert does not contain a DNS name", 'another host'],
    ['self-signed certificate', 'comes from an authority that the function does not know, so'],
    ['self-signed certificate in certificate chain', 'an authority that the function does not know'],
    ['unable to verify the first certificate', 'an authority that the function does not know'],
    ['unable to get local issuer certificate', 'an authority that the function does not know'],
    ['unable to get issuer certificate', "certificate in the function's DATABASE_CA. Only"],
    ['CRL has expired', 'could not be verified, so no password was sent. Use the host name'],
    ['unsupported certificate purpose', 'could not be verified, so'],
  ])('tells what is wrong with a certificate: %s', (said, words) => {
    expect(new TlsFailed(target, new Fault(said)).message).toContain(words);
  });

  it.each([
    [['view a.b'], 'is the definer of the view a.b.'],
    [['view a.b', 'event a.c'], 'is the definer of the view a.b and 1 more.'],
    [['view a.b', 'event a.c', 'trigger a.d'], 'is the definer of the view a.b and 2 more.'],
  ])('names the first of %j, and counts the others', (defined, words) => {
    const target = { host: 'db', port: 1, username: 'admin' };
    expect(new DefinerInUse(target, 'app_clone@%', defined).message).toContain(words);
  });

  it('has each problem with a password policy', () => {
    const target = { host: 'db', port: 1, username: 'app' };
    expect(new PasswordPolicyUnmet(target, ['one', 'another']).message).toContain('lead to: one; another.');
  });

  it('says which steps there are', async () => {
    expect((await thrownBy(() => parseEvent(rotationEvent('setSecret', { Step: 'no' })))).message).toContain(
      'Step is not one of createSecret, setSecret, testSecret, finishSecret, discardOldPassword, preflight.',
    );
  });
});

it('a stack shows nothing of a message that was replaced after its error was made', () => {
  const error = new Error(`look at ${CANARY.pending}`);
  // V8 writes the stack when it is first read.
  expect(error.stack).toContain(CANARY.pending);
  error.message = 'something else';
  const [first, ...frames] = (witness(new UnexpectedFailure(error)).stack ?? '').split('\n');
  expect(first).toBe(
    'UnexpectedFailure: An unforeseen Error was thrown. Report it with the stack; Secrets Manager tries again by itself.',
  );
  for (const frame of frames) expect(frame).toMatch(/^ +at /);
});
