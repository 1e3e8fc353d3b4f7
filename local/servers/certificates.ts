import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Tls } from './database-server.ts';
import * as der from './der.ts';

/** What a server needs to speak TLS, and what a client needs to judge it. All PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
  /** The CA for clients to trust. */
  readonly ca: string;
}

interface Contents {
  readonly subject: string;
  readonly issuer: string;
  readonly from: Date;
  readonly until: Date;
  readonly publicKey: KeyObject;
  readonly signedWith: KeyObject;
  readonly extensions: readonly Buffer[];
}

const DAY_IN_MS = 24 * 60 * 60 * 1000;
const OTHER_HOST = 'another-host.example';

/** A new server certificate of the asked kind, with a CA that exists only for it. */
export function createServerCertificate(kind: Exclude<Tls, 'off'>): ServerCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = kind === 'other-host' ? OTHER_HOST : 'localhost';
  // Two CAs of one name in one bundle would hide each other.
  const caName = `Throwaway CA ${randomBytes(8).toString('hex')}`;
  const selfSigned = kind === 'self-signed';
  return {
    certificate: createCertificate({
      subject,
      issuer: selfSigned ? subject : caName,
      from: inDays(-3),
      until: kind === 'expired' ? inDays(-1) : inDays(3),
      publicKey: server.publicKey,
      signedWith: selfSigned ? server.privateKey : authority.privateKey,
      extensions: [subject === 'localhost' ? LOOPBACK_NAMES : alternativeNames(dns(subject)), FOR_SERVERS],
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ca: createCertificate({
      subject: caName,
      issuer: caName,
      // It outlives every certificate it signs, so that the server's own dates are what a client judges.
      from: inDays(-10),
      until: inDays(10),
      publicKey: authority.publicKey,
      signedWith: authority.privateKey,
      extensions: [IS_AUTHORITY, SIGNS_CERTIFICATES],
    }),
  };
}

/** `Certificate` of RFC 5280, section 4.1, as PEM. */
function createCertificate(contents: Contents): string {
  const algorithm = der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const signed = der.sequence(
    der.field(0, der.integer(Buffer.of(2)), { constructed: true }), // version 3
    der.integer(Buffer.concat([Buffer.of(1), randomBytes(15)])), // serial number, without leading zeros
    algorithm,
    commonName(contents.issuer),
    der.sequence(der.time(contents.from), der.time(contents.until)),
    commonName(contents.subject),
    contents.publicKey.export({ type: 'spki', format: 'der' }),
    der.field(3, der.sequence(...contents.extensions), { constructed: true }),
  );
  const signature = sign('sha256', signed, contents.signedWith);
  const base64 = der.sequence(signed, algorithm, der.bits(signature)).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const IS_AUTHORITY = extension('2.5.29.19', der.sequence(der.boolean(true)), { critical: true });
const SIGNS_CERTIFICATES = extension('2.5.29.15', der.bits(Buffer.of(0b100), 2), { critical: true });
const FOR_SERVERS = extension('2.5.29.37', der.sequence(der.objectIdentifier('1.3.6.1.5.5.7.3.1')));
const LOOPBACK_NAMES = alternativeNames(
  dns('localhost'),
  ipAddress(127, 0, 0, 1),
  ipAddress(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
);

function alternativeNames(...names: Buffer[]): Buffer {
  return extension('2.5.29.17', der.sequence(...names));
}

function dns(name: string): Buffer {
  return der.field(2, Buffer.from(name), { constructed: false });
}

function ipAddress(...bytes: number[]): Buffer {
  return der.field(7, Buffer.from(bytes), { constructed: false });
}

function extension(id: string, content: Buffer, { critical } = { critical: false }): Buffer {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(id), ...flag, der.octets(content));
}

function commonName(name: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectIdentifier('2.5.4.3'), der.text(name))));
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_IN_MS);
}
