import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The addresses that `localhost` may stand for on this machine. */
export function loopbackAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return ['127.0.0.1', ...(addresses.some(({ address }) => address === '::1') ? ['::1'] : [])];
}

/**
 * A TCP port that is free on every loopback address right now. Another process may take it before its user
 * does, so the user has to be ready to try again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await bind('127.0.0.1', 0);
    const everywhere = loopbackAddresses().map((address) => bind(address, port));
    const results = await Promise.allSettled(everywhere);
    if (results.every(({ status }) => status === 'fulfilled')) return port;
  }
}

/** Listens for a moment; port 0 lets the system choose. Throws when the port is taken. */
async function bind(host: string, port: number): Promise<number> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return bound;
}
