import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Tls } from './database-server.ts';

/** What a server needs to speak TLS, and what a client needs to judge it. All PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
  /** The CA for clients to trust. */
  readonly ca: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_IN_MS = 24 * 60 * 60 * 1000;

const LOOPBACK: JsonGeneralNames = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
];

/** The names in a certificate of each kind. */
const NAMES: Readonly<Record<Exclude<Tls, 'off'>, JsonGeneralNames>> = {
  trusted: LOOPBACK,
  'name-only': [{ type: 'dns', value: 'localhost' }],
  'self-signed': LOOPBACK,
  expired: LOOPBACK,
  'other-host': [{ type: 'dns', value: 'another-host.example' }],
};

/** A new server certificate of the asked kind, with a CA that exists only for it. */
export async function createServerCertificate(kind: Exclude<Tls, 'off'>): Promise<ServerCertificate> {
  const [authorityKeys, serverKeys] = await Promise.all([createKeys(), createKeys()]);
  // Two CAs of one name in one bundle would hide each other.
  const authority = `CN=Throwaway CA ${randomBytes(8).toString('hex')}`;
  const server = 'CN=Throwaway server';
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: authority,
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    // It outlives every certificate it signs, so that the server's own dates are what a client judges.
    notBefore: inDays(-10),
    notAfter: inDays(10),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const selfSigned = kind === 'self-signed';
  const certificate = await X509CertificateGenerator.create({
    subject: server,
    issuer: selfSigned ? server : authority,
    publicKey: serverKeys.publicKey,
    signingKey: selfSigned ? serverKeys.privateKey : authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore: inDays(-3),
    notAfter: kind === 'expired' ? inDays(-1) : inDays(3),
    extensions: [
      new SubjectAlternativeNameExtension(NAMES[kind]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  });
  const key = KeyObject.from(serverKeys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificate: certificate.toString('pem'), key, ca: ca.toString('pem') };
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_IN_MS);
}
