import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const LOCALHOST = '127.0.0.1';

/**
 * What becomes of a message to the server: it passes; it is lost with its connection; it arrives and the connection is lost
 * before the answer; it arrives and all connections are lost before its answer.
 */
export type Fate = 'passes' | 'lost' | 'answer lost' | 'last one';

/** The way from the function to the database. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** From now on nobody gets through. */
  cut(): void;
  restore(): void;
  /** Ends the connections that there are. */
  endSessions(): void;
}

/**
 * Both protocols wait for an answer after each message, so that what the client has sent at once is one message.
 * @param judge asked for each
 */
export async function startRelay(serverPort: number, judge: () => Fate): Promise<Relay> {
  const sockets = new Set<Socket>();
  const endSessions = () => {
    for (const socket of sockets) socket.destroy();
  };
  let isCut = false;

  async function converse(client: Socket, server: Socket): Promise<void> {
    for await (const message of client) {
      const fate = judge();
      switch (fate) {
        case 'passes':
          server.write(message);
          break;
        case 'lost':
          return;
        case 'answer lost':
        case 'last one':
          server.unpipe(client).resume();
          server.write(message);
          await Promise.race([once(server, 'data'), once(server, 'close')]);
          if (fate === 'last one') endSessions();
          return;
        default:
          throw fate satisfies never;
      }
    }
  }

  const listener = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const server = connect({ host: LOCALHOST, port: serverPort, noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, server]) {
      sockets.add(socket);
      // Connections that break are what this is for.
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    server.pipe(client);
    server.once('close', () => client.destroy());
    converse(client, server)
      .catch(() => {})
      .finally(() => {
        client.destroy();
        server.destroy();
      });
  });
  listener.listen(0, LOCALHOST);
  await once(listener, 'listening');

  return {
    port: (listener.address() as AddressInfo).port,
    cut() {
      isCut = true;
      endSessions();
    },
    restore() {
      isCut = false;
    },
    endSessions,
    async [Symbol.asyncDispose]() {
      const closed = once(listener, 'close');
      listener.close();
      endSessions();
      await closed;
    },
  };
}
