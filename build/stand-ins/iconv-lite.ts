import { StringDecoder } from 'node:string_decoder';

/*
 * mysql2 asks iconv-lite for the character sets that Node's Buffer has no name for. Its tables are half of a function, and a
 * session of ours never needs them: its first statement is SET NAMES utf8mb4, whatever the server would choose, and errors come
 * in the character set of the client, utf8mb4 from the start. What mysql2 still takes for text in the server's own character set
 * are the names and values of settings that a server tells of when they change, which is UTF-8 too.
 */

export function getDecoder(): StringDecoder {
  return new StringDecoder('utf8');
}

export function getEncoder() {
  return { write: (text: string): Buffer => Buffer.from(text, 'utf8'), end(): void {} };
}
