import { setImmediate } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { startImpostor } from '../../support/impostor.ts';
import { testDatabase } from '../../support/test-database.ts';
import { loginTo } from './engine-conformance.ts';

it('a login that waits for another one does not even connect before: that would count towards a block', async () => {
  let connections = 0;
  await using server = await startImpostor((socket) => {
    connections += 1;
    socket.destroy();
  });
  const database = testDatabase(inject('servers').mysql);
  const other = Promise.withResolvers<void>();
  const session = database.engine.connect(loginTo(database, 'somebody', 'x', { port: server.port }), {
    deadline: { remaining: () => 20_000 },
    environment: { DATABASE_CA: database.server.ca },
    admission: other.promise,
  });
  for (let turn = 0; turn < 100; turn++) await setImmediate();
  expect(connections).toBe(0);
  other.resolve();
  await expect(session).rejects.toMatchObject({ name: 'HostUnreachable' });
  expect(connections).toBe(1);
});
