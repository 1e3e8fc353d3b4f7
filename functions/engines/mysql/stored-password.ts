import { createHash, timingSafeEqual } from 'node:crypto';
import { nativeHash } from './password-form.ts';

/**
 * Whether it is this password that an account keeps as its primary one.
 * @param stored `mysql.user.authentication_string`: of caching_sha2_password `$A$`, three hex digits of thousands of rounds, `$`,
 * 20 bytes of salt and 43 characters; of sha256_password `$5$`, the salt, `$` and the same
 */
export function isHashOf(stored: Buffer, password: string): boolean {
  const { salt, rounds } = parametersOf(stored);
  const digest = salt === undefined ? nativeHash(password) : sha256Crypt(password, salt, rounds);
  const expected = Buffer.from(digest, 'latin1');
  const found = stored.subarray(-expected.length);
  return found.length === expected.length && timingSafeEqual(found, expected);
}

const SALT_LENGTH = 20;
const ROUNDS_OF_SHA256_PASSWORD = 5_000;

function parametersOf(stored: Buffer): { readonly salt?: Buffer; readonly rounds: number } {
  const scheme = stored.subarray(0, 3).toString('latin1');
  if (scheme === '$A$') {
    const thousands = Number.parseInt(stored.subarray(3, 6).toString('latin1'), 16);
    return { salt: stored.subarray(7, 7 + SALT_LENGTH), rounds: thousands * 1_000 };
  }
  if (scheme === '$5$')
    return { salt: stored.subarray(3, 3 + SALT_LENGTH), rounds: ROUNDS_OF_SHA256_PASSWORD };
  return { rounds: 0 };
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Which bytes of the digest stand in each four characters of its text, the most significant first; the last has two. */
const ORDER = [
  ...[
    [0, 10, 20],
    [21, 1, 11],
    [12, 22, 2],
    [3, 13, 23],
    [24, 4, 14],
    [15, 25, 5],
  ],
  ...[
    [6, 16, 26],
    [27, 7, 17],
    [18, 28, 8],
    [9, 19, 29],
    [31, 30],
  ],
];

/**
 * The digest of SHA-crypt with SHA-256, as text.
 * @see https://www.akkadia.org/drepper/SHA-crypt.txt
 */
function sha256Crypt(text: string, salt: Buffer, rounds: number): string {
  const password = Buffer.from(text);
  const alternate = sha256(password, salt, password);
  const bits = password.length.toString(2).split('').reverse();
  let digest = sha256(
    password,
    salt,
    repeated(alternate, password.length),
    ...bits.map((bit) => (bit === '1' ? alternate : password)),
  );
  const p = repeated(sha256(...Array<Buffer>(password.length).fill(password)), password.length);
  const s = repeated(sha256(...Array<Buffer>(16 + (digest[0] ?? 0)).fill(salt)), salt.length);
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1;
    digest = sha256(
      isOdd ? p : digest,
      ...(round % 3 === 0 ? [] : [s]),
      ...(round % 7 === 0 ? [] : [p]),
      isOdd ? digest : p,
    );
  }
  return ORDER.map((bytes) => base64(bytes.map((i) => digest[i] ?? 0))).join('');
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The bytes over and over, cut off at a length. */
function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes);
}

/** Six bits a character, the least significant first. */
function base64(bytes: readonly number[]): string {
  let value = bytes.reduce((all, byte) => all * 256 + byte, 0);
  let text = '';
  for (let character = 0; character <= bytes.length; character++) {
    text += ALPHABET[value % 64];
    value = Math.floor(value / 64);
  }
  return text;
}
