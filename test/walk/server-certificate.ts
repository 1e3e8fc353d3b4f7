import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { TLSSocket } from 'node:tls';
import pg from 'pg';
import { vi } from 'vitest';
import { createServerCertificate } from '../../local/servers/certificates.ts';
import type { DatabaseServer, Tls } from '../../local/servers/database-server.ts';
import { testDatabase } from '../support/test-database.ts';
import type { Site } from './site.ts';

/** The server says that it will read its files again, not that it has. */
const RELOADED = { timeout: 10_000, interval: 20 };

/**
 * Has a PostgreSQL show another certificate from now on, of an authority that the function trusts.
 * @returns what has it show its own again
 */
export async function showCertificate(
  { database, lab, afterwards: undo }: Site,
  kind: Exclude<Tls, 'off'>,
): Promise<() => Promise<void>> {
  const { server } = database;
  // An administrator on the server's own machine, whose client judges no certificate.
  const { sql } = testDatabase({ ...server, ca: '' });
  const [paths = []] = await sql("SELECT current_setting('ssl_cert_file'), current_setting('ssl_key_file')");
  const [certificatePath, keyPath] = paths.map(String) as [string, string];
  const show = async (certificate: string, key: string) => {
    await writeFile(certificatePath, certificate);
    await writeFile(keyPath, key);
    await sql('SELECT pg_reload_conf()');
    const { fingerprint256 } = new X509Certificate(certificate);
    await vi.waitUntil(async () => (await shownBy(server)) === fingerprint256, RELOADED);
  };
  const own = [await readFile(certificatePath, 'utf8'), await readFile(keyPath, 'utf8')] as const;
  const restore = () => show(...own);
  undo(restore);
  const { ca, certificate, key } = await createServerCertificate(kind);
  lab.environment['DATABASE_CA'] += `\n${ca}`;
  await show(certificate, key);
  return restore;
}

/** The fingerprint of the certificate that a new connection is shown. */
async function shownBy({ port, superuser }: DatabaseServer): Promise<string | undefined> {
  const { username: user, password } = superuser;
  const client = new pg.Client({
    ...{ host: 'localhost', port, user, password, database: 'postgres', scramMaxIterations: 0 },
    ssl: { rejectUnauthorized: false },
  });
  await client.connect();
  const { stream } = client.connection;
  const shown = stream instanceof TLSSocket ? stream.getPeerX509Certificate()?.fingerprint256 : undefined;
  await client.end();
  return shown;
}
