import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** How long a server may take to say goodbye, in ms. */
const CLOSE_LIMIT = 1_000;

/** Says goodbye to a server as its driver does, and hangs up. Never throws, and never waits longer than CLOSE_LIMIT. */
export async function closeWithin(sayGoodbye: () => Promise<unknown>, socket: Socket): Promise<void> {
  const said = sayGoodbye().catch(() => {});
  await Promise.race([said, setTimeout(CLOSE_LIMIT, undefined, { ref: false })]);
  socket.destroy();
}
