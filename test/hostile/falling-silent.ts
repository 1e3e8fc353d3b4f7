import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that lets bytes through until it is told to stop, and then neither ends nor breaks off. */
export interface FallingSilent extends AsyncDisposable {
  readonly port: number;
  /** How often the server has sent something since the last call of `allow`. */
  heard(): number;
  /** Lets that many of the server's answers through, and then nothing more in either direction. */
  allow(answers: number): void;
}

export async function startFallingSilent(server: { readonly port: number }): Promise<FallingSilent> {
  const sockets = new Set<Socket>();
  let heard = 0;
  let allowed = Number.POSITIVE_INFINITY;
  const isSilent = () => heard >= allowed;

  const listener = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: server.port, noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('data', (bytes) => {
      if (!isSilent()) upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (isSilent()) return;
      heard += 1;
      client.write(bytes);
    });
    // The server hears of the function's end, or it would keep what it holds for this session; not the other way round.
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => {
      if (!isSilent()) client.destroy();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    heard: () => heard,
    allow(answers) {
      heard = 0;
      allowed = answers;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(listener, 'close');
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
