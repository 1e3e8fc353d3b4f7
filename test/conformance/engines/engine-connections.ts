import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  DatabaseServer,
  RunningServer,
  ServerOptions,
  Tls,
} from '../../../local/servers/database-server.ts';
import { logPosition, logSince } from '../../../local/servers/server-log.ts';
import { closedPort, startImpostor } from '../../support/impostor.ts';
import { testDatabase } from '../../support/test-database.ts';
import { connect, loginTo } from './engine-conformance.ts';

/** Shown to servers that must not see it. */
const CANARY = 'Canary-password-1';
/** What an invocation has left when it meets a server that never answers, in ms. */
const LITTLE_TIME = 1_000;

/** What every engine promises of the way to a server, whatever stands at its end. */
export function describeConnections(
  start: (options: ServerOptions) => Promise<RunningServer>,
  trusted: DatabaseServer,
): void {
  describe('TLS', () => {
    const running = new Map<Tls, RunningServer>();
    const variants = ['other-host', 'self-signed', 'expired', 'off'] as const;
    beforeAll(async () => {
      await Promise.all(variants.map(async (tls) => running.set(tls, await start({ tls }))));
    });
    afterAll(async () => {
      await Promise.all([...running.values()].map((server) => server.stop()));
    });
    const database = (tls: Tls) => {
      const server = running.get(tls)?.server;
      if (server === undefined) throw new Error(`no server with TLS ${tls}`);
      return testDatabase(server);
    };

    it.each([
      ['other-host', 'TlsFailed', 'is for another host'],
      ['self-signed', 'TlsFailed', 'an authority that the function does not know'],
      ['expired', 'TlsFailed', 'has expired'],
      ['off', 'TlsNotOffered', 'does not offer TLS'],
    ] as const)('a server with TLS "%s" gets no credential: %s', async (tls, name, says) => {
      const { engine, server } = database(tls);
      const before = logPosition(server.errorLog);
      const login = { ...loginTo(database(tls), 'somebody', CANARY), tls: true };
      await expect(connect(database(tls), login)).rejects.toMatchObject({
        name,
        message: expect.stringContaining(says),
      });
      // A login attempt would have been rejected, and logged with the user's name.
      expect(logSince(server.errorLog, before)).not.toContain('somebody');
      expect(engine.name).not.toBe('');
    });

    it('a certificate of a CA that nobody configured is not trusted', async () => {
      const stranger = testDatabase({ ...trusted, ca: '' });
      const login = { ...loginTo(stranger, 'somebody', CANARY), tls: true };
      await expect(connect(stranger, login)).rejects.toMatchObject({ name: 'TlsFailed' });
    });

    it('"ssl": false logs in to a server without TLS', async () => {
      const plain = database('off');
      const { username, password } = plain.server.superuser;
      await using session = await connect(plain, { ...loginTo(plain, username, password), tls: false });
      expect(await session.traits('nobody')).not.toHaveLength(0);
    });
  });

  describe('the way to the server', () => {
    const somewhere = testDatabase(trusted);
    const login = (more: object) => ({ ...loginTo(somewhere, 'somebody', CANARY), ...more });

    it.each([true, false])('an unknown host is named (TLS %s)', async (tls) => {
      const unknown = login({ host: 'no-such-host.invalid', tls });
      await expect(connect(somewhere, unknown)).rejects.toMatchObject({
        name: 'HostNotFound',
        message: expect.stringContaining('no-such-host.invalid'),
      });
    });

    it.each([true, false])('a closed port is named (TLS %s)', async (tls) => {
      const port = await closedPort();
      await expect(connect(somewhere, login({ port, tls }))).rejects.toMatchObject({
        name: 'HostUnreachable',
        message: expect.stringContaining(String(port)),
      });
    });

    it.each([true, false])('a server that never answers ends the wait in time (TLS %s)', async (tls) => {
      await using silent = await startImpostor(() => {});
      const toSilence = connect(somewhere, login({ port: silent.port, tls }), LITTLE_TIME);
      await expect(toSilence).rejects.toMatchObject({ name: 'ConnectionTimedOut' });
    });

    it.each([true, false])('a server that hangs up is unreachable (TLS %s)', async (tls) => {
      await using rude = await startImpostor((socket) => socket.destroy());
      await expect(connect(somewhere, login({ port: rude.port, tls }))).rejects.toMatchObject({
        name: 'HostUnreachable',
      });
    });

    it('a CA setting that is neither PEM nor a file is named', async () => {
      const surroundings = {
        deadline: { remaining: () => LITTLE_TIME },
        environment: { DATABASE_CA: '/no/such/file.pem' },
      };
      await expect(somewhere.engine.connect(login({ tls: true }), surroundings)).rejects.toMatchObject({
        name: 'InvalidConfiguration',
        message: expect.stringContaining('DATABASE_CA'),
      });
    });
  });
}
