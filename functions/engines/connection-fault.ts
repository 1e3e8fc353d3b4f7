import {
  ConnectionTimedOut,
  HostNotFound,
  HostUnreachable,
  type LoginTarget,
  type RotationError,
  TlsFailed,
} from '@rotation/core';

/** What both drivers report with Node's own error codes: the way to a server, not what the server said. */
const FAULTS: Readonly<Record<string, new (target: LoginTarget, cause: unknown) => RotationError>> = {
  ENOTFOUND: HostNotFound,
  EAI_AGAIN: HostNotFound,
  ECONNREFUSED: HostUnreachable,
  ECONNRESET: HostUnreachable,
  EHOSTUNREACH: HostUnreachable,
  ENETUNREACH: HostUnreachable,
  EADDRNOTAVAIL: HostUnreachable,
  EPIPE: HostUnreachable,
  ETIMEDOUT: ConnectionTimedOut,
};

/** OpenSSL's verdicts on a certificate, as Node names them, and every failure of the handshake itself. */
const CERTIFICATE_FAULT =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO$)/;

/** The error for a fault on the way to the server, or undefined when `cause` is none. */
export function connectionFault(target: LoginTarget, cause: unknown): RotationError | undefined {
  const code = codeOf(firstOf(cause));
  if (code === undefined) return undefined;
  if (CERTIFICATE_FAULT.test(code)) return new TlsFailed(target, cause);
  const Fault = FAULTS[code];
  return Fault && new Fault(target, firstOf(cause));
}

/** A name with several addresses fails with one error per address tried; the first speaks for all. */
function firstOf(cause: unknown): unknown {
  return cause instanceof AggregateError ? (cause.errors[0] ?? cause) : cause;
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
