import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** Listens with the shortest queue that there is, says on which port, and never takes a connection from it. */
const LISTENER = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
`;
/** More than fit into the queue. */
const CONNECTIONS = 16;
/** The kernel lets in one more than the queue's length. */
const LET_IN = 2;

/** A port of 127.0.0.1 on which the connect itself is never answered: the process behind it is stopped, and its queue full. */
export async function startFullBacklog() {
  const listener = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(listener.stdout), 'line');
  listener.kill('SIGSTOP');
  const port = Number(line);
  const sockets = Array.from({ length: CONNECTIONS }, () => connect({ port, host: '127.0.0.1' }));
  for (const socket of sockets) socket.on('error', () => {});
  let inside = 0;
  await new Promise<void>((full) => {
    for (const socket of sockets) socket.once('connect', () => ++inside === LET_IN && full());
  });
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const ended = once(listener, 'exit');
      // A stopped process hears of nothing else.
      listener.kill('SIGKILL');
      await ended;
    },
  };
}
