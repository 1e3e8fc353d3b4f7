import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { DatabaseServer } from '../../../local/servers/database-server.ts';
import type { Dialogue, Exchange, Gate, Passage } from './exchange.ts';
import { mysqlDialogue } from './mysql-dialogue.ts';
import { postgresDialogue } from './postgres-dialogue.ts';

const LOCALHOST = '127.0.0.1';

const DIALOGUES: Readonly<Record<DatabaseServer['engine'], () => Dialogue>> = {
  postgres: postgresDialogue,
  mysql: mysqlDialogue,
  mariadb: mysqlDialogue,
};

export interface WireProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection that is open now. */
  cut(): void;
}

/**
 * Listens on 127.0.0.1 in a database server's place and hands all on, without TLS, as far as `gate` lets it pass: each
 * login and each statement is asked about when it begins and when its answer is complete.
 */
export async function startWireProxy(server: DatabaseServer, gate: Gate): Promise<WireProxy> {
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const upstream = connect({ host: LOCALHOST, port: server.port, noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    converse(client, upstream, DIALOGUES[server.engine](), gate);
  });
  listener.listen(0, LOCALHOST);
  await once(listener, 'listening');

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    cut,
    async [Symbol.asyncDispose]() {
      const closed = once(listener, 'close');
      listener.close();
      cut();
      await closed;
    },
  };
}

function converse(client: Socket, upstream: Socket, dialogue: Dialogue, gate: Gate): void {
  let passage: Passage | undefined;
  const begin = (exchange: Exchange) => {
    passage = gate(exchange);
    return passage.delivered;
  };
  const cut = () => {
    client.destroy();
    upstream.destroy();
  };
  pump(client, upstream, cut, (bytes) =>
    dialogue.fromClient(bytes).map(({ bytes, asks }) => ({
      bytes,
      passes: () => asks === undefined || begin(asks),
    })),
  );
  pump(upstream, client, cut, (bytes) =>
    dialogue.fromServer(bytes).map(({ bytes, verdict }) => ({
      bytes,
      passes: () => verdict === undefined || passage === undefined || passage.answered(verdict),
    })),
  );
}

interface Part {
  readonly bytes: Buffer;
  passes(): boolean | Promise<boolean>;
}

/** Hands on what `from` receives, in its order, until a part does not pass or either side is gone. */
function pump(from: Socket, to: Socket, cut: () => void, read: (bytes: Buffer) => Part[]): void {
  const handOn = async () => {
    for await (const bytes of untilBroken(from)) {
      for (const part of read(bytes)) {
        if (!(await part.passes())) return cut();
        to.write(part.bytes);
      }
    }
    to.end();
  };
  handOn().catch((defect: unknown) => {
    cut();
    // A defect of the proxy must not pass for a fault of the server: nothing catches this.
    queueMicrotask(() => {
      throw defect;
    });
  });
}

/** The socket's bytes until it ends; that a connection breaks is what this is for, and no error. */
async function* untilBroken(socket: Socket): AsyncGenerator<Buffer> {
  socket.on('error', () => {});
  try {
    for await (const bytes of socket) yield bytes as Buffer;
  } catch {
    return;
  }
}
