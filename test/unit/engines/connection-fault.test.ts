import { describe, expect, it } from 'vitest';
import { connectionFault } from '../../../functions/engines/connection-fault.ts';
import { CANARY, witness } from '../support/canaries.ts';

const target = { host: 'db.example.com', port: 5432, username: 'app' };
const coded = (code: unknown) => Object.assign(new Error('it failed'), { code, password: CANARY.current });

describe('connectionFault', () => {
  it.each([
    ['ENOTFOUND', 'HostNotFound'],
    ['EAI_AGAIN', 'HostNotFound'],
    ['ECONNREFUSED', 'HostUnreachable'],
    ['ECONNRESET', 'HostUnreachable'],
    ['EHOSTUNREACH', 'HostUnreachable'],
    ['ENETUNREACH', 'HostUnreachable'],
    ['EADDRNOTAVAIL', 'HostUnreachable'],
    ['EPIPE', 'HostUnreachable'],
    ['ETIMEDOUT', 'ConnectionTimedOut'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TlsFailed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TlsFailed'],
    ['ERR_OSSL_X509_CERT_ALREADY_IN_HASH_TABLE', 'TlsFailed'],
    ['CERT_HAS_EXPIRED', 'TlsFailed'],
    ['CERT_NOT_YET_VALID', 'TlsFailed'],
    ['CERT_REVOKED', 'TlsFailed'],
    ['CERT_UNTRUSTED', 'TlsFailed'],
    ['CERT_CHAIN_TOO_LONG', 'TlsFailed'],
    ['CRL_HAS_EXPIRED', 'TlsFailed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TlsFailed'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TlsFailed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TlsFailed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TlsFailed'],
    ['HOSTNAME_MISMATCH', 'TlsFailed'],
    ['INVALID_CA', 'TlsFailed'],
    ['INVALID_PURPOSE', 'TlsFailed'],
    ['PATH_LENGTH_EXCEEDED', 'TlsFailed'],
    ['EPROTO', 'TlsFailed'],
  ])('%s is %s', (code, name) => {
    const fault = witness(connectionFault(target, coded(code)));
    expect(fault).toMatchObject({ name, cause: { name: 'Fault', message: 'it failed', code } });
    expect(fault?.message).toContain('db.example.com');
  });

  it.each([
    ['a code of the server', coded('28P01')],
    ['an unknown code', coded('EPROTONOSUPPORT')],
    ['a code in which another stands', coded('ER_CERT_UNKNOWN')],
    ['a code that is no text', coded(7)],
    ['an error without a code', new Error('ECONNREFUSED')],
    ['no error', { code: 'ECONNREFUSED' }],
    ['nothing', undefined],
    ['an empty aggregate', new AggregateError([])],
  ])('is not %s', (_case, cause) => {
    expect(connectionFault(target, cause)).toBeUndefined();
  });

  it('is the first of several, where a name has several addresses', () => {
    const cause = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);
    expect(witness(connectionFault(target, cause))).toMatchObject({
      name: 'HostUnreachable',
      cause: { code: 'ECONNREFUSED' },
    });
  });
});
