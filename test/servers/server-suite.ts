import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer, ServerOptions, Tls } from '../../local/servers/database-server.ts';
import type { ServerEngine, Session, TlsUse } from '../../local/servers/server-engine.ts';
import { failedLogins, logPosition, logSince } from '../../local/servers/server-log.ts';
import { startServer } from '../../local/servers/start-server.ts';

/** What the suite has to know of one engine. */
export interface SuiteCase {
  readonly engine: ServerEngine;
  readonly version: RegExp;
  /** Selects, among other things, the TLS version of the session. */
  readonly tlsStatement: string;
  /** How the driver says that the server has no TLS. */
  readonly noTls: RegExp;
  /** The accounts that can log in: a statement, and all its rows. */
  readonly accounts: { readonly statement: string; readonly rows: readonly Record<string, string>[] };
  /** A setting, a statement that selects it, and a value that is not the default. */
  readonly setting: {
    readonly name: string;
    readonly value: string | number;
    readonly statement: string;
  };
}

/** What every database server of local/servers does, whatever its engine. */
export function describeServer({ engine, version, tlsStatement, noTls, accounts, setting }: SuiteCase): void {
  let running: RunningServer;
  beforeAll(async () => {
    running = await startServer(engine);
  });
  afterAll(() => running.stop());

  /** Servers of one test, which end with it. */
  const extra: RunningServer[] = [];
  afterEach(() => Promise.all(extra.splice(0).map((server) => server.stop())));
  async function start(options?: ServerOptions, from = engine): Promise<RunningServer> {
    const server = await startServer(from, options);
    extra.push(server);
    return server;
  }

  function logIn({ server }: RunningServer, changes: { password?: string; tls?: TlsUse; ca?: string } = {}) {
    const { password = server.superuser.password, tls = 'verified', ca = server.ca } = changes;
    return engine.logIn({ ...server, ca }, { username: server.superuser.username, password, tls });
  }

  describe('a server', () => {
    it('tells who it is', () => {
      expect(running.server).toMatchObject({ engine: engine.name, host: 'localhost' });
      expect(running.server.version).toMatch(version);
    });

    it('is plain data', () => {
      expect(JSON.parse(JSON.stringify(running.server))).toEqual(running.server);
    });

    it('lets its superuser in over verified TLS 1.3', async () => {
      expect(await one(logIn(running), tlsStatement)).toContain('TLSv1.3');
    });

    it('has no other account, and none without a password', async () => {
      const session = await logIn(running);
      expect(await session.query(accounts.statement).finally(() => session.close())).toEqual(accounts.rows);
      await expect(logIn(running, { password: '' })).rejects.toThrow(/password/);
    });

    it('answers on every loopback address', async () => {
      for (const address of ['127.0.0.1', '::1']) {
        const session = engine.logIn(
          { ...running.server, host: address as 'localhost' },
          { ...running.server.superuser, tls: 'verified' },
        );
        expect(await one(session, 'SELECT 1 AS one')).toEqual([1]);
      }
    });

    it('rejects a wrong password and counts it, at once', async () => {
      const { server } = running;
      for (let attempt = 0; attempt < 20; attempt++) {
        const position = logPosition(server.errorLog);
        await expect(logIn(running, { password: 'wrong' })).rejects.toThrow();
        expect(failedLogins(server, position)).toBe(1);
        expect(failedLogins(server, position, server.superuser.username)).toBe(1);
        expect(failedLogins(server, position, 'somebody_else')).toBe(0);
      }
    });

    it('counts no login that it lets in, and no statement that reads like a rejected login', async () => {
      const position = logPosition(running.server.errorLog);
      const words = `'\nFATAL:  password authentication failed for user "x"\n'`;
      await one(logIn(running), `SELECT ${words} AS words`);
      expect(failedLogins(running.server, position)).toBe(0);
    });

    it('writes every statement to its log', async () => {
      const position = logPosition(running.server.statementLog);
      await one(logIn(running), "SELECT 'a statement to be found' AS marker");
      expect(logSince(running.server.statementLog, position)).toContain("SELECT 'a statement to be found'");
    });

    it("keeps its superuser's password out of the process list", async () => {
      const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'args']);
      expect(stdout).toContain(String(running.server.port));
      expect(stdout).not.toContain(running.server.superuser.password);
    });
  });

  describe('its certificate', () => {
    it.each<[Tls, RegExp]>([
      ['other-host', /Host: localhost. is not in the cert's altnames/],
      ['self-signed', /self-signed certificate/],
      ['expired', /certificate has expired/],
    ])('%s: does not verify (%s), but encrypts', async (tls, reason) => {
      const server = await start({ tls });
      await expect(logIn(server)).rejects.toThrow(reason);
      expect(await one(logIn(server, { tls: 'unverified' }), tlsStatement)).toContain('TLSv1.3');
    });

    it('off: there is no TLS to be had', async () => {
      const server = await start({ tls: 'off' });
      expect(server.server.ca).toBe('');
      await expect(logIn(server, { tls: 'unverified' })).rejects.toThrow(noTls);
      expect(await one(logIn(server, { tls: 'none' }), tlsStatement)).not.toContain('TLSv1.3');
    });
  });

  describe('starting', () => {
    it('gives each of several at once its own port, password, CA and settings', async () => {
      const options = { settings: { [setting.name]: String(setting.value) } };
      const [plain, changed] = await Promise.all([start(), start(options)]);
      const servers = [running, plain, changed].map(({ server }) => server);
      expect(new Set(servers.map(({ port }) => port)).size).toBe(3);
      expect(new Set(servers.map(({ superuser }) => superuser.password)).size).toBe(3);
      await expect(logIn(plain, { ca: changed.server.ca })).rejects.toThrow(/certificate/);
      expect(await one(logIn(plain), setting.statement)).not.toEqual([setting.value]);
      expect(await one(logIn(changed), setting.statement)).toEqual([setting.value]);
    });

    it.each(['127.0.0.1', '::1'])(
      'takes another port when its own is taken on %s meanwhile',
      async (host) => {
        const ports: number[] = [];
        const squatter = createServer();
        const server = await start(undefined, {
          ...engine,
          async prepare(site) {
            ports.push(site.port);
            if (!squatter.listening)
              await new Promise<void>((done) => squatter.listen(site.port, host, done));
            return engine.prepare(site);
          },
        }).finally(() => squatter.close());
        expect(ports).toHaveLength(2);
        expect(server.server.port).toBe(ports[1]);
        expect(await one(logIn(server), 'SELECT 1 AS one')).toEqual([1]);
      },
    );

    it('fails with the end of the log when the server does not run', async () => {
      const broken = start({ settings: { no_such_setting: 'x' } });
      await expect(broken).rejects.toMatchObject({
        name: 'ServerStartError',
        message: expect.stringMatching(/^\w+: the server ended with code [1-9]\d*\..*no_such_setting/s),
      });
    });
  });

  /** The values of the one row that a statement selects. */
  async function one(session: Promise<Session>, statement: string): Promise<unknown[]> {
    const opened = await session;
    const rows = await opened.query(statement).finally(() => opened.close());
    expect(rows).toHaveLength(1);
    return Object.values(rows[0] ?? {});
  }
}
