import {
  ConnectionTimedOut,
  HostNotFound,
  HostUnreachable,
  type LoginTarget,
  type RotationError,
  TlsFailed,
} from '@rotation/core';

/** What an error code of a server, a driver or Node means for a rotation. */
export type FaultTable = Readonly<Record<string, new (target: LoginTarget, cause: unknown) => RotationError>>;

/** Looks a code up among the table's own, for codes come from outside and could name anything that every object has. */
export function knownFault(table: FaultTable, code: string): FaultTable[string] | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** In the place of what a server says that may quote the password it was given. The code tells what it was. */
export const WORDLESS = 'what the server said may quote the password, and is left out';

/** What both drivers report with Node's own error codes: the way to a server, not what the server said. */
const FAULTS: FaultTable = {
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
  // A name with several addresses fails with one error per address tried; the first speaks for all.
  const first: unknown = cause instanceof AggregateError ? (cause.errors[0] ?? cause) : cause;
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  if (CERTIFICATE_FAULT.test(code)) return new TlsFailed(target, first);
  const Known = knownFault(FAULTS, code);
  return Known && new Known(target, first);
}
