import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

/** How a server stores passwords: its settings password_encryption and scram_iterations. */
export type PasswordEncryption =
  | { readonly kind: 'scram-sha-256'; readonly iterations: number }
  | { readonly kind: 'md5' };

/** PostgreSQL before 16 has no scram_iterations and uses this count. */
export const DEFAULT_SCRAM_ITERATIONS = 4_096;
/** PostgreSQL's own salt length, in bytes. */
const SALT_BYTES = 16;
const SHA256_BYTES = 32;

/**
 * What the server would store for a password, computed here, as libpq's `\password` does, so that the clear text never
 * appears in a statement and so in no log or statement view of the server.
 *
 * A verifier that the server cannot read it stores as if it were a clear-text password: log in to prove it.
 * @param salt random but in tests
 */
export async function passwordVerifier(
  encryption: PasswordEncryption,
  username: string,
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): Promise<string> {
  switch (encryption.kind) {
    case 'scram-sha-256':
      return scramVerifier(saslPrepared(password), encryption.iterations, salt);
    case 'md5':
      return `md5${createHash('md5').update(password).update(username).digest('hex')}`;
    default:
      throw new TypeError(`unknown encryption ${encryption satisfies never}`);
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc5802#section-3 and PostgreSQL's src/common/scram-common.c for the stored form */
async function scramVerifier(password: string, iterations: number, salt: Buffer): Promise<string> {
  const salted = await promisify(pbkdf2)(password, salt, iterations, SHA256_BYTES, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  const serverKey = hmac(salted, 'Server Key');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey.toString('base64')}:${serverKey.toString('base64')}`;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/**
 * SASLprep (RFC 4013) as far as it changes text: other spaces become a space, invisible characters vanish, and what is left
 * is normalised. The identity for printable ASCII, which is all that GetRandomPassword makes; a person may have stored more.
 */
function saslPrepared(password: string): string {
  return password
    .replace(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g, ' ')
    .replace(/\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g, '')
    .normalize('NFKC');
}
