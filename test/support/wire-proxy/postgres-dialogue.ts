import type { Dialogue, Incoming, Outgoing, Verdict } from './exchange.ts';
import { messageSplitter } from './message-splitter.ts';

/*
 * PostgreSQL's protocol 3.0 without TLS: https://www.postgresql.org/docs/current/protocol-flow.html
 * A message is a type of one byte and a length that does not count it; the startup message has no type.
 */

const LENGTH_BYTES = 4;
/** Of the startup message: its length and the protocol's version. */
const STARTUP_HEADER_BYTES = 8;
const AUTHENTICATION_OK = 0;
/** Parse, Bind, Describe, Execute, Close, Flush: parts of one statement that ends in Sync. */
const PARTS_OF_A_STATEMENT = 'PBDECH';

export function postgresDialogue(): Dialogue {
  let started = false;
  let underWay: 'login' | 'statement' | undefined;
  let refused = false;
  let statement = '';
  let asking: Buffer[] = [];
  let answering: Buffer[] = [];

  const fromClient = messageSplitter((bytes) => lengthOf(bytes, started ? 1 : 0));
  const fromServer = messageSplitter((bytes) => lengthOf(bytes, 1));

  function asks(message: Buffer): Outgoing | undefined {
    if (!started) {
      started = true;
      underWay = 'login';
      return { bytes: message, asks: { kind: 'login', username: usernameOf(message) } };
    }
    const type = typeOf(message);
    if (PARTS_OF_A_STATEMENT.includes(type)) {
      if (type === 'P') statement = textAt(message, textEnd(message, 1 + LENGTH_BYTES) + 1);
      asking.push(message);
      return undefined;
    }
    if (type !== 'Q' && type !== 'S') return { bytes: message }; // a password, or Terminate
    underWay = 'statement';
    const text = type === 'Q' ? textAt(message, 1 + LENGTH_BYTES) : statement;
    const bytes = Buffer.concat([...asking, message]);
    asking = [];
    return { bytes, asks: { kind: 'statement', text } };
  }

  function answers(message: Buffer): Incoming | undefined {
    const type = typeOf(message);
    if (underWay === undefined) return { bytes: message };
    if (type === 'R' && message.readInt32BE(1 + LENGTH_BYTES) !== AUTHENTICATION_OK)
      return { bytes: message };
    answering.push(message);
    refused ||= type === 'E';
    // A login that is refused ends in the error; everything else in ReadyForQuery.
    const complete = type === 'Z' || (type === 'E' && underWay === 'login');
    if (!complete) return undefined;
    const verdict: Verdict = refused ? 'refused' : 'accepted';
    const bytes = Buffer.concat(answering);
    underWay = undefined;
    refused = false;
    answering = [];
    return { bytes, verdict };
  }

  return {
    fromClient: (bytes) => [...fromClient(bytes)].flatMap((message) => asks(message) ?? []),
    fromServer: (bytes) => [...fromServer(bytes)].flatMap((message) => answers(message) ?? []),
  };
}

function lengthOf(bytes: Buffer, typeBytes: number): number | undefined {
  if (bytes.length < typeBytes + LENGTH_BYTES) return undefined;
  return typeBytes + bytes.readInt32BE(typeBytes);
}

const typeOf = (message: Buffer) => String.fromCharCode(message[0] ?? 0);

const textEnd = (message: Buffer, start: number) => message.indexOf(0, start);
const textAt = (message: Buffer, start: number) =>
  message.subarray(start, textEnd(message, start)).toString('utf8');

/** The startup message holds names and values in turn, each ended by a zero byte. */
function usernameOf(startup: Buffer): string {
  const texts = startup.subarray(STARTUP_HEADER_BYTES).toString('utf8').split('\0');
  return texts[texts.findIndex((text, index) => index % 2 === 0 && text === 'user') + 1] ?? '';
}
