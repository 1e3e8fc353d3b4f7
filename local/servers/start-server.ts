import { randomBytes } from 'node:crypto';
import { chown, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServerCertificate } from './certificates.ts';
import type { RunningServer, ServerOptions, Tls } from './database-server.ts';
import { freePort, loopbackAddresses } from './free-port.ts';
import { createGuardedFolder, type GuardedFolder } from './guarded-folder.ts';
import { untilReady } from './readiness.ts';
import type { ServerEngine, ServerSite, TlsUse, UserIds } from './server-engine.ts';
import { PortTakenError } from './server-start-error.ts';

/** How often another process may take the port between our choosing it and the server's binding it. */
const PORT_ATTEMPTS = 5;

/** Whether a server is up can be told under any certificate; this is not the place to judge it. */
const TLS_WHILE_STARTING: Record<Tls, TlsUse> = {
  trusted: 'verified',
  'name-only': 'verified',
  'other-host': 'unverified',
  'self-signed': 'unverified',
  expired: 'unverified',
  off: 'none',
};

/** Starts a server and resolves once its superuser has logged in. Throws `ServerStartError`. */
export async function startServer(engine: ServerEngine, options: ServerOptions = {}): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnFreePort(engine, options);
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function startOnFreePort(engine: ServerEngine, options: ServerOptions): Promise<RunningServer> {
  const { tls = 'trusted', settings = {} } = options;
  const folder = await createGuardedFolder(join(tmpdir(), `secrets-rotation-${engine.name}-`));
  try {
    const user = await engine.user();
    if (user) await chown(folder.path, user.uid, user.gid);
    const writePrivate = privateWriter(folder, user);
    const superuser = { username: engine.superuser, password: randomBytes(24).toString('base64url') };
    const port = await freePort();
    const { ca, files } = await writeCertificate(tls, writePrivate);
    const { command, errorLog, statementLog, secretFiles } = await engine.prepare({
      ...{ folder, user, port, settings, writePrivate },
      addresses: loopbackAddresses(),
      superuserPassword: superuser.password,
      tls: files,
    });
    const server = {
      engine: engine.name,
      host: 'localhost',
      port,
      superuser,
      ca,
      errorLog,
      statementLog,
    } as const;
    const ended = folder.run(command);
    const version = await untilReady({ engine, server, command, tls: TLS_WHILE_STARTING[tls], ended });
    await Promise.all(secretFiles.map((file) => rm(file)));
    return { server: { ...server, version }, stop: folder.remove };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

function privateWriter(folder: GuardedFolder, user: UserIds | undefined): ServerSite['writePrivate'] {
  return async (name, content) => {
    const path = join(folder.path, name);
    await writeFile(path, content, { mode: 0o600, flag: 'wx' });
    if (user) await chown(path, user.uid, user.gid);
    return path;
  };
}

async function writeCertificate(tls: Tls, writePrivate: ServerSite['writePrivate']) {
  if (tls === 'off') return { ca: '', files: undefined };
  const { ca, certificate, key } = await createServerCertificate(tls);
  const files = {
    ca: await writePrivate('ca.pem', ca),
    certificate: await writePrivate('server.pem', certificate),
    key: await writePrivate('server-key.pem', key),
  };
  return { ca, files };
}
