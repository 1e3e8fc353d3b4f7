import type { Dialogue, Incoming, Outgoing, Verdict } from './exchange.ts';
import { messageSplitter } from './message-splitter.ts';

/*
 * The client/server protocol of MySQL and MariaDB without TLS:
 * https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html
 * A packet is a length of three bytes that does not count the header, a sequence number, and the payload.
 */

const HEADER_BYTES = 4;
const OK = 0x00;
const ERROR = 0xff;
/** Ends columns and rows; a row can begin with it only when it is longer than END_BYTES. */
const END = 0xfe;
const END_BYTES = 9;
const COM_QUIT = 0x01;
const COM_QUERY = 0x03;
/** The client wants no end packet after the columns. */
const CLIENT_DEPRECATE_EOF = 1 << 24;
/** The client puts the number of a statement's attributes, none, and of sets of them, one, before its text. */
const CLIENT_QUERY_ATTRIBUTES = 1 << 27;
const NO_ATTRIBUTES_BYTES = 2;
/** In the handshake response: capabilities, packet size, character set, filler. */
const USERNAME_AT = HEADER_BYTES + 4 + 4 + 1 + 23;

type State = 'greeting' | 'login' | 'idle' | 'statement' | 'columns' | 'rows';

export function mysqlDialogue(): Dialogue {
  let state: State = 'greeting';
  let serverCapabilities = 0;
  let skipsColumnsEnd = false;
  let textAt = HEADER_BYTES + 1;
  let columnsLeft = 0;
  let answering: Buffer[] = [];

  const fromClient = messageSplitter(lengthOf);
  const fromServer = messageSplitter(lengthOf);

  function asks(packet: Buffer): Outgoing {
    if (state === 'greeting') {
      state = 'login';
      const capabilities = packet.readUInt32LE(HEADER_BYTES) & serverCapabilities;
      skipsColumnsEnd = (capabilities & CLIENT_DEPRECATE_EOF) !== 0;
      if ((capabilities & CLIENT_QUERY_ATTRIBUTES) !== 0) textAt += NO_ATTRIBUTES_BYTES;
      const username = packet.subarray(USERNAME_AT, packet.indexOf(0, USERNAME_AT)).toString('utf8');
      return { bytes: packet, asks: { kind: 'login', username } };
    }
    if (state === 'login') return { bytes: packet };
    const command = packet[HEADER_BYTES];
    if (command === COM_QUIT) return { bytes: packet };
    if (command !== COM_QUERY) throw new Error(`The proxy does not know MySQL's command ${command}.`);
    state = 'statement';
    const text = packet.subarray(textAt).toString('utf8');
    return { bytes: packet, asks: { kind: 'statement', text } };
  }

  function answers(packet: Buffer): Incoming | undefined {
    const first = packet[HEADER_BYTES];
    if (state === 'greeting' && first !== ERROR) serverCapabilities = capabilitiesOf(packet);
    if (state === 'greeting' || state === 'idle') return { bytes: packet };
    if (state === 'login') {
      if (first !== OK && first !== ERROR) return { bytes: packet }; // the plugin's own questions
      return complete(packet, first === OK ? 'accepted' : 'refused');
    }
    if (first === ERROR) return complete(packet, 'refused');
    if (isLast(packet)) return complete(packet, 'accepted');
    answering.push(packet);
    return undefined;
  }

  /** Goes on from the answer's first packet to its columns and to its rows. */
  function isLast(packet: Buffer): boolean {
    const first = packet[HEADER_BYTES] ?? 0;
    const isEnd = first === END && packet.length - HEADER_BYTES < END_BYTES;
    switch (state) {
      case 'statement':
        if (first === OK) return true;
        columnsLeft = first;
        state = 'columns';
        return false;
      case 'columns':
        if (!isEnd) columnsLeft -= 1;
        if (isEnd || (columnsLeft === 0 && skipsColumnsEnd)) state = 'rows';
        return false;
      case 'rows':
        // Without its end packets an answer ends in an OK that has END for its first byte, and may be longer.
        return isEnd || (first === END && skipsColumnsEnd);
      default:
        throw new Error(`There is no answer in the state ${state}.`);
    }
  }

  function complete(packet: Buffer, verdict: Verdict): Incoming {
    const bytes = Buffer.concat([...answering, packet]);
    answering = [];
    state = 'idle';
    return { bytes, verdict };
  }

  return {
    fromClient: (bytes) => [...fromClient(bytes)].map(asks),
    fromServer: (bytes) => [...fromServer(bytes)].flatMap((packet) => answers(packet) ?? []),
  };
}

/** They stand in the greeting in two halves. */
function capabilitiesOf(greeting: Buffer): number {
  const versionEnd = greeting.indexOf(0, HEADER_BYTES + 1);
  const lower = versionEnd + 1 + 4 + 8 + 1; // the connection's number, half of the challenge, a filler
  const upper = lower + 2 + 1 + 2; // the lower half, the character set, the status
  return greeting.readUInt16LE(lower) | (greeting.readUInt16LE(upper) << 16);
}

function lengthOf(bytes: Buffer): number | undefined {
  return bytes.length < HEADER_BYTES ? undefined : HEADER_BYTES + bytes.readUIntLE(0, 3);
}
